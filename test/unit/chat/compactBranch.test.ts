import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import type { GenerateRequest } from "../../../src/engine/ports";
import { Chat } from "./chat";
import { chatSettings, FakeModel } from "./fakes";

const words = (count: number, word: string) => Array.from({ length: count }, () => word).join(" ");
const isSummary = (request: GenerateRequest) => request.turns.at(-1)?.id.endsWith("/summary") === true;

async function given(questions: number, summary = "All of it."): Promise<{ model: FakeModel; chat: Chat }> {
  const model = new FakeModel();
  model.contextSize = 2000;
  model.script = (request) => (isSummary(request) ? summary : "An answer .");
  const chat = new Chat(model);
  for (let i = 0; i < questions; i++) await chat.ask(words(100, `q${i}`));
  return { model, chat };
}

describe("/compact", () => {
  it("folds all but the last question, says what it freed, and the next question takes the summary in", async () => {
    const { model, chat } = await given(4);
    const notices = await chat.compact();
    const ids = chat.conversation.turns.map((turn) => turn.id);
    // Three turns of 103 words leave, and a summary of 3 words comes with the 14 words around it.
    assert.deepEqual(notices, ["3 questions folded into a summary: 292 tokens are free again."]);
    assert.deepEqual(chat.conversation.compacted, { leaf: ids[3], window: { dropped: ids.slice(0, 3), withoutCode: [], summary: "All of it." } });
    const { turn } = await chat.ask("And now?");
    const last = model.requests.at(-1)!;
    assert.deepEqual(last.turns.map((shown) => shown.id), [ids[3], turn.id]);
    assert.match(last.turns[1]!.user, /All of it\.[^]*And now\?$/);
    assert.deepEqual(turn.window, chat.conversation.compacted.window);
  });

  it("asks for it on top of what stands in the cache", async () => {
    const { model, chat } = await given(3);
    const before = model.requests.at(-1)!;
    await chat.compact();
    const request = model.requests.at(-1)!;
    assert.ok(isSummary(request));
    assert.deepEqual(request.turns.slice(0, 2), before.turns.slice(0, 2));
    assert.equal(request.turns.length, 4);
  });

  it("says that there is nothing to do, twice in a row as well as at the start", async () => {
    const { model, chat } = await given(0);
    const nothing = ["There is nothing to compact: the model sees one question at most."];
    assert.deepEqual(await chat.compact(), nothing);
    await chat.ask("One");
    assert.deepEqual(await chat.compact(), nothing);
    await chat.ask(words(90, "two"));
    await chat.ask(words(90, "three"));
    await chat.compact();
    const { compacted } = chat.conversation;
    const requests = model.requests.length;
    assert.deepEqual(await chat.compact(), nothing);
    assert.deepEqual([chat.conversation.compacted, model.requests.length], [compacted, requests]);
    assert.ok(compacted);
  });

  it("loads no model to find that out", async () => {
    const { model, chat } = await given(1);
    model.loadError = new HearthError("model-not-found", "There is no model.");
    assert.deepEqual(await chat.compact(), ["There is nothing to compact: the model sees one question at most."]);
  });

  it("folds earlier summaries in; the one that counts is the latest", async () => {
    const { model, chat } = await given(2);
    model.script = (request) => (isSummary(request) ? `Summary ${model.requests.filter(isSummary).length}.` : "An answer .");
    for (let i = 1; i <= 3; i++) {
      await chat.compact();
      const request = model.requests.at(-1)!.turns.map((turn) => turn.user).join("\n");
      assert.ok(i === 1 || request.includes(`Summary ${i - 1}.`), "the model sees what it folds in");
      assert.equal(chat.conversation.compacted?.window.summary, `Summary ${i}.`);
      await chat.ask(words(100, `more${i}`));
      await chat.ask(words(100, `and${i}`));
    }
    const shown = model.requests.at(-1)!.turns.map((turn) => turn.user).join("\n");
    assert.ok(shown.includes("Summary 3.") && !shown.includes("Summary 1."), shown);
  });

  it("takes a summary that no message holds yet into the request", async () => {
    const { model, chat } = await given(4, "Once.");
    await chat.compact();
    model.contextSize = 300;
    model.script = (request) => (isSummary(request) ? "Twice." : "An answer .");
    const { turn } = await chat.ask(words(80, "long"));
    const request = model.requests.filter(isSummary).at(-1)!;
    assert.match(request.turns.at(-1)!.user, /Once\.[^]*Summarise our conversation/);
    assert.deepEqual([turn.status.kind, turn.window.summary, turn.window.dropped.length], ["done", "Twice.", 4]);
  });

  it("changes nothing when the summary would take more room than what it stands for", async () => {
    const { chat } = await given(0, words(80, "long"));
    await chat.ask("One");
    await chat.ask("Two");
    assert.match((await chat.compact())[0]!, /no more room than their summary would, so nothing was changed/);
    assert.equal(chat.conversation.compacted, undefined);
  });

  it("changes nothing when it fails, or is stopped", async () => {
    const { model, chat } = await given(3);
    model.beforeToken = () => {
      throw new HearthError("engine-stopped", "The engine broke.");
    };
    assert.deepEqual(await chat.compact(), ["The summary could not be written, so nothing was changed. The engine broke."]);
    const abort = new AbortController();
    model.beforeToken = () => abort.abort();
    await assert.rejects(chat.compact(abort.signal), { name: "AbortError" });
    assert.equal(chat.conversation.compacted, undefined);
  });

  it("makes room for the question that found the context full: asked again, it takes the summary in", async () => {
    const { model, chat } = await given(4);
    chat.settings = { ...chatSettings, contextFull: "ask" };
    model.contextSize = 700;
    const { turn: waiting } = await chat.ask(words(100, "now"));
    assert.equal(waiting.status.kind === "failed" && waiting.status.error.code, "context-full");
    assert.match((await chat.compact())[0]!, /^3 questions folded/);
    const { turn } = await chat.ask(words(100, "now"), { insteadOf: waiting });
    assert.deepEqual([turn.status.kind, turn.window], ["done", chat.conversation.compacted?.window]);
  });

  it("counts for the last question when that is changed, whose turn it keeps, and for none before it", async () => {
    const { chat } = await given(4);
    await chat.compact();
    const { compacted, turns } = chat.conversation;
    const before = chat.conversation;
    const { turn: edited } = await chat.ask("Changed", { insteadOf: turns[3]! });
    assert.deepEqual(edited.window, compacted?.window);
    chat.conversation = before;
    const { turn: earlier } = await chat.ask("Changed", { insteadOf: turns[1]! });
    assert.deepEqual(earlier.window, { dropped: [], withoutCode: [] });
    chat.conversation = before;
    await chat.ask("On");
    const { turn: later } = await chat.ask("Changed", { insteadOf: turns[3]! });
    assert.deepEqual(later.window, { dropped: [], withoutCode: [] }, "it is no longer the end of what is shown");
  });

  it("does not count turns that the window of turns keeps out", async () => {
    const { model, chat } = await given(6);
    chat.settings = { ...chatSettings, turnWindow: 3 };
    assert.match((await chat.compact())[0]!, /^2 questions folded/);
    assert.equal(model.requests.at(-1)!.turns.length, 4);
    assert.equal(chat.conversation.compacted?.window.dropped.length, 5);
  });

  it("cuts a summary that reached its limit after its last whole sentence", async () => {
    const { chat } = await given(4, `First sentence here. ${words(185, "Second.")} and a third sentence that goes on and on and on without an end`);
    await chat.compact();
    assert.match(chat.conversation.compacted!.window.summary!, /Second\.$/);
  });
});
