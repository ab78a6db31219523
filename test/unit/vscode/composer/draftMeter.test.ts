import assert from "node:assert/strict";
import { newConversation } from "../../../../src/chat/conversation";
import type { ChatSettings, Conversation } from "../../../../src/chat/types";
import type { Prompt, PromptSize } from "../../../../src/engine/ports";
import { DraftMeter } from "../../../../src/vscode/composer/draftMeter";
import { chatSettings, FakeModel, info } from "../../chat/fakes";
import { conversationOf, turn } from "../../chat/samples";
import { attachment } from "./services";

/** A model that counts words, and is loaded unless a test says otherwise. */
class CountingModel extends FakeModel {
  readonly measured: Prompt[] = [];
  readonly signals: AbortSignal[] = [];
  loads = 0;
  hold: Promise<void> = Promise.resolve();

  override load() {
    this.loads++;
    return super.load();
  }

  override async measure(prompt: Prompt, signal?: AbortSignal): Promise<PromptSize> {
    this.measured.push(prompt);
    if (signal) this.signals.push(signal);
    await this.hold;
    signal?.throwIfAborted();
    return super.measure(prompt);
  }
}

function meterOf(settings: () => ChatSettings = () => chatSettings) {
  const model = new CountingModel();
  model.state = { kind: "ready", info };
  const meter = new DraftMeter({ model, settings });
  const size = (text: string, conversation: Conversation = newConversation(), attachments = [] as readonly (typeof attachment)[]) =>
    meter.measure({ conversation, question: { text, attachments } });
  return { model, size };
}

describe("the size of what would be sent", () => {
  it("counts the question, and what stands before it", async () => {
    const { size } = meterOf();
    const conversation = conversationOf([turn("a", { userText: "one two", answerText: "three" })]);
    const [bare, asked] = [await size("", conversation), await size("four five six", conversation)];
    assert.ok(bare && asked);
    assert.equal(asked.question - bare.question, 3);
    assert.equal(asked.history, bare.history);
    assert.equal(asked.contextSize, info.contextSize);
    const empty = await size("four five six");
    assert.ok(empty && empty.history < asked.history && empty.question === asked.question);
  });

  it("counts what is attached, and the rules", async () => {
    let settings = chatSettings;
    const { size } = meterOf(() => settings);
    const conversation = newConversation();
    const [plain, attached] = [await size("Why?", conversation), await size("Why?", conversation, [attachment])];
    settings = { ...chatSettings, rules: [{ path: "AGENTS.md", text: "Write tests ." }] };
    const ruled = await size("Why?", conversation);
    assert.ok(plain && attached && ruled);
    assert.ok(attached.question > plain.question && attached.history === plain.history);
    assert.ok(ruled.history > plain.history && ruled.question === plain.question);
  });

  it("is unknown while no model is loaded, which counting does not change", async () => {
    const { model, size } = meterOf();
    for (const kind of ["idle", "loading"] as const) {
      model.state = { kind, model: "fake", fraction: 0 };
      assert.equal(await size("Why?"), null);
    }
    assert.deepEqual([model.loads, model.measured.length], [0, 0]);
  });

  it("is counted once for the same text, and again after an answer", async () => {
    const { model, size } = meterOf();
    const before = conversationOf([turn("a")]);
    await size("Why?", before);
    await size("Why?", { ...before });
    assert.equal(model.measured.length, 1);
    await size("Why?", conversationOf([turn("a"), turn("b", { parent: "a" })], { id: before.id }));
    assert.equal(model.measured.length, 2);
  });

  it("of an older text gives way to a newer one, and is answered with that one's", async () => {
    const { model, size } = meterOf();
    const conversation = newConversation();
    const { promise, resolve } = Promise.withResolvers<void>();
    model.hold = promise;
    const [older, newer] = [size("one", conversation), size("one two three", conversation)];
    resolve();
    assert.deepEqual(await older, await newer);
    assert.deepEqual(model.signals.map(({ aborted }) => aborted), [true, false]);
    assert.equal((await newer)?.question, (await size("one two three", conversation))?.question);
  });

  it("is unknown where the model is unloaded meanwhile, and a failure otherwise", async () => {
    const { model, size } = meterOf();
    model.measure = () => Promise.reject(new Error("no"));
    await assert.rejects(size("Why?"), /no/);
    model.measure = () => {
      model.state = { kind: "idle", model: "fake" };
      return Promise.reject(new Error("no"));
    };
    assert.equal(await size("Why not?"), null);
  });
});
