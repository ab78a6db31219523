import assert from "node:assert/strict";
import { HearthError } from "../../../../src/common/errors";
import { HttpError } from "../../../../src/service/httpErrors";
import { type Answered, ChatService, errorOf, type Row } from "./chatService";

describe("POST /chat/query", () => {
  let service: ChatService;

  beforeEach(() => (service = new ChatService()));
  afterEach(() => service.close());

  const query = (body: object) => service.request("POST", "/chat/query", body);

  it("answers with both ids, sources and figures", async () => {
    const { status, body } = await query({ query: "what is a" });
    assert.equal(status, 200);
    const { session_id: session, conversation_id: conversation, sources, ...rest } = body;
    assert.match(String(session), /^[\w-]{36}$/);
    assert.match(String(conversation), /^[\w-]{36}$/);
    assert.deepEqual((sources as Row[]).find((source) => source["path"] === "src/a.ts"), { path: "src/a.ts", start_line: 1, end_line: 3, symbol: "a" });
    assert.deepEqual(rest, {
      answer: "what is a ",
      notices: [],
      model: "fake",
      stop_reason: "endOfTurn",
      seed: 1,
      usage: { prompt_tokens: 3, completion_tokens: 3, cached_tokens: 0, restored_tokens: 0 },
    });
    assert.deepEqual(service.counted, ["endOfTurn"]);
  });

  it("goes on with its conversation, and a new one of the session knows nothing of it", async () => {
    const first = await service.ask("what is a");
    const second = await service.ask("and b", { conversation_id: first.conversation_id });
    const other = await service.ask("what is c", { session_id: first.session_id });
    assert.deepEqual([second.session_id, second.conversation_id], [first.session_id, first.conversation_id]);
    assert.equal(other.session_id, first.session_id);
    assert.notEqual(other.conversation_id, first.conversation_id);
    const requests = service.engine.requests.map(({ conversation, turns }) => [conversation, turns.length]);
    assert.deepEqual(requests, [[first.conversation_id, 1], [first.conversation_id, 2], [other.conversation_id, 1]]);
  });

  it("takes the session's name from the client", async () => {
    assert.equal((await service.ask("hi", { session_id: "team-7" })).session_id, "team-7");
  });

  it("knows no conversation of another session", async () => {
    const { conversation_id } = await service.ask("one", { session_id: "mine" });
    const { status, body } = await query({ query: "two", session_id: "yours", conversation_id });
    assert.deepEqual([status, errorOf(body).code], [404, "conversation_not_found"]);
    assert.equal((await query({ query: "two", conversation_id: "no-such" })).status, 404);
  });

  const bad: readonly object[] = [{}, { query: "" }, { query: "  " }, { query: "a", colour: "red" }, { query: "a", session_id: "no/path" }, { query: 4 }];
  for (const body of bad) it(`answers 400 to ${JSON.stringify(body)}`, async () => assert.equal((await query(body)).status, 400));

  it("answers 409 while the conversation answers, and 410 to a question whose conversation is deleted meanwhile", async () => {
    const { conversation_id } = await service.ask("one");
    service.engine.hangs = true;
    const { asking } = await service.hang(query({ query: "two words", conversation_id }));
    assert.deepEqual([(await query({ query: "three", conversation_id })).status], [409]);
    assert.equal((await service.request("DELETE", `/chat/history?conversation_id=${conversation_id}`)).status, 200);
    const { status, body } = await asking;
    assert.deepEqual([status, errorOf(body).code], [410, "conversation_deleted"]);
    assert.equal((await service.request("GET", `/chat/conversation/${conversation_id}`)).status, 404);
    assert.deepEqual(service.engine.forgotten, [conversation_id]);
  });

  it("leaves nothing behind when it fails", async () => {
    const first = await service.ask("one");
    service.engine.problem = new HearthError("model-not-found", "It is not here.", { remedy: "Download it." });
    assert.equal((await query({ query: "two", conversation_id: first.conversation_id })).status, 503);
    assert.equal((await query({ query: "three" })).status, 503);
    const history = await service.get("/chat/history");
    assert.deepEqual((history["messages"] as Row[]).map((message) => message["content"]), ["one", "one "]);
    assert.equal((await service.get("/chat/sessions"))["total_count"], 1);
    service.engine.problem = undefined;
    await service.ask("two", { conversation_id: first.conversation_id });
    assert.equal(service.engine.requests.at(-1)?.turns.length, 2);
  });

  it("stores nothing for a request that the queue refuses, and tells it who asks", async () => {
    const clients: string[] = [];
    const full = new HttpError(429, "queue_full", "Too many wait.");
    service.admission = { enter: (client) => (clients.push(client), Promise.reject(full)) };
    assert.equal((await query({ query: "one", session_id: "team" })).status, 429);
    assert.deepEqual([clients.length, (await service.get("/chat/sessions"))["total_count"]], [1, 0]);
    assert.match(clients[0]!, /team/);
  });

  it("has a follow-up wait as its session does", async () => {
    const clients: string[] = [];
    service.admission = { enter: (client, _signal, work) => (clients.push(client), work()) };
    const { conversation_id } = await service.ask("one", { session_id: "team" });
    await service.ask("two", { conversation_id });
    await service.ask("three");
    assert.equal(clients[1], clients[0]);
    assert.notEqual(clients[2], clients[0]);
  });

  it("keeps what came of an answer that the service stopped", async () => {
    service.engine.hangs = true;
    const { asking } = await service.hang(query({ query: "two words" }));
    service.stop.abort();
    assert.equal((await asking).status, 503);
    const [, answer] = (await service.get("/chat/history"))["messages"] as Row[];
    assert.deepEqual([answer?.["content"], answer?.["stop_reason"]], ["two ", "aborted"]);
    assert.deepEqual(service.counted, ["aborted"]);
  });

  describe("as server-sent events", () => {
    const accept = "application/json;q=0.1, text/event-stream";

    const post = async (body: object, signal?: AbortSignal) =>
      fetch(`${await service.url()}/chat/query`, {
        ...{ method: "POST", headers: { "content-type": "application/json", accept }, body: JSON.stringify(body) },
        ...(signal && { signal }),
      });

    async function streamed(body: object) {
      const reply = await post(body);
      return { status: reply.status, text: await reply.text() };
    }

    const eventsOf = (text: string) => text.split("\n\n").filter((part) => part.startsWith("data: ")).map((part) => JSON.parse(part.slice("data: ".length)) as Row);

    it("streams what happens, and ends with the whole answer", async () => {
      const events = eventsOf((await streamed({ query: "what is" })).text);
      const { type, ...whole } = events.at(-1) as Row & Answered;
      assert.deepEqual(events.map((event) => event["type"]), ["started", "sources", "prefill", "text", "text", "done"]);
      assert.deepEqual(events[0], { type: "started", session_id: whole.session_id, conversation_id: whole.conversation_id });
      assert.deepEqual([type, whole.answer], ["done", "what is "]);
      const { body } = await query({ query: "what is" });
      assert.deepEqual(Object.keys(whole), Object.keys(body));
    });

    it("fails with its own status before anything has come", async () => {
      assert.equal((await streamed({ query: "a", conversation_id: "no-such" })).status, 404);
      service.engine.problem = new HearthError("model-not-found", "It is not here.");
      assert.equal((await streamed({ query: "a" })).status, 503);
    });

    it("fails with an event after that", async () => {
      service.engine.hangs = true;
      const { asking } = await service.hang(streamed({ query: "one two", session_id: "s" }));
      await service.request("POST", "/chat/session/clear", { session_id: "s" });
      const { status, text } = await asking;
      const last = eventsOf(text).at(-1)!;
      assert.deepEqual([status, last["type"], errorOf(last).code], [200, "error", "conversation_deleted"]);
    });

    it("keeps what has come when the client leaves, and goes on with it", async () => {
      service.engine.hangs = true;
      const left = new AbortController();
      const stopped = new Promise<void>((resolve) => (service.engine.onStopped = resolve));
      const reply = await post({ query: "one two", session_id: "s" }, left.signal);
      await reply.body!.getReader().read();
      left.abort();
      await stopped;
      service.engine.hangs = false;
      const [row] = (await service.get("/chat/session/s/conversations"))["conversations"] as Row[];
      // The left answer is still being stored for a moment.
      while ((await query({ query: "three", conversation_id: row?.["conversation_id"] })).status === 409);
      const contents = ((await service.get("/chat/history"))["messages"] as Row[]).map((message) => [message["content"], message["stop_reason"]]);
      assert.deepEqual(contents, [["one two", undefined], ["one ", "aborted"], ["three", undefined], ["three ", "endOfTurn"]]);
    });
  });
});
