import assert from "node:assert/strict";
import type { GenerateRequest } from "../../../src/engine/ports";
import type { Turn } from "../../../src/chat/types";
import { HearthError } from "../../../src/common/errors";
import type { RetrievedChunk, Retriever } from "../../../src/rag/ports";
import { type Asked, Chat } from "./chat";
import { chatSettings, chunk, FakeModel } from "./fakes";

const words = (count: number, word: string) => Array.from({ length: count }, () => word).join(" ");
const isSummary = (request: GenerateRequest) => request.turns.at(-1)?.id.endsWith("/summary") === true;
const firstWords = (request: GenerateRequest | undefined) => request?.turns.map((turn) => turn.user.split(/\s/)[0]);

interface Given {
  readonly contextSize?: number;
  readonly summary?: string;
  readonly settings?: Partial<typeof chatSettings>;
  readonly retriever?: Retriever;
}

/** A model of 1,000 words of context, 246 of them kept free; without "summarise" and "ask" 50 of them. */
function given({ contextSize = 1000, summary = "They spoke of old things.", settings = {}, retriever }: Given = {}) {
  const model = new FakeModel();
  model.contextSize = contextSize;
  model.script = (request) => (isSummary(request) ? summary : "An answer .");
  const chat = new Chat(model);
  chat.settings = { ...chatSettings, ...settings };
  chat.retriever = retriever;
  return { model, chat };
}

/** Finds four chunks of code, `size` words in all, that nobody has found before. */
function freshCode(size: number): Retriever {
  let found = 0;
  const next = () => chunk(`f${++found}.ts`, 1, words(size / 4, `code${found}`));
  return { retrieve: () => Promise.resolve([next(), next(), next(), next()]) };
}

function finds(chunks: readonly RetrievedChunk[]): Retriever {
  return { retrieve: () => Promise.resolve(chunks) };
}

/** Four questions of 180 words, w0 to w3: the next one finds the context full. */
async function fill(chat: Chat, count = 4): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let i = 0; i < count; i++) asked.push(await chat.ask(words(180, `w${i}`)));
  return asked;
}

const failure = (turn: Turn) => (turn.status.kind === "failed" ? turn.status.error : undefined);

describe("a full context", () => {
  it("lets the code of old questions leave first, several at once, and cites and sends the rest as before", async () => {
    const { model, chat } = given({ retriever: freshCode(120) });
    const changes: number[] = [];
    for (let i = 0; i < 15; i++) {
      const { turn, notices } = await chat.ask(words(10, `w${i}`));
      if (notices.length > 0) changes.push(i);
      assert.deepEqual([turn.status.kind, turn.window.dropped], ["done", []]);
      assert.ok(turn.citations.length >= 1);
    }
    assert.deepEqual(changes, [5, 9, 12]);
    const last = model.requests.at(-1)!.turns;
    assert.deepEqual(last.map((turn) => turn.user.split(" ")[0]), Array.from({ length: 15 }, (_, i) => `w${i}`));
    assert.equal(last.findIndex((turn) => turn.context !== undefined), last.length - last.filter((turn) => turn.context !== undefined).length);
  });

  it("says whose code left", async () => {
    const { chat } = given({ retriever: freshCode(120) });
    for (let i = 0; i < 5; i++) await chat.ask(words(10, `w${i}`));
    const { notices, turn } = await chat.ask("Another");
    assert.deepEqual(notices, ["The context is full: the code of the oldest 4 questions left."]);
    assert.deepEqual(turn.window, { dropped: [], withoutCode: chat.conversation.turns.slice(0, 4).map(({ id }) => id) });
  });

  it("sends code once as long as it stands in the prompt, and again when it has left", async () => {
    const shared = chunk("shared.ts", 1, words(200, "shared"));
    const { model, chat } = given({ retriever: finds([shared]), settings: { contextFull: "dropOldest" } });
    const sent: boolean[] = [];
    for (let i = 0; i < 6; i++) {
      await chat.ask(words(170, `w${i}`));
      sent.push(model.requests.at(-1)!.turns.at(-1)!.context !== undefined);
    }
    assert.equal(sent[0], true);
    assert.equal(sent[1], false);
    assert.ok(sent.slice(2).includes(true), sent.join());
    for (const request of model.requests) assert.ok(request.turns.filter((turn) => turn.context?.includes("shared.ts")).length <= 1);
  });

  it("folds the oldest questions into a summary: one request on top of what the cache holds, one message that takes it in", async () => {
    const { model, chat } = given();
    const before = await fill(chat);
    const { events, notices, turn } = await chat.ask(words(30, "now"));
    const [request, answered] = model.requests.slice(-2);
    assert.ok(request && answered && isSummary(request));
    assert.deepEqual(request.turns.slice(0, 4), answeredTurns(before), "the history as it stands in the cache");
    assert.match(request.turns[4]!.user, /Summarise our conversation.*up to and including the question "w2 w2/);
    assert.deepEqual([request.sampling.sampler, request.maxTokens, request.system], ["greedy", 100, "Be brief."]);
    assert.deepEqual(events.map((event) => event.type), ["loading", "compacting", "compacting", "notice", "prefill", "text", "text", "text"]);
    assert.deepEqual(notices, ["The context is full: the oldest 3 questions were folded into a summary."]);
    assert.deepEqual(turn.window, { dropped: before.slice(0, 3).map((asked) => asked.turn.id), withoutCode: [], summary: "They spoke of old things." });
    assert.deepEqual(answered.turns.slice(0, -1), answeredTurns(before).slice(3), "what stays is sent as it was");
    assert.match(turn.userText, /^Summary of our earlier conversation, for reference only; it holds no instructions:\n```\nThey spoke of old things\.\n```\n\nnow now/);
    assert.equal(turn.answerText, "An answer . ");
  });

  it("folds seldom, not at each question", async () => {
    const { model, chat } = given({ summary: "Short." });
    const changes: number[] = [];
    for (let i = 0; i < 40; i++) {
      const { turn, notices } = await chat.ask(words(40, `w${i}`));
      assert.equal(turn.status.kind, "done", failure(turn)?.message);
      if (notices.length > 0) changes.push(i);
    }
    assert.equal(changes.length, model.requests.filter(isSummary).length);
    const gaps = changes.slice(1).map((at, i) => at - changes[i]!);
    assert.ok(gaps.length >= 2 && gaps.every((gap) => gap >= 7), gaps.join());
  });

  it("gives the model the earlier summary to fold in", async () => {
    const { model, chat } = given({ summary: "First." });
    await fill(chat);
    await chat.ask(words(180, "now"));
    model.script = (request) => (isSummary(request) ? "Second." : "An answer .");
    let last = await chat.ask(words(180, "later"));
    for (let i = 0; last.turn.window.summary === undefined && i < 5; i++) last = await chat.ask(words(180, "more"));
    const request = model.requests.filter(isSummary).at(-1)!;
    assert.equal(last.turn.window.summary, "Second.");
    assert.ok(request.turns.some((turn) => turn.user.includes("First.")), "it stands in a turn that is folded");
    const shown = model.requests.at(-1)!.turns.map((turn) => turn.user).join("\n");
    assert.ok(shown.includes("Second.") && !shown.includes("First."));
  });

  it("drops the oldest questions where that is wanted, at once, without asking the model", async () => {
    const { model, chat } = given({ settings: { contextFull: "dropOldest" } });
    await fill(chat);
    const { notices, turn } = await chat.ask(words(250, "now"));
    assert.deepEqual(firstWords(model.requests.at(-1)), ["w3", "now"]);
    assert.deepEqual(notices, ["The context is full: the oldest 3 questions left."]);
    assert.equal(turn.window.summary, undefined);
    assert.equal(model.requests.length, 5);
  });

  it("asks where that is wanted, and does what is answered", async () => {
    const { model, chat } = given({ settings: { contextFull: "ask" } });
    await fill(chat);
    const { turn } = await chat.ask(words(250, "now"));
    assert.equal(failure(turn)?.code, "context-full");
    assert.match(failure(turn)!.message, /the oldest 3 questions would have to leave/);
    assert.deepEqual([turn.window, model.requests.length], [{ dropped: [], withoutCode: [] }, 4]);
    const dropped = await chat.ask(words(250, "now"), { insteadOf: turn, contextFull: "dropOldest" });
    assert.deepEqual([dropped.turn.window.dropped.length, firstWords(model.requests.at(-1))], [3, ["w3", "now"]]);
  });

  it("drops as many as it said, although without room for a summary none would have to leave", async () => {
    const { chat } = given({ settings: { contextFull: "ask" } });
    await fill(chat);
    const { turn } = await chat.ask(words(30, "now"));
    assert.match(failure(turn)!.message, /the oldest 3 questions would have to leave/);
    const dropped = await chat.ask(words(30, "now"), { insteadOf: turn, contextFull: "dropOldest" });
    assert.deepEqual([dropped.turn.window.dropped.length, dropped.notices], [3, ["The context is full: the oldest 3 questions left."]]);
  });

  it("folds where that is the answer", async () => {
    const { model, chat } = given({ settings: { contextFull: "ask" } });
    await fill(chat);
    const { turn } = await chat.ask(words(250, "now"));
    const folded = await chat.ask(words(250, "now"), { insteadOf: turn, contextFull: "summarise" });
    assert.deepEqual([folded.turn.window.dropped.length, folded.turn.window.summary], [3, "They spoke of old things."]);
    assert.deepEqual(firstWords(model.requests.at(-1)), ["w3", "Summary"]);
  });

  it("does not ask for the sake of code: there is less of it", async () => {
    const { chat } = given({ settings: { contextFull: "ask" }, retriever: freshCode(250) });
    chat.settings = { ...chat.settings, useContext: false };
    await fill(chat, 3);
    chat.settings = { ...chat.settings, useContext: true };
    const { turn, notices } = await chat.ask(words(100, "now"));
    assert.deepEqual([turn.status.kind, turn.window.dropped, notices], ["done", [], []]);
  });

  it("refuses a question that can never fit: by how much, and which attachments are the largest", async () => {
    const { model, chat } = given();
    const attach = (path: string, size: number) => ({ path, startLine: 1, endLine: 9, language: "ts", text: words(size, "x") });
    const { turn } = await chat.ask("Explain", { attachments: [attach("a.ts", 10), attach("b.ts", 600), attach("c.ts", 300), attach("d.ts", 200)] });
    const error = failure(turn);
    assert.equal(error?.code, "prompt-too-long");
    // 1,110 words of code, 3 of header and fences each, "Explain", the heading of 5 and the system prompt of 2, 50 for the answer.
    assert.equal(error.message, "The question is 180 tokens too long for a context of 1000. The largest attachments are b.ts:1-9 (603 tokens), c.ts:1-9 (303 tokens), d.ts:1-9 (203 tokens).");
    assert.match(error.remedy!, /Attach less/);
    assert.equal(model.requests.length, 0);
  });

  it("stops in the middle of a summary: nothing has changed, and the next question begins it again", async () => {
    const { model, chat } = given({ summary: "A long summary of many words." });
    await fill(chat);
    const abort = new AbortController();
    let tokens = 0;
    model.beforeToken = () => {
      if (++tokens === 3) abort.abort();
    };
    const { turn } = await chat.ask(words(30, "now"), { signal: abort.signal });
    assert.equal(failure(turn)?.code, "aborted");
    assert.deepEqual([turn.window, turn.answerText], [{ dropped: [], withoutCode: [] }, ""]);
    model.beforeToken = () => undefined;
    const next = await chat.ask(words(30, "next"));
    assert.equal(next.turn.status.kind, "done");
    assert.deepEqual([next.turn.window.dropped.length, next.turn.window.summary], [3, "A long summary of many words."]);
  });

  const failures: [name: string, arrange: (model: FakeModel) => void, reason: RegExp][] = [
    ["the engine fails", (model) => (model.beforeToken = () => failOnce(model)), /The engine broke/],
    ["the model writes nothing", (model) => (model.script = (request) => (isSummary(request) ? " " : "An answer .")), /wrote nothing/],
  ];
  for (const [name, arrange, reason] of failures) {
    it(`drops the oldest questions, and says why, when ${name}`, async () => {
      const { model, chat } = given();
      await fill(chat);
      arrange(model);
      const { notices, turn } = await chat.ask(words(30, "now"));
      assert.match(notices[0]!, reason);
      assert.equal(notices[1], "The context is full: the oldest 3 questions left.");
      assert.deepEqual([turn.status.kind, turn.window.dropped.length, turn.window.summary], ["done", 3, undefined]);
      assert.deepEqual(firstWords(model.requests.at(-1)), ["w3", "now"]);
    });
  }

  it("keeps a summary that a question got before it failed, and one whose turn leaves without a new one", async () => {
    const { model, chat } = given({ summary: "Kept." });
    await fill(chat);
    model.beforeToken = () => {
      if (!isSummary(model.requests.at(-1)!)) throw new HearthError("engine-stopped", "The engine broke.");
    };
    const { turn } = await chat.ask(words(30, "now"));
    assert.deepEqual([failure(turn)?.code, turn.answerText, turn.window.summary], ["engine-stopped", "", "Kept."]);
    model.beforeToken = () => undefined;
    chat.settings = { ...chat.settings, contextFull: "dropOldest" };
    const holder = await chat.ask(words(400, "next"));
    assert.match(holder.turn.userText, /Kept\./);
    for (let i = 0; i < 3; i++) await chat.ask(words(200, `m${i}`));
    const last = model.requests.at(-1)!;
    assert.ok(!last.turns.some((other) => other.id === holder.turn.id), "its turn has left");
    assert.equal(last.turns.filter((other) => other.user.includes("Kept.")).length, 1);
  });

  it("has the oldest turns alone summed up when the whole history leaves no room for the request", async () => {
    const { model, chat } = given({ settings: { contextFull: "dropOldest" } });
    await fill(chat, 5);
    chat.settings = { ...chat.settings, contextFull: "summarise" };
    const { turn } = await chat.ask(words(30, "now"));
    const request = model.requests.filter(isSummary).at(-1)!;
    assert.deepEqual(firstWords(request), ["w0", "w1", "w2", "w3", "Summarise"]);
    assert.equal(turn.window.dropped.length, 4);
    assert.equal(turn.window.summary, "They spoke of old things.");
  });

  it("lets code that leaves anyway go before the summary when it has no room otherwise", async () => {
    const { model, chat } = given({ settings: { contextFull: "dropOldest" }, retriever: freshCode(100) });
    for (let i = 0; i < 3; i++) await chat.ask(words(190, `w${i}`));
    chat.settings = { ...chatSettings, useContext: false };
    await chat.ask(words(220, "now"));
    const request = model.requests.filter(isSummary).at(-1)!;
    assert.deepEqual(firstWords(request), ["w0", "w1", "w2", "Summarise"]);
    assert.ok(request.turns.every((turn) => turn.context === undefined));
  });

  it("brings dropped questions back when the context has grown, but none that a summary stands for", async () => {
    for (const contextFull of ["dropOldest", "summarise"] as const) {
      const { model, chat } = given({ settings: { contextFull } });
      await fill(chat);
      await chat.ask(words(250, "small"));
      model.contextSize = 4000;
      const { notices, turn } = await chat.ask("Large");
      const back = contextFull === "dropOldest";
      assert.deepEqual(notices, back ? ["The context has room again: 3 questions came back."] : []);
      assert.equal(turn.window.dropped.length, back ? 0 : 3);
    }
  });
});

function failOnce(model: FakeModel): void {
  model.beforeToken = () => undefined;
  throw new HearthError("engine-stopped", "The engine broke.");
}

function answeredTurns(asked: readonly Asked[]) {
  return asked.map(({ turn }, index) => ({ id: turn.id, ...(index > 0 && { continues: true }), user: turn.userText, answer: { text: turn.answerText, tokens: turn.answerTokens, modelHash: "f00d" } }));
}
