import assert from "node:assert/strict";
import { once } from "node:events";
import type { EngineState } from "../../../../src/engine/ports";
import { beginStream, endChunk, type Handler, reply, sendEvent, streams, textChunk, usageChunk } from "./fakeServer";
import { answerOf, never, question, RemoteRig, sampling } from "./remoteRig";

const completions = "POST /v1/chat/completions";

describe("a chat model on a server", () => {
  let rig: RemoteRig;

  beforeEach(async () => {
    rig = await RemoteRig.start();
  });
  afterEach(() => rig.stop());

  it("streams an answer with the server's own counts", async () => {
    rig.server.on(completions, streams(textChunk("Hel"), textChunk("lo."), endChunk(), usageChunk(30, 2, 12)));
    const { text, result, error } = await answerOf(rig.chat().generate(question("Hi?"), never));
    assert.deepEqual([text, error, result?.stopReason, result?.seed, result?.model], ["Hello.", undefined, "endOfTurn", 7, "tiny"]);
    const { promptTokens, reusedTokens, evaluatedTokens, generatedTokens, restoredTokens, estimated } = result!.stats;
    assert.deepEqual([promptTokens, reusedTokens, evaluatedTokens, generatedTokens, restoredTokens, estimated], [30, 12, 18, 2, 0, undefined]);
  });

  it("sends the whole conversation, code in front of its question, and every value that decides a token", async () => {
    rig.server.on(completions, streams(textChunk("x"), endChunk()));
    const turns = [{ id: "1", context: "code\n", user: "What?", answer: { text: "That.", tokens: [1], modelHash: "other" } }, { id: "2", user: "And?" }];
    await answerOf(rig.chat().generate(question("", { turns, stopTexts: ["END"], jsonSchema: { type: "object" } }), never));
    const { body } = rig.server.requests(completions)[0]!;
    assert.deepEqual(body["messages"], [
      { role: "system", content: "Be brief." },
      { role: "user", content: "code\n\nWhat?" },
      { role: "assistant", content: "That." },
      { role: "user", content: "And?" },
    ]);
    const { model, temperature, top_p, top_k, min_p, repetition_penalty, seed, max_tokens, stream, stream_options, stop, response_format } = body;
    assert.deepEqual(
      [model, temperature, top_p, top_k, min_p, repetition_penalty, seed, max_tokens, stream, stream_options, stop],
      ["tiny", 0.5, 1, 20, 0.1, 1.1, 7, 50, true, { include_usage: true }, ["END"]],
    );
    assert.deepEqual(response_format, { type: "json_schema", json_schema: { name: "answer", strict: true, schema: { type: "object" } } });
  });

  it("records the sampling that an unknown server can take, and no other", async () => {
    rig.server.json("GET /v1/models", { data: [{ id: "tiny" }] }).on(completions, streams(textChunk("x"), endChunk()));
    const { result } = await answerOf(rig.chat().generate(question("Hi?"), never));
    const { body } = rig.server.requests(completions)[0]!;
    assert.deepEqual(["top_k", "min_p", "repeat_penalty", "repetition_penalty"].filter((name) => name in body), []);
    assert.deepEqual(result?.sampling, { ...sampling, topK: 0, minP: 0, repeatPenalty: 1 });
  });

  it("leaves out what a strict server does not take, and remembers it", async () => {
    const strict = ["max_tokens", "temperature", "seed"];
    rig.server.json("GET /v1/models", { data: [{ id: "tiny" }] });
    rig.server.on(completions, (request, response) => {
      const [wrong] = strict.filter((field) => field in request.body);
      if (wrong !== undefined) return reply(response, 400, { error: { message: `Unsupported parameter: '${wrong}' is not supported with this model.` } });
      return streams(textChunk("x"), endChunk())(request, response);
    });
    const chat = rig.chat();
    const { result, error } = await answerOf(chat.generate(question("Hi?"), never));
    assert.deepEqual([error, result?.sampling.temperature], [undefined, 1], "the record has what the server did");
    assert.equal(rig.server.requests(completions).at(-1)!.body["max_completion_tokens"], 50);
    const before = rig.server.requests(completions).length;
    await answerOf(chat.generate(question("Again?"), never));
    assert.equal(rig.server.requests(completions).length, before + 1);
  });

  it("does not leave out what the answer has to be like", async () => {
    rig.server.json(completions, { error: { message: "response_format is not supported" } }, 400);
    const { error } = await answerOf(rig.chat().generate(question("Hi?", { jsonSchema: {} }), never));
    assert.equal((error as { code?: string }).code, "server-failed");
  });

  it("guesses the counts that the server does not tell, and says so", async () => {
    rig.server.on(completions, streams(textChunk("Some words of an answer."), endChunk()));
    const { result } = await answerOf(rig.chat().generate(question("Hi?"), never));
    assert.ok(result!.stats.estimated === true && result!.stats.promptTokens > 0 && result!.stats.generatedTokens > 1);
    assert.deepEqual([result!.stats.reusedTokens, result!.stats.evaluatedTokens], [0, 0], "nothing is claimed of a cache that is not known");
  });

  it("keeps the token ids that the server tells", async () => {
    const withIds = (content: string, ids: readonly number[]) => ({ choices: [{ delta: { content }, finish_reason: null, token_ids: ids }] });
    rig.server.on(completions, streams(withIds("a", [5, 6]), withIds("b", [7]), endChunk(), usageChunk(9, 3)));
    const { result } = await answerOf(rig.chat().generate(question("Hi?"), never));
    assert.deepEqual(result?.tokens, [5, 6, 7]);
  });

  it("shows how far the prompt is read, where the server tells", async () => {
    const progress = (processed: number) => ({ choices: [], prompt_progress: { total: 100, cache: 40, processed, time_ms: 1 } });
    rig.server.on(completions, streams(progress(40), progress(100), textChunk("x"), endChunk()));
    const { events } = await answerOf(rig.chat().generate(question("Hi?"), never));
    const prefill = events.filter((event) => event.type === "prefill");
    assert.deepEqual(prefill.map(({ done, total, reused }) => [done, total, reused]), [[0, 60, 40], [60, 60, 40]]);
  });

  const ends: [what: string, chunks: readonly unknown[], reason: string][] = [
    ["the model's own end", [endChunk("stop")], "endOfTurn"],
    ["the limit that was asked for", [endChunk("length"), usageChunk(9, 50)], "maxTokens"],
    ["the end of the context", [endChunk("length"), usageChunk(9, 20)], "contextFull"],
    ["a stop text", [{ choices: [{ delta: {}, finish_reason: "stop", stop_reason: "END" }] }], "stopText"],
    ["what Hearth says", [{ ...endChunk("stop"), hearth: { stop_reason: "stopText" } }], "stopText"],
  ];
  for (const [what, chunks, reason] of ends) {
    it(`tells why an answer ended: ${what}`, async () => {
      rig.server.on(completions, streams(textChunk("x"), ...chunks));
      const { result } = await answerOf(rig.chat().generate(question("Hi?", { stopTexts: ["END"] }), never));
      assert.equal(result?.stopReason, reason);
    });
  }

  it("asks for no more tokens than the context has room for, where the server would refuse that", async () => {
    rig.server.on(completions, streams(textChunk("x"), endChunk()));
    await answerOf(rig.chat().generate(question("word ".repeat(200), { maxTokens: 5000 }), never));
    const asked = rig.server.requests(completions)[0]!.body["max_tokens"] as number;
    assert.ok(asked > 300 && asked < 800, String(asked));
  });

  it("takes an answer in one piece from a server that knows no streams", async () => {
    rig.server.json(completions, { choices: [{ message: { content: "Whole." }, finish_reason: "stop" }], usage: { prompt_tokens: 4, completion_tokens: 1 } });
    const { text, result } = await answerOf(rig.chat().generate(question("Hi?"), never));
    assert.deepEqual([text, result?.stats.generatedTokens], ["Whole.", 1]);
  });

  it("takes events that are cut anywhere, in the middle of a letter too", async () => {
    rig.server.on(completions, async (_, response) => {
      beginStream(response);
      const bytes = Buffer.from([textChunk("für "), textChunk("€"), endChunk()].map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join(": a comment\n\n"));
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end("data: [DONE]\n\n");
    });
    assert.equal((await answerOf(rig.chat().generate(question("Hi?"), never))).text, "für €");
  });

  it("ends with what came when it is stopped, and the server sees the connection close", async () => {
    const stop = new AbortController();
    let closed: Promise<unknown> | undefined;
    rig.server.on(completions, (_, response) => {
      closed = once(response, "close");
      beginStream(response);
      sendEvent(response, textChunk("first"));
    });
    const answer = rig.chat().generate(question("Hi?"), stop.signal);
    const seen: string[] = [];
    for await (const event of answer) {
      if (event.type === "text") stop.abort();
      seen.push(event.type === "done" ? event.stopReason : event.type);
    }
    assert.deepEqual(seen, ["text", "aborted"]);
    await closed;
  });

  it("ends running answers with the reason it is closed for", async () => {
    rig.server.on(completions, (_, response) => {
      beginStream(response);
      sendEvent(response, textChunk("first"));
    });
    const chat = rig.chat();
    const reasons: string[] = [];
    for await (const event of chat.generate(question("Hi?"), never)) {
      if (event.type === "text") await chat.close("modelChanged");
      if (event.type === "done") reasons.push(event.stopReason);
    }
    assert.deepEqual(reasons, ["modelChanged"]);
  });

  it("has nothing of a conversation to bring back or to let go", async () => {
    const chat = rig.chat();
    assert.deepEqual(await chat.resume({ conversation: "c", system: "", turns: [] }), { tokens: 0, restoredTokens: 0, evaluatedTokens: 0 });
    await Promise.all([chat.release("c"), chat.forget("c")]);
    assert.deepEqual(rig.server.seen, []);
  });

  it("says what it is, and passes from idle to ready", async () => {
    const chat = rig.chat();
    const kinds: EngineState["kind"][] = [chat.state.kind];
    chat.onDidChangeState(({ kind }) => kinds.push(kind));
    const info = await chat.load();
    assert.deepEqual(kinds, ["idle", "loading", "ready"]);
    const { id, file, format, device, server, contextSize, hash, gpuLayers } = info;
    assert.deepEqual([id, file, format, device, server, contextSize, gpuLayers], ["tiny", "", "server", "server", rig.server.url, 1000, 0]);
    assert.match(hash, /^[0-9a-f]{64}$/);
  });

  it("sends the key in a header, and never shows it", async () => {
    const key = "sk-secret-1";
    rig.server.json(completions, { error: { message: `Bad things with ${key}.` } }, 400);
    const { error } = await answerOf(rig.chat({}, { key }).generate(question("Hi?"), never));
    assert.ok(rig.server.seen.every(({ headers, route }) => headers.authorization === `Bearer ${key}` && !route.includes(key)));
    assert.match(String(error), /Bad things with …\./);
    assert.ok(!rig.logged.join("\n").includes(key));
  });

  const refusals: [what: string, handler: Handler, code: string, message: RegExp][] = [
    ["a wrong key", (_, response) => reply(response, 401, { error: { message: "Incorrect key sk-abc" } }), "server-refused", /answers 401: it wants a key, or another one\.$/],
    ["a prompt that is too long", (_, response) => reply(response, 400, { error: { message: "This model's maximum context length is 10 tokens." } }), "prompt-too-long", /maximum context length/],
    ["the same, in Hearth's words", (_, response) => reply(response, 400, { error: { message: "The messages take 9.", code: "context_length_exceeded" } }), "prompt-too-long", /take 9/],
    ["a model that it does not have", (_, response) => reply(response, 404, { error: { message: "The model `x` does not exist." } }), "server-model-missing", /does not exist/],
    ["a redirect", (_, response) => reply(response, 307, "", { location: "http://example.invalid/" }), "server-failed", /another address/],
    ["a page of HTML", (_, response) => reply(response, 418, "<html>no</html>"), "server-failed", /answers 418\.$/],
    ["an error as the first event", streams({ error: { message: "too many tokens" } }), "prompt-too-long", /too many tokens/],
    ["a stream that is none", streams("no JSON"), "server-failed", /not as a server with OpenAI's API/],
  ];
  for (const [what, handler, code, message] of refusals) {
    it(`explains ${what}, and asks once`, async () => {
      rig.server.on(completions, handler);
      const { error } = await answerOf(rig.chat().generate(question("Hi?"), never));
      assert.equal((error as { code?: string }).code, code);
      assert.match((error as Error).message, message);
      assert.equal(rig.server.requests(completions).length, 1);
    });
  }
});
