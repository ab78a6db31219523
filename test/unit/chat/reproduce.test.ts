import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import type { GenerateRequest, ModelInfo } from "../../../src/engine/ports";
import { parseConversation, serializeConversation } from "../../../src/chat/conversationFile";
import { Sessions } from "../../../src/chat/sessions";
import type { Reproduction, Turn } from "../../../src/chat/types";
import { silentLog } from "../../../src/common/log";
import { chatSettings, chunk, fakeRetriever, info } from "./fakes";
import { turn } from "./samples";
import { answered, ask, given, never } from "./sessionKit";

const question = (text: string) => ({ text, attachments: [] });

/** Three answered questions, the second one with code; the second answer is the one that is reproduced. */
async function threeAnswers() {
  const settings = { sampling: { temperature: 0.7 }, systemPrompt: "Mine.", maxTokens: 9 };
  const retriever = fakeRetriever([]);
  const kit = given({ retriever, settings });
  await ask(kit.session, "One");
  retriever.retrieve = () => Promise.resolve([chunk("a.ts", 1, "code()")]);
  const { turn: two } = await ask(kit.session, "Two");
  await ask(kit.session, "Three");
  return { ...kit, settings, retriever, two };
}

describe("reproducing an answer", () => {
  it("sends the prompt, sampling and seed that it was given, to be evaluated from nothing", async () => {
    const { session, model, settings, retriever, two } = await threeAnswers();
    const then = model.requests[1]!;
    Object.assign(settings, { systemPrompt: "Other.", maxTokens: 3, sampling: { temperature: 2 } });
    retriever.retrieve = () => Promise.reject(new Error("nothing is searched for again"));
    const result = await session.reproduce(two.id, never);
    assert.deepEqual(result, { kind: "same", tokens: 3 });
    assert.deepEqual(model.requests.at(-1), { ...then, sampling: { ...then.sampling, seed: 1 }, conversation: `${session.conversation.id}#reproduce`, fresh: true });
  });

  it("leaves the conversation and its KV state as they are, and nothing of its own", async () => {
    const { session, store, model, two } = await threeAnswers();
    const before = session.conversation;
    await session.reproduce(two.id, never);
    const { id } = before;
    assert.equal(session.conversation, before);
    assert.deepEqual([await store.load(id), (await store.list()).length, model.forgotten, model.released], [before, 1, [`${id}#reproduce`], []]);
    const { turn: next } = await ask(session, "Four");
    assert.ok(next.status.kind === "done" && next.status.record.stats.evaluatedTokens === 1, "the question alone");
  });

  it("leaves out what the turn's own prompt left out, not what later ones did", async () => {
    const { session, model } = given({ settings: { contextFull: "dropOldest" } });
    const asked: Turn[] = [];
    for (const word of ["a", "b", "c", "d", "e", "f"]) asked.push((await ask(session, Array.from({ length: 80 }, () => word).join(" "))).turn);
    const windows = asked.map((one) => one.window.dropped.length);
    assert.ok(windows[0] === 0 && windows[5]! > windows[3]!, windows.join());
    for (const [at, one] of asked.entries()) {
      assert.deepEqual(await session.reproduce(one.id, never), { kind: "same", tokens: 3 });
      assert.deepEqual(model.requests.at(-1)!.turns, model.requests[at]!.turns);
    }
  });

  it("works for an answer of another branch, and after a reload", async () => {
    const { session, model, store, two } = await threeAnswers();
    await answered(session.edit(two.id, question("Deux"), never));
    const stored = parseConversation(serializeConversation(session.conversation));
    await store.save({ ...stored, id: "reloaded" });
    const reopened = await new Sessions({ model, retriever: undefined, store, log: silentLog, settings: () => chatSettings }).open("reloaded");
    assert.deepEqual(await reopened!.reproduce(two.id, never), { kind: "same", tokens: 3 });
  });

  const changes: [what: string, now: Partial<ModelInfo>, reason: RegExp][] = [
    ["another model", { id: "other", hash: "beef" }, /^The model was fake, and is other now\.$/],
    ["another file of the model", { hash: "beef" }, /^The file of the model fake has changed since\.$/],
    ["another library", { libraryVersion: "3.22.1" }, /^The library was node-llama-cpp 3\.21\.1, and is 3\.22\.1 now\.$/],
    ["another device", { device: "vulkan", gpuLayers: 1 }, /^It was computed on the processor, and now on vulkan with 1 layer on the GPU\.$/],
    ["another format", { format: "chatml" }, /^The prompt format was phi3, and is chatml now\.$/],
    ["another KV cache", { kvCacheType: "q8_0" }, /^The KV cache was kept as f16, and is as q8_0 now\.$/],
    ["flash attention", { flashAttention: true }, /^Flash attention was off, and is on now\.$/],
    ["two of them", { hash: "beef", libraryVersion: "4" }, /^The file of .* since\. The library was .* now\.$/],
  ];
  for (const [what, now, reason] of changes) {
    it(`names the cause when the tokens differ: ${what}`, async () => {
      const { session, model, two } = await threeAnswers();
      model.info = { ...info, ...now };
      model.script = "An answer differs .";
      const result = await session.reproduce(two.id, never);
      assert.ok(result.kind === "different" && result.at === 2);
      assert.match(result.reason ?? "", reason);
    });
  }

  it("says that they are the same on another device, when they are", async () => {
    const { session, model, two } = await threeAnswers();
    model.info = { ...info, device: "vulkan", gpuLayers: 2 };
    assert.deepEqual(await session.reproduce(two.id, never), { kind: "same", tokens: 3 });
  });

  const others: [script: string, result: Reproduction][] = [
    ["An answer .", { kind: "same", tokens: 3 }],
    ["An answer", { kind: "different", at: 2 }],
    ["An answer . More", { kind: "different", at: 3 }],
    ["Not at all", { kind: "different", at: 0 }],
  ];
  for (const [script, result] of others) {
    it(`compares to the end: "${script}"`, async () => {
      const { session, model } = given();
      const { turn: first } = await ask(session, "One");
      model.script = script;
      const { reason, ...came } = { reason: undefined, ...(await session.reproduce(first.id, never)) };
      assert.deepEqual(came, result);
      assert.equal(reason !== undefined, result.kind === "different", "whoever is told that it differs is told why");
    });
  }

  /** A model whose answers depend on whether its prompt was read in one go, as rounding makes real ones depend on it. */
  const roundsOtherwise = (request: GenerateRequest) => (request.fresh && request.turns.length > 1 ? "Read at once" : `Number ${request.turns.length} .`);

  it("lets the conversation grow again when reading it in one go gives other tokens", async () => {
    const { session, model } = given();
    model.script = roundsOtherwise;
    for (const text of ["One", "Two", "Three"]) await ask(session, text);
    const { turn } = await ask(session, "Four");
    model.requests.length = 0;
    assert.deepEqual(await session.reproduce(turn.id, never), { kind: "same", tokens: 3 });
    assert.deepEqual(model.requests.map(({ turns, fresh }) => [turns.length, fresh]), [[4, true], [1, true], [2, undefined], [3, undefined], [4, undefined]]);
    assert.deepEqual(model.forgotten, [`${session.conversation.id}#reproduce`]);
  });

  it("lets it grow from the last answer whose prompt was read whole", async () => {
    const { session, sessions, model } = given();
    model.script = roundsOtherwise;
    for (const text of ["One", "Two"]) await ask(session, text);
    await sessions.close(session.conversation.id);
    model.script = "Read whole .";
    await ask(session, "Three");
    model.script = (request) => (request.fresh && request.turns.length === 4 ? "Read at once" : "Read whole .");
    const { turn } = await ask(session, "Four");
    model.requests.length = 0;
    assert.deepEqual(await session.reproduce(turn.id, never), { kind: "same", tokens: 3 });
    assert.deepEqual(model.requests.map(({ turns, fresh }) => [turns.length, fresh]), [[4, true], [3, true], [4, undefined]]);
  });

  it("lets it grow again as it did where an answer was given again, or a question changed: with what stood in the cache before it", async () => {
    const { session, model } = given();
    model.script = (_, evaluated) => `Read ${"x".repeat(evaluated + 1)} .`;
    await ask(session, "One");
    const { turn: two } = await ask(session, "Two words and more of them");
    const { turn: again } = await answered(session.regenerate(two.id, never));
    const { turn: edited } = await answered(session.edit(two.id, question("Two words and less of them"), never));
    assert.equal(new Set([two, again, edited].map(({ answerText }) => answerText)).size, 3);
    for (const { id } of [two, again, edited]) {
      model.requests.length = 0;
      assert.deepEqual(await session.reproduce(id, never), { kind: "same", tokens: 3 });
    }
    assert.deepEqual(model.requests.map(({ turns, maxTokens }) => [turns.at(-1)?.id === edited.id, maxTokens]), [[true, 50], [false, 50], [false, 1], [false, 1], [true, 50]]);
  });

  it("says what may be the cause when that gives other tokens too, and goes no further", async () => {
    const { session, model, two } = await threeAnswers();
    model.script = "An answer differs";
    model.requests.length = 0;
    const result = await session.reproduce(two.id, never);
    assert.ok(result.kind === "different" && result.at === 2);
    assert.match(result.reason ?? "", /Model, library and device are the same\. .* in other portions/);
    assert.deepEqual(model.requests.map(({ turns }) => turns.length), [2, 1]);
  });

  it("is no reproduction when the prompt has other tokens now, whatever came out", async () => {
    const { session, model, two } = await threeAnswers();
    model.promptSalt = "rendered otherwise";
    assert.deepEqual(await session.reproduce(two.id, never), { kind: "different", at: 3, reason: "The prompt no longer has the same tokens." });
  });

  it("computes as many tokens of a stopped answer as there are", async () => {
    const { session, model } = given();
    const abort = new AbortController();
    let seen = 0;
    model.beforeToken = () => {
      if (++seen === 3) abort.abort();
    };
    const { turn: cut } = await ask(session, "Long", [], abort.signal);
    assert.ok(cut.status.kind === "done" && cut.answerTokens.length === 2);
    assert.deepEqual(await session.reproduce(cut.id, never), { kind: "same", tokens: 2 });
    assert.equal(model.requests.at(-1)!.maxTokens, 2);
  });

  it("computes as many tokens as the context had room for, though it may have room for more now", async () => {
    const { session, store, sessions, model, two } = await threeAnswers();
    assert.ok(two.status.kind === "done");
    const full: Turn = { ...two, status: { kind: "done", record: { ...two.status.record, stopReason: "contextFull" } } };
    const { conversation } = session;
    await store.save({ ...conversation, id: "full", turns: conversation.turns.map((one) => (one.id === two.id ? full : one)) });
    model.script = "An answer . that goes on";
    assert.deepEqual(await (await sessions.open("full"))!.reproduce(two.id, never), { kind: "same", tokens: 3 });
    assert.equal(model.requests.at(-1)!.maxTokens, 3);
  });

  it("says that the context is smaller now, where it ends the answer earlier", async () => {
    const { session, model, two } = await threeAnswers();
    const generate = model.generate.bind(model);
    model.generate = async function* (request, signal) {
      for await (const event of generate({ ...request, maxTokens: 2 }, signal)) yield event.type === "done" ? { ...event, stopReason: "contextFull" } : event;
    };
    assert.deepEqual(await session.reproduce(two.id, never), { kind: "different", at: 2, reason: "The context is smaller now, and has no room for the rest." });
  });

  it("can be stopped, while the model loads too", async () => {
    const { session, model, two } = await threeAnswers();
    const abort = new AbortController();
    model.beforeToken = () => abort.abort();
    assert.deepEqual(await session.reproduce(two.id, abort.signal), { kind: "stopped" });
    model.generate = () => {
      throw new DOMException("stopped", "AbortError");
    };
    assert.deepEqual(await session.reproduce(two.id, abort.signal), { kind: "stopped" });
    assert.equal(model.forgotten.length, 2);
  });

  it("fails as the model does, and leaves nothing", async () => {
    const { session, model, two } = await threeAnswers();
    model.dieWith = new HearthError("out-of-memory", "There is no memory left.");
    await assert.rejects(session.reproduce(two.id, never), { code: "out-of-memory" });
    assert.equal(model.forgotten.length, 1);
  });

  it("is refused, with the reason, where nothing was kept to do it by", async () => {
    const { session, store, sessions, two } = await threeAnswers();
    assert.ok(two.status.kind === "done");
    const early = { ...two.status.record };
    delete early.origin;
    const stopped = { ...two.status.record, stopReason: "aborted" as const };
    const unfit: [Turn, RegExp][] = [
      [turn("early", { status: { kind: "done", record: early } }), /earlier version/],
      [turn("failed", { status: { kind: "failed", error: { name: "Error", message: "no" } } }), /Only an answer/],
      [turn("empty", { answerTokens: [], status: { kind: "done", record: stopped } }), /before its first token/],
    ];
    await store.save({ ...session.conversation, id: "unfit", turns: unfit.map(([one]) => one), leaf: "early" });
    const opened = await sessions.open("unfit");
    for (const [{ id }, message] of unfit) await assert.rejects(opened!.reproduce(id, never), { code: "bad-use", message });
    await assert.rejects(opened!.reproduce("gone", never), { code: "bad-use" });
  });
});
