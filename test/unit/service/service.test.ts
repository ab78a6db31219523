import assert from "node:assert/strict";
import { createAssistant } from "../../../src/assistant";
import { memoryStore } from "../../../src/chat/memoryStore";
import { HearthError } from "../../../src/common/errors";
import { silentLog } from "../../../src/common/log";
import type { ChatSettings } from "../../../src/chat/types";
import { openAdmission } from "../../../src/service/admission";
import { createService } from "../../../src/service/createService";
import { noMetrics } from "../../../src/service/metrics";
import { FakeIndex } from "../cli/fakeIndex";
import { FakeEngine } from "../cli/fakes";

/** A service on a free port, over fakes. */
class FakeService {
  readonly engine = new FakeEngine();
  readonly index = new FakeIndex();
  readonly stop = new AbortController();
  settings: ChatSettings = { sampling: {}, useContext: true, contextFull: "dropOldest" };
  readonly #assistant = createAssistant({ engine: this.engine, index: this.index, store: memoryStore(), settings: () => this.settings, log: silentLog });
  readonly app = createService({
    ...this.#assistant,
    admission: openAdmission,
    metrics: noMetrics,
    settings: () => this.settings,
    indexReady: Promise.resolve(),
    version: "1.2.3",
    log: silentLog,
    stop: this.stop.signal,
  });
  url = "";

  async start() {
    this.url = await this.app.listen({ host: "127.0.0.1", port: 0 });
  }

  async post(route: string, body: unknown, signal?: AbortSignal) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return fetch(this.url + route, { method: "POST", headers: { "content-type": "application/json" }, body: text, ...(signal && { signal }) });
  }

  async json(route: string, body: unknown) {
    const reply = await this.post(route, body);
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  }
}

const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });

describe("the service", () => {
  let service: FakeService;

  beforeEach(async () => {
    service = new FakeService();
    await service.start();
  });

  afterEach(async () => {
    service.stop.abort();
    await service.app.close();
  });

  const completion = (body: object) => service.json("/v1/chat/completions", body);

  it("tells its health", async () => {
    const body: unknown = await (await fetch(`${service.url}/health`)).json();
    assert.deepEqual(body, { status: "ok", version: "1.2.3", engine: { state: "idle", model: "fake" }, index: { state: "off" } });
  });

  it("lists its one model", async () => {
    const body = (await (await fetch(`${service.url}/v1/models`)).json()) as { data: { id: string }[] };
    assert.deepEqual(body.data.map((model) => model.id), ["fake"]);
  });

  it("answers a completion whole, with usage", async () => {
    const { status, body } = await completion({ messages: [user("one two")], model: "fake" });
    assert.equal(status, 200);
    assert.deepEqual(body["choices"], [{ index: 0, message: { role: "assistant", content: "one two " }, logprobs: null, finish_reason: "stop" }]);
    assert.deepEqual(body["usage"], { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4, prompt_tokens_details: { cached_tokens: 0 } });
  });

  it("streams a completion as server-sent events", async () => {
    const reply = await service.post("/v1/chat/completions", { messages: [user("one two")], stream: true, stream_options: { include_usage: true } });
    assert.match(reply.headers.get("content-type") ?? "", /^text\/event-stream/);
    const data = (await reply.text()).split("\n\n").filter(Boolean).map((event) => event.replace(/^data: /, ""));
    assert.equal(data.pop(), "[DONE]");
    const chunks = data.map((text) => JSON.parse(text) as { choices: { delta: { content?: string }; finish_reason: string | null }[]; usage?: unknown });
    assert.equal(chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta.content ?? "")).join(""), "one two ");
    assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, "stop");
    assert.ok(chunks.at(-1)?.usage);
  });

  it("goes on with the conversation of a growing history, with the answer's own tokens", async () => {
    await completion({ messages: [user("one two")] });
    await completion({ messages: [user("one two"), assistant("one two "), user("three")] });
    const [first, second] = service.engine.requests;
    assert.equal(second?.conversation, first?.conversation);
    assert.equal(second?.turns[0]?.id, first?.turns[0]?.id);
    assert.deepEqual(second?.turns[0]?.answer?.tokens, [0, 1]);
  });

  it("gives another conversation to another history, and to an answer that was edited", async () => {
    await completion({ messages: [user("one")] });
    await completion({ messages: [user("other")] });
    await completion({ messages: [user("one"), assistant("edited"), user("two")] });
    const [first, second, third] = service.engine.requests;
    assert.equal(new Set([first?.conversation, second?.conversation, third?.conversation]).size, 3);
    assert.notEqual(third?.turns[0]?.id, first?.turns[0]?.id);
    assert.deepEqual(third?.turns[0]?.answer, { text: "edited" });
  });

  it("hands system message and sampling on", async () => {
    const kind = [{ type: "text", text: "Be " }, { type: "text", text: "kind." }];
    await completion({ messages: [{ role: "developer", content: kind }, user("one")], temperature: 0.5, top_p: 0.8, seed: 9, max_tokens: 3 });
    const request = service.engine.requests[0];
    const { sampler, temperature, topP, seed } = request!.sampling;
    assert.deepEqual([request?.system, request?.maxTokens, sampler, temperature, topP, seed], ["Be kind.", 3, "top-p", 0.5, 0.8, 9]);
  });

  const bad: readonly [name: string, body: unknown, message: RegExp][] = [
    ["no JSON", "{", /JSON/],
    ["no messages", {}, /must have required property 'messages'/],
    ["an empty list", { messages: [] }, /messages must NOT have fewer than 1 items/],
    ["an unknown role", { messages: [{ role: "robot", content: "hi" }] }, /role must be equal to one of the allowed values/],
    ["content of a wrong type", { messages: [{ role: "user", content: 4 }] }, /content/],
    ["a temperature in quotes", { messages: [user("a")], temperature: "1" }, /temperature must be number/],
    ["a temperature out of range", { messages: [user("a")], temperature: 9 }, /temperature must be <= 5/],
    ["two answers at once", { messages: [user("a")], n: 2 }, /\/n must be equal/],
    ["tools", { messages: [user("a")], tools: [{}] }, /tools must NOT have more than 0 items/],
    ["an answer as the last message", { messages: [user("a"), assistant("b")] }, /last message must be the user's/],
    ["too long a prompt", { messages: [user("word ".repeat(5000))] }, /take 5001 tokens/],
  ];
  for (const [name, body, message] of bad) {
    it(`answers 400 to ${name}`, async () => {
      const reply = await service.json("/v1/chat/completions", body);
      assert.equal(reply.status, 400);
      assert.match((reply.body["error"] as { message: string }).message, message);
      assert.equal(service.engine.requests.length, 0);
    });
  }

  it("refuses a body that is too large", async () => {
    assert.equal((await completion({ messages: [user("x".repeat(5_000_000))] })).status, 413);
  });

  it("answers 404 to another model and to an unknown path, with a message", async () => {
    const { status, body } = await completion({ messages: [user("a")], model: "gpt" });
    assert.deepEqual([status, (body["error"] as { code: string }).code], [404, "model_not_found"]);
    assert.equal((await fetch(`${service.url}/nothing`)).status, 404);
  });

  it("answers 503 with the remedy when the model is missing", async () => {
    service.engine.problem = new HearthError("model-not-found", "It is not here.", { remedy: "Download it." });
    const { status, body } = await completion({ messages: [user("a")] });
    assert.deepEqual([status, body["error"]], [503, { message: "It is not here.", type: "server_error", code: "model-not-found", remedy: "Download it." }]);
    assert.equal((await service.json("/chat/query", { query: "a" })).status, 503);
  });

  it("refuses a request that names another host", async () => {
    const reply = await service.app.inject({ method: "GET", url: "/health", headers: { host: "evil.example:80" } });
    assert.equal(reply.statusCode, 403);
  });

  it("stops the answer of a client that left, and frees its conversation", async () => {
    service.engine.hangs = true;
    const left = new AbortController();
    const reply = await service.post("/v1/chat/completions", { messages: [user("one two three")], stream: true }, left.signal);
    const reader = reply.body!.getReader();
    await reader.read();
    const generate = service.engine.requests[0];
    const stopped = new Promise<void>((resolve) => (service.engine.onStopped = resolve));
    left.abort();
    await stopped;
    service.engine.hangs = false;
    await completion({ messages: [user("one two three")] });
    assert.equal(service.engine.requests[1]?.conversation, generate?.conversation);
  });

  it("ends running answers when it is told to stop", async () => {
    service.engine.hangs = true;
    const reply = await service.post("/v1/chat/completions", { messages: [user("one two")], stream: true });
    service.stop.abort();
    assert.doesNotMatch(await reply.text(), /DONE/);
  });
});
