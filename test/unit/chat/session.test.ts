import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import type { RetrieveQuery } from "../../../src/rag/ports";
import { branchOf, siblingsOf, windowOf } from "../../../src/chat/conversation";
import { chunk, fakeRetriever } from "./fakes";
import { turn } from "./samples";
import { answered, ask, given, never } from "./sessionKit";

const words = (count: number, word = "word") => Array.from({ length: count }, () => word).join(" ");

describe("a chat session", () => {
  it("streams an answer and keeps how it came about", async () => {
    const { session } = given();
    const { events, turn } = await ask(session, "What is this?");
    assert.deepEqual(events.map((event) => event.type), ["started", "loading", "prefill", "text", "text", "text", "finished"]);
    assert.equal(turn.answerText, "An answer . ");
    assert.ok(turn.status.kind === "done");
    assert.equal(turn.status.record.model, "fake");
    assert.equal(session.conversation.title, "What is this?");
  });

  it("sends earlier turns with their exact tokens, and the person's settings over the model's", async () => {
    const { session, model } = given({ settings: { sampling: { temperature: 1.5, seed: 7 }, systemPrompt: "Mine.", maxTokens: 9 } });
    await ask(session, "First");
    await ask(session, "Second");
    const request = model.requests[1]!;
    assert.deepEqual(request.turns.map((turn) => [turn.user, turn.answer?.tokens]), [["First", [2, 6, 1]], ["Second", undefined]]);
    assert.equal(request.system, "Mine.");
    assert.equal(request.maxTokens, 9);
    assert.deepEqual(request.sampling, { sampler: "top-p", temperature: 1.5, topK: 40, topP: 0.9, minP: 0, repeatPenalty: 1, seed: 7 });
  });

  it("puts retrieved code before the question, best last, and cites it best first", async () => {
    const { session, model } = given({ retriever: fakeRetriever([chunk("best.ts", 1, "best()"), chunk("next.ts", 5, "next()")]) });
    const { turn } = await ask(session, "Where?");
    const { context = "", user } = model.requests[0]!.turns[0]!;
    const [next, best] = [context.indexOf("next.ts:5-5"), context.indexOf("best.ts:1-1")];
    assert.ok(next > 0 && next < best && user === "Where?", context);
    assert.deepEqual(turn.citations.map((citation) => citation.path), ["best.ts", "next.ts"]);
  });

  it("does not send code again that an earlier turn holds", async () => {
    const { session, model } = given({ retriever: fakeRetriever([chunk("a.ts", 1, "code()")]) });
    await ask(session, "One");
    await ask(session, "Two");
    const [one, two] = model.requests[1]!.turns;
    assert.match(one!.context!, /code\(\)/);
    assert.deepEqual([two!.context, two!.user], [undefined, "Two"]);
  });

  it("sends of a range what no earlier turn holds", async () => {
    const source = (from: number, to: number) => chunk("a.ts", from, Array.from({ length: to - from + 1 }, (_, i) => `line${from + i}`).join("\n"));
    const found = [[source(1, 6)], [source(4, 12)]];
    const { session, model } = given({ retriever: { retrieve: () => Promise.resolve(found.shift() ?? []) } });
    await ask(session, "One");
    const { turn } = await ask(session, "Two");
    const [, two] = model.requests[1]!.turns;
    assert.match(two!.context!, /a\.ts:7-12\n```typescript\nline7\n/);
    assert.deepEqual(turn.citations.map(({ startLine, endLine }) => [startLine, endLine]), [[7, 12]]);
  });

  it("has no code and no references where the search finds nothing", async () => {
    const { session, model } = given({ retriever: fakeRetriever([]) });
    const { events, turn } = await ask(session, "Thanks!");
    assert.equal(model.requests[0]!.turns[0]!.context, undefined);
    assert.deepEqual([turn.codeText, turn.citations, events.some(({ type }) => type === "citations")], ["", [], false]);
  });

  it("searches with the last questions of the branch, the newest last", async () => {
    const queries: RetrieveQuery[] = [];
    const { session } = given({ retriever: { retrieve: (query) => (queries.push(query), Promise.resolve([])) } });
    const turns = [];
    for (const text of ["One", "Two", "Three", "Four", "Five"]) turns.push((await ask(session, text)).turn);
    await answered(session.edit(turns[1]!.id, { text: "Another", attachments: [] }, never));
    assert.deepEqual(queries.map(({ earlier }) => earlier), [[], ["One"], ["One", "Two"], ["One", "Two", "Three"], ["Two", "Three", "Four"], ["One"]]);
  });

  it("retrieves nothing when code context is off", async () => {
    const retriever = fakeRetriever([chunk("a.ts", 1, "code()")]);
    const { session } = given({ retriever, settings: { useContext: false } });
    await ask(session, "One");
    assert.deepEqual(retriever.queries, []);
  });

  it("answers without code, and says so, when the search fails", async () => {
    const { session } = given({ retriever: { retrieve: () => Promise.reject(new Error("no index")) } });
    const { events, turn } = await ask(session, "One");
    assert.ok(events.some((event) => event.type === "notice" && event.text.includes("no index")));
    assert.equal(turn.status.kind, "done");
  });

  it("keeps the attached selection and searches by its text", async () => {
    const retriever = fakeRetriever([chunk("a.ts", 2, "overlapping()"), chunk("b.ts", 1, "other()")]);
    const { session, model } = given({ retriever });
    const attachment = { path: "a.ts", startLine: 1, endLine: 3, language: "typescript", text: "selected()" };
    await ask(session, "Explain this code.", [attachment]);
    const { context = "", user } = model.requests[0]!.turns[0]!;
    assert.match(user, /Code the question is about:\n\na\.ts:1-3\n```typescript\nselected\(\)/);
    assert.match(context, /other/);
    assert.doesNotMatch(context, /overlapping/);
    assert.match(retriever.queries[0]!, /selected\(\)/);
  });

  it("stops: what came stays, and the stop is recorded", async () => {
    const { session, model } = given();
    const abort = new AbortController();
    let seen = 0;
    model.beforeToken = () => {
      if (++seen === 3) abort.abort();
    };
    const { turn } = await ask(session, "Long", [], abort.signal);
    assert.equal(turn.answerText, "An answer ");
    assert.ok(turn.status.kind === "done" && turn.status.record.stopReason === "aborted");
  });

  it("keeps the history whole when the engine dies in the middle of an answer", async () => {
    const { session, model } = given();
    model.dieWith = new HearthError("engine-stopped", "The engine process was ended by SIGKILL.");
    const { turn } = await ask(session, "One");
    assert.ok(turn.status.kind === "failed" && turn.status.error.code === "engine-stopped");
    assert.equal(turn.answerText, "An ");
    model.dieWith = undefined;
    await ask(session, "Two");
    assert.deepEqual(model.requests[1]!.turns.map((other) => [other.user, other.answer?.text]), [["One", "An "], ["Two", undefined]]);
  });

  it("answers with search results, called that, when there is no model", async () => {
    const { session, model } = given({ retriever: fakeRetriever([chunk("found.ts", 3, "found()")]) });
    model.loadError = new HearthError("model-not-found", "There is no file.", { remedy: "Download it." });
    const { turn } = await ask(session, "Where?");
    assert.ok(turn.status.kind === "searchResults" && turn.status.reason.remedy === "Download it.");
    assert.match(turn.answerText, /No model is loaded.*search results[^]*found\.ts:3-3/);
    model.loadError = undefined;
    await ask(session, "And now?");
    const sent = model.requests[0]!.turns.map((other) => other.user);
    assert.ok(sent.length === 1 && sent[0]!.endsWith("And now?"), "the results are no part of the model's history");
  });

  it("keeps with a question what its prompt left out, and takes it over to the next one", async () => {
    const { session, model } = given({ settings: { contextFull: "dropOldest" } });
    for (let i = 0; i < 4; i++) await ask(session, words(90, `w${i}`));
    const { turn } = await ask(session, words(20, "last"));
    const { dropped } = turn.window;
    assert.ok(dropped.length > 0 && turn.status.kind === "done");
    assert.deepEqual(windowOf(session.conversation).dropped, dropped);
    const sent = (await ask(session, "Next"), model.requests.at(-1)!.turns.map((other) => other.id));
    assert.deepEqual(sent, branchOf(session.conversation).map((other) => other.id).filter((id) => !dropped.includes(id)));
  });

  it("loses nothing of the history to a question that is refused, or stopped before the model saw it", async () => {
    const { session, model } = given({ settings: { contextFull: "dropOldest" } });
    for (let i = 0; i < 3; i++) await ask(session, words(80, `w${i}`));
    const attachment = { path: "big.ts", startLine: 1, endLine: 9, language: "typescript", text: words(500) };
    const { turn } = await ask(session, "Explain", [attachment]);
    assert.ok(turn.status.kind === "failed" && turn.status.error.code === "prompt-too-long");
    const abort = new AbortController();
    model.beforeMeasure = () => abort.abort();
    await ask(session, words(90, "stopped"), [], abort.signal);
    model.beforeMeasure = () => undefined;
    await ask(session, "Short");
    assert.deepEqual(model.requests.at(-1)!.turns.map((other) => other.user.split(" ")[0]), ["w0", "w1", "w2", "Short"]);
    assert.deepEqual(windowOf(session.conversation).dropped, []);
  });

  it("stores a long answer while it runs", async () => {
    const { session, model, store } = given();
    const realNow = performance.now.bind(performance);
    let now = 0;
    performance.now = () => now;
    const kept: string[] = [];
    model.beforeToken = () => {
      now += 2000;
    };
    try {
      for await (const event of session.ask({ text: "Long", attachments: [] }, new AbortController().signal)) {
        if (event.type === "text") kept.push((await store.load(session.conversation.id))!.turns[0]!.answerText);
      }
    } finally {
      performance.now = realNow;
    }
    assert.deepEqual(kept, ["", "", "An answer "]);
  });

  it("says that nothing was searched when there is no model and code context is off", async () => {
    const { session, model } = given({ settings: { useContext: false } });
    model.loadError = new HearthError("model-not-found", "There is no file.");
    const { turn } = await ask(session, "Where?");
    assert.match(turn.answerText, /code context is off/);
  });

  it("refuses a second question while one runs", async () => {
    const { session } = given();
    const first = session.ask({ text: "One", attachments: [] }, new AbortController().signal);
    await first.next();
    await assert.rejects(session.ask({ text: "Two", attachments: [] }, new AbortController().signal).next(), /still answering/);
    await first.return(undefined);
    assert.equal(session.busy, false);
    assert.equal(session.conversation.turns[0]!.status.kind, "failed");
  });

  it("clears, keeps its id, and has the engine forget it", async () => {
    const { session, model, store } = given();
    await ask(session, "One");
    const { id, createdAt } = session.conversation;
    await session.clear();
    assert.deepEqual([session.conversation, model.forgotten], [{ id, createdAt, title: "New chat", turns: [], leaf: undefined }, [id]]);
    assert.equal(await store.load(id), undefined);
  });

  it("opens a stored conversation once, however often it is asked for", async () => {
    const { session, sessions, store, model } = given();
    await ask(session, "One");
    const { id } = session.conversation;
    await sessions.close(id);
    assert.deepEqual([model.released, model.forgotten], [[id], []], "what is saved of its KV state stays");
    const [a, b] = await Promise.all([sessions.open(id), sessions.open(id)]);
    assert.ok(a && a === b && a !== session);
    assert.equal(a.conversation.turns.length, 1);
    assert.equal(await sessions.open("unknown"), undefined);
    assert.equal((await store.list())[0]!.title, "One");
  });

  it("answers all the same when it cannot be stored, and says so", async () => {
    const { session, store } = given();
    store.save = () => Promise.reject(new Error("no space left on device"));
    const { events, turn } = await ask(session, "One");
    assert.equal(turn.status.kind, "done");
    assert.ok(events.some((event) => event.type === "notice" && event.text.includes("no space left")));
    assert.deepEqual([events[0]!.type, events.at(-1)!.type], ["started", "finished"]);
  });

  it("takes in what another window stored meanwhile, and stays on its own branch", async () => {
    const { session, store } = given();
    const root = (await ask(session, "One")).turn.id;
    const save = store.save.bind(store);
    store.save = (mine) => save(mine.turns.some((one) => one.id === "theirs") ? mine : { ...mine, turns: [...mine.turns, turn("theirs", { parent: root })] });
    await ask(session, "Two");
    assert.deepEqual(branchOf(session.conversation).map((one) => one.question.text), ["One", "Two"]);
    assert.deepEqual(siblingsOf(session.conversation, "theirs").map((one) => one.question.text).sort(), ["Question theirs", "Two"]);
  });
});
