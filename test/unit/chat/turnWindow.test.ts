import assert from "node:assert/strict";
import { questionAgain } from "../../../src/chat/questionAgain";
import { TurnRun } from "../../../src/chat/turnRun";
import { newTurn, withTurn } from "../../../src/chat/conversation";
import type { Turn } from "../../../src/chat/types";
import { silentLog } from "../../../src/common/log";
import type { GenerateRequest } from "../../../src/engine/ports";
import { Chat } from "./chat";
import { chatSettings, chunk, FakeModel, fakeRetriever } from "./fakes";

const words = (count: number, word: string) => Array.from({ length: count }, () => word).join(" ");
const isSummary = (request: GenerateRequest) => request.turns.at(-1)?.id.endsWith("/summary") === true;
const firstWords = (request: GenerateRequest | undefined) => request?.turns.map((turn) => turn.user.split(/\s/)[0]);

function given(contextSize = 1000): { model: FakeModel; chat: Chat } {
  const model = new FakeModel();
  model.contextSize = contextSize;
  model.script = (request) => (isSummary(request) ? `Summary ${model.requests.filter(isSummary).length}.` : "An answer .");
  return { model, chat: new Chat(model) };
}

/** Answers a turn's question once more, as a session does. */
async function regenerate(chat: Chat, old: Turn): Promise<Turn> {
  const turn = questionAgain(old, newTurn(old.question, old.parent));
  const deps = { model: chat.model, retriever: chat.retriever, settings: chat.settings, log: silentLog };
  const run = new TurnRun(deps, chat.conversation, turn, new AbortController().signal);
  for (const steps = run.run(); (await steps.next()).done !== true; );
  chat.conversation = withTurn(chat.conversation, run.turn);
  return run.turn;
}

describe("the window of a turn", () => {
  it("shows the last turns alone where that is set, without a word, and all of them again when it is not", async () => {
    const { model, chat } = given();
    for (let i = 0; i < 4; i++) await chat.ask(`q${i}`);
    chat.settings = { ...chatSettings, turnWindow: 2 };
    for (let i = 4; i < 8; i++) {
      const { notices } = await chat.ask(`q${i}`);
      assert.deepEqual([firstWords(model.requests.at(-1)), notices], [[`q${i - 2}`, `q${i - 1}`, `q${i}`], []]);
    }
    chat.settings = { ...chatSettings, turnWindow: 4 };
    await chat.ask("q8");
    assert.deepEqual(firstWords(model.requests.at(-1)), ["q4", "q5", "q6", "q7", "q8"]);
    chat.settings = chatSettings;
    const { notices, turn } = await chat.ask("q9");
    assert.deepEqual([firstWords(model.requests.at(-1))?.length, turn.window.dropped], [10, []]);
    assert.deepEqual(notices, ["The context has room again: 4 questions came back."]);
  });

  it("limits the turns first, so that nothing has to be folded", async () => {
    const { model, chat } = given();
    chat.settings = { ...chatSettings, turnWindow: 2 };
    for (let i = 0; i < 8; i++) await chat.ask(words(180, `q${i}`));
    assert.deepEqual(firstWords(model.requests.at(-1)), ["q5", "q6", "q7"]);
    assert.equal(model.requests.length, 8);
  });

  it("carries a summary on when its turn is beyond the window of turns", async () => {
    const { model, chat } = given();
    for (let i = 0; i < 4; i++) await chat.ask(words(180, `q${i}`));
    await chat.ask(words(30, "holder"));
    chat.settings = { ...chatSettings, turnWindow: 1 };
    for (let i = 0; i < 3; i++) {
      await chat.ask(`later${i}`);
      const shown = model.requests.at(-1)!.turns.map((turn) => turn.user).join("\n");
      assert.equal(shown.split("Summary 1.").length, 2, "it stands there once");
    }
  });

  it("is each branch's own: one that was cut before a fold still has everything", async () => {
    const { model, chat } = given();
    const first = (await chat.ask(words(180, "q0"))).turn;
    for (let i = 1; i < 4; i++) await chat.ask(words(180, `q${i}`));
    const folded = (await chat.ask(words(30, "folds"))).turn;
    const branch = (await chat.ask("other", { insteadOf: chat.conversation.turns[1]! })).turn;
    assert.deepEqual([branch.window.dropped, firstWords(model.requests.at(-1))], [[], ["q0", "other"]]);
    chat.conversation = { ...chat.conversation, leaf: folded.id };
    const back = (await chat.ask("on")).turn;
    assert.deepEqual(back.window, { dropped: folded.window.dropped, withoutCode: [] });
    assert.ok(folded.window.dropped.includes(first.id));
    assert.deepEqual(firstWords(model.requests.at(-1)), ["q3", "Summary", "on"]);
  });

  it("is that of the turn whose place a question takes, so that nothing is folded twice or read again", async () => {
    const { model, chat } = given();
    for (let i = 0; i < 4; i++) await chat.ask(words(180, `q${i}`));
    const folded = (await chat.ask(words(30, "folds"))).turn;
    const requests = model.requests.length;
    const edited = (await chat.ask("edited", { insteadOf: folded })).turn;
    assert.deepEqual([edited.window, model.requests.length], [folded.window, requests + 1]);
    assert.match(edited.userText, /Summary 1\.[^]*edited$/);
  });

  it("sends a question that is answered again exactly as the model saw it, code and summary included", async () => {
    const { model, chat } = given();
    const retriever = fakeRetriever([chunk("a.ts", 1, words(20, "code"))]);
    chat.retriever = retriever;
    for (let i = 0; i < 4; i++) await chat.ask(words(180, `q${i}`));
    const old = (await chat.ask(words(150, "folds"))).turn;
    assert.ok(old.window.summary !== undefined && old.codeText !== "", old.userText);
    const searches = retriever.queries.length;
    const before = model.requests.at(-1)!;
    const again = await regenerate(chat, old);
    const after = model.requests.at(-1)!;
    const shown = (request: GenerateRequest) => request.turns.map(({ context, user, answer }) => ({ context, user, answer }));
    assert.deepEqual(shown(after), shown(before));
    assert.deepEqual([again.window, again.citations, retriever.queries.length], [old.window, old.citations, searches]);
    assert.notEqual(again.id, old.id);
  });

  it("searches and folds anew for a question that is answered again but no longer fits", async () => {
    const { model, chat } = given(4000);
    chat.retriever = fakeRetriever([chunk("a.ts", 1, words(20, "code"))]);
    for (let i = 0; i < 5; i++) await chat.ask(words(180, `q${i}`));
    model.contextSize = 900;
    const again = await regenerate(chat, chat.conversation.turns.at(-1)!);
    assert.equal(again.status.kind, "done");
    assert.ok(again.window.dropped.length > 0 && again.window.summary !== undefined);
    assert.match(again.codeText, /a\.ts:1-1/);
  });

  it("is kept with all that it takes to compute the answer again", async () => {
    const { chat } = given();
    chat.settings = { ...chatSettings, systemPrompt: "Mine.", maxTokens: 9 };
    const { status } = (await chat.ask("q0")).turn;
    assert.ok(status.kind === "done");
    assert.deepEqual([status.record.system, status.record.maxTokens, status.record.origin?.format], ["Mine.", 9, "phi3"]);
  });
});
