import assert from "node:assert/strict";
import { silentLog } from "../../../src/common/log";
import { branchOf } from "../../../src/chat/conversation";
import { memoryStore } from "../../../src/chat/memoryStore";
import { Sessions } from "../../../src/chat/sessions";
import type { ChatSettings, Turn } from "../../../src/chat/types";
import type { DecoderKind } from "../../fixtures/models";
import { TestRuntime } from "../engine/testRuntime";
import { chatSettings, chunk } from "./fakes";
import { inProcessModel } from "./inProcessModel";
import { answered, ask, never } from "./sessionKit";

/** Draws that a wrong seed, sampler or token would show in. */
const settings: ChatSettings = { ...chatSettings, systemPrompt: "You answer in short.", maxTokens: 16, sampling: { sampler: "categorical", temperature: 1 } };

describe("sessions on the engine (small models, random weights)", function () {
  this.timeout(120_000);
  const tests = new TestRuntime();
  afterEach(() => tests.clear());
  after(() => tests.dispose());

  async function open(kind: DecoderKind, own: Partial<ChatSettings> = {}) {
    const engine = await tests.engine(kind, { contextSize: 1024, sequences: 2 });
    let found = 0;
    const retriever = { retrieve: () => Promise.resolve([chunk(`src/part${++found}.ts`, 1, `export const value${found} = ${found};`)]) };
    const sessions = new Sessions({ model: inProcessModel(engine), retriever, store: memoryStore(), settings: () => ({ ...settings, ...own }), log: silentLog });
    return { sessions, session: sessions.create() };
  }

  const recordOf = ({ status }: Turn) => (status.kind === "done" ? status.record : assert.fail(JSON.stringify(status)));

  for (const kind of ["phi3", "llama3", "qwen2"] as const) {
    it(`${kind}: every answer of every branch is reproduced, token by token`, async () => {
      const { session } = await open(kind);
      const { turn: one } = await ask(session, "What does f return?");
      const { turn: two } = await ask(session, "And g?");
      const { turn: again } = await answered(session.regenerate(two.id, never));
      const { turn: edited } = await answered(session.edit(one.id, { text: "What does h return?", attachments: [] }, never));
      assert.equal(branchOf(session.conversation).length, 1);
      for (const turn of [one, two, again, edited]) {
        const tokens = turn.answerTokens.length;
        assert.ok(tokens > 0);
        assert.deepEqual(await session.reproduce(turn.id, never), { kind: "same", tokens });
      }
    });

    it(`${kind}: a regenerated answer reads nothing of its prompt again but the last token, and its seed is its own`, async () => {
      const { session } = await open(kind);
      const { turn: old } = await ask(session, "What does f return?");
      const { turn: again } = await answered(session.regenerate(old.id, never));
      const [first, second] = [recordOf(old), recordOf(again)];
      assert.equal(second.origin?.promptHash, first.origin?.promptHash);
      assert.ok(second.stats.evaluatedTokens <= 1, `${second.stats.evaluatedTokens} of ${second.stats.promptTokens}`);
      assert.notDeepEqual([second.seed, again.answerTokens], [first.seed, old.answerTokens]);
    });
  }

  it("a long conversation is reproduced, although reading it in one go rounds otherwise", async () => {
    const { session } = await open("phi3", { maxTokens: 100 });
    for (let at = 0; at < 5; at++) await ask(session, `Question ${at}: what does f return?`);
    const { turns } = session.conversation;
    assert.ok(turns.every((turn) => turn.window.dropped.length === 0));
    for (const turn of turns) assert.deepEqual(await session.reproduce(turn.id, never), { kind: "same", tokens: turn.answerTokens.length });
  });

  it("an answer that was given again, and one to a changed question, are reproduced with what the cache had of the first one", async () => {
    const { session } = await open("phi3-mid", { maxTokens: 24, useContext: false });
    // So short that none is read in portions, whose size follows the machine's speed.
    for (const text of ["What is f?", "And g?", "And h, which comes after g?"]) await ask(session, text);
    const last = session.conversation.turns[2]!;
    const { turn: again } = await answered(session.regenerate(last.id, never));
    const { turn: edited } = await answered(session.edit(last.id, { text: "And h, which comes before?", attachments: [] }, never));
    for (const turn of [last, again, edited]) assert.deepEqual(await session.reproduce(turn.id, never), { kind: "same", tokens: turn.answerTokens.length });
  });

  it("a reproduction on another file of weights says so", async () => {
    const { session } = await open("phi3");
    const { turn } = await ask(session, "What does f return?");
    const record = recordOf(turn);
    const other = { ...session.conversation, id: "other", turns: [{ ...turn, answerTokens: [...turn.answerTokens].reverse(), status: { kind: "done" as const, record: { ...record, modelHash: "beef" } } }] };
    const { sessions } = await openWith(other);
    const result = await (await sessions.open("other"))!.reproduce(turn.id, never);
    assert.ok(result.kind === "different" && /has changed since/.test(result.reason ?? ""), JSON.stringify(result));
  });

  async function openWith(conversation: Parameters<ReturnType<typeof memoryStore>["save"]>[0]) {
    const store = memoryStore();
    await store.save(conversation);
    const engine = await tests.engine("phi3", { contextSize: 1024 });
    return { sessions: new Sessions({ model: inProcessModel(engine), retriever: undefined, store, settings: () => settings, log: silentLog }) };
  }
});
