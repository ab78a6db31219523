import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { HearthError } from "../../../src/common/errors";
import { type ErrorReply, ListeningService, until } from "./listeningService";

const errorOf = async (reply: Response) => ((await reply.json()) as ErrorReply).error;
const head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

describe("the service when something goes wrong", function () {
  this.timeout(30_000);
  let service: ListeningService;
  afterEach(() => service.close());

  it("malformed bodies are 400, and the next request is answered", async () => {
    service = await ListeningService.start();
    const bodies = ["{", '{"messages":', "[]", "null", '"text"', "{}", "", "\0", '{"messages":[{"role":"user","content":"\\ud800"'];
    for (const body of bodies) {
      const reply = await fetch(`${service.url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json" }, body });
      assert.deepEqual([reply.status, (await errorOf(reply)).type], [400, "invalid_request_error"], JSON.stringify(body));
    }
    assert.equal((await service.complete("one")).status, 200);
  });

  it("a body of another kind is 415", async () => {
    service = await ListeningService.start();
    const reply = await fetch(`${service.url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "messages=1" });
    assert.equal(reply.status, 415);
  });

  it("a body that is too large is 413, told or not told before", async () => {
    service = await ListeningService.start({ bodyLimit: 2000 });
    const reply = await service.complete("x".repeat(5000));
    assert.equal(reply.status, 413);
    assert.match((await errorOf(reply)).message, /too large/i);
    const chunked = new ReadableStream({ start: (to) => (to.enqueue(new TextEncoder().encode(`{"messages": "${"x".repeat(5000)}`)), to.close()) });
    const streamed = await fetch(`${service.url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json" }, body: chunked, duplex: "half" } as RequestInit);
    assert.equal(streamed.status, 413);
    assert.equal(service.engine.requests.length, 0);
    assert.equal((await service.complete("one")).status, 200);
  });

  it("a client that leaves before its body is whole holds nothing up", async () => {
    service = await ListeningService.start();
    const socket = await openSocket(service);
    socket.write(`${head}Content-Length: 1000\r\n\r\n{"messages"`);
    socket.destroy();
    assert.equal((await service.complete("one")).status, 200);
    assert.equal(service.engine.requests.length, 1);
  });

  it("clients wait for their turn, and a full queue is 429 with the time to come again", async () => {
    service = await ListeningService.start({}, { maxWaiting: 1 });
    service.engine.hangs = true;
    const left = new AbortController();
    const running = service.complete("first", { user: "a" }, { signal: left.signal });
    await service.answering(1);
    const waiting = service.complete("second", { user: "b" });
    await until(() => service.queue.waiting === 1);
    for (const stream of [false, true]) {
      const refused = await service.complete("third", { user: "c", stream });
      assert.equal(refused.status, 429, "as a status, streamed or not");
      const error = await errorOf(refused);
      assert.deepEqual([error.type, error.code], ["rate_limit_error", "queue_full"]);
      assert.ok(Number(refused.headers.get("retry-after")) >= 1);
    }
    service.engine.hangs = false;
    left.abort();
    await assert.rejects(running);
    assert.equal((await waiting).status, 200);
  });

  it("a client that waited for too long is told so", async () => {
    service = await ListeningService.start({}, { maxWaitMs: 20 });
    service.engine.hangs = true;
    const left = new AbortController();
    const running = service.complete("first", {}, { signal: left.signal });
    await service.answering(1);
    const reply = await service.complete("second");
    assert.deepEqual([reply.status, (await errorOf(reply)).code], [429, "waited_too_long"]);
    left.abort();
    await assert.rejects(running);
  });

  for (const stream of [false, true]) {
    it(`a client that leaves ${stream ? "in mid-stream" : "before its answer"} gives its place to the next`, async () => {
      service = await ListeningService.start();
      service.engine.hangs = true;
      const left = new AbortController();
      const leaving = service.complete("first one", { stream, user: "a" }, { signal: left.signal });
      await service.answering(1);
      const next = service.complete("second", { user: "b" });
      await until(() => service.queue.waiting === 1);
      service.engine.hangs = false;
      const gone = stream ? assert.rejects((await leaving).text()) : assert.rejects(leaving);
      left.abort();
      assert.equal((await next).status, 200);
      await gone;
    });
  }

  it("a client that leaves while it waits is never answered", async () => {
    service = await ListeningService.start();
    service.engine.hangs = true;
    const [first, second] = [new AbortController(), new AbortController()];
    const running = service.complete("first", { user: "a" }, { signal: first.signal });
    await service.answering(1);
    const waiting = service.complete("second", { user: "b" }, { signal: second.signal });
    await until(() => service.queue.waiting === 1);
    second.abort();
    await assert.rejects(waiting);
    await until(() => service.queue.waiting === 0);
    first.abort();
    await assert.rejects(running);
    await until(() => service.queue.running === 0);
    assert.equal(service.engine.requests.length, 1);
  });

  it("a slow reader holds nobody up, and gets everything when it reads", async () => {
    service = await ListeningService.start();
    const words = Array.from({ length: 3000 }, (_, at) => `word${at}`).join(" ");
    const body = JSON.stringify({ messages: [{ role: "user", content: words }], stream: true });
    const slow = await openSocket(service);
    slow.pause();
    slow.write(`${head}Connection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    await service.answering(1);
    assert.equal((await service.complete("next")).status, 200, "the slow one's answer is over, read or not");
    const text = await textOf(slow);
    assert.match(text, /data: \[DONE\]/);
    assert.equal([...text.matchAll(/"content":"word\d+ "/g)].length, 3000);
  });

  it("an engine that fails is 503, and the next request finds it mended", async () => {
    service = await ListeningService.start();
    service.engine.problem = new HearthError("engine-stopped", "The engine stopped.", { remedy: "It starts again by itself." });
    const reply = await service.complete("one");
    assert.equal(reply.status, 503);
    assert.ok(Number(reply.headers.get("retry-after")) >= 1);
    assert.deepEqual(await errorOf(reply), { message: "The engine stopped.", type: "server_error", code: "engine-stopped", remedy: "It starts again by itself." });
    service.engine.problem = undefined;
    assert.equal((await service.complete("one")).status, 200);
  });

  it("a graceful stop lets the running answer end, and refuses those that wait", async () => {
    service = await ListeningService.start();
    const release = holdAnswers(service);
    const running = service.complete("first words", { user: "a", stream: true });
    await service.answering(1);
    const waiting = service.complete("second", { user: "b" });
    await until(() => service.queue.waiting === 1);
    const closed = service.close(20_000);
    const refused = await waiting;
    assert.deepEqual([refused.status, (await errorOf(refused)).code], [503, "stopping"]);
    await assert.rejects(service.complete("third"), "no new connection is taken");
    release();
    assert.match(await (await running).text(), /data: \[DONE\]/);
    await closed;
  });

  it("a stop that takes too long ends the running answers, and readers that take nothing", async () => {
    service = await ListeningService.start();
    service.engine.hangs = true;
    const running = await service.complete("first words", { stream: true });
    const silent = await openSocket(service);
    silent.write(`${head}Content-Length: 10\r\n\r\n`);
    await service.close(10);
    assert.doesNotMatch(await running.text(), /DONE/);
    silent.destroy();
  });

  it("counts all of it", async () => {
    service = await ListeningService.start();
    await (await service.complete("one two three")).text();
    await (await service.complete("one", { stream: true })).text();
    await fetch(`${service.url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json" }, body: "{" });
    await service.get("/chat/conversation/some-secret-id");
    const text = await (await service.get("/metrics")).text();
    for (const line of [
      'hearth_requests_total{method="POST",route="/v1/chat/completions",status="200"} 2',
      'hearth_requests_total{method="POST",route="/v1/chat/completions",status="400"} 1',
      'hearth_tokens_total{kind="generated"} 4',
      'hearth_answers_total{stop_reason="endOfTurn"} 2',
      "hearth_queue_wait_seconds_count 2",
      "hearth_queue_running 0",
      "hearth_queue_capacity 1",
      "hearth_model_loaded 1",
    ]) assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
    assert.match(text, /^hearth_resident_memory_bytes\{process="service"\} \d{7,}$/m);
    assert.doesNotMatch(text, /some-secret-id/, "no id becomes a series");
  });
});

/** Answers wait, without heeding anything, until the function that this returns is called. */
function holdAnswers(service: ListeningService): () => void {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const generate = service.engine.generate.bind(service.engine);
  service.engine.generate = async function* (request, signal) {
    const events = generate(request, signal);
    yield* takeOne(events);
    await held;
    yield* events;
  };
  return release;
}

async function* takeOne<T>(events: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
  const { value, done } = await events.next();
  if (done !== true) yield value;
}

async function openSocket(service: ListeningService): Promise<Socket> {
  const socket = connect(Number(new URL(service.url).port), "127.0.0.1");
  socket.on("error", () => undefined); // the service may cut it off
  await once(socket, "connect");
  return socket;
}
