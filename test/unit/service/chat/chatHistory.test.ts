import assert from "node:assert/strict";
import { fileStore } from "../../../../src/chat/fileStore";
import { memoryStore } from "../../../../src/chat/memoryStore";
import { silentLog } from "../../../../src/common/log";
import { conversationOf, turn } from "../../chat/samples";
import { temporaryFolder } from "../../engine/temporaryFolder";
import { ChatService, type Row } from "./chatService";

const without = (row: Row, ...keys: readonly string[]): Row => Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)));

describe("what the service tells of sessions and conversations", () => {
  let service: ChatService;

  beforeEach(() => (service = new ChatService()));
  afterEach(() => service.close());

  const contents = (reply: Row) => (reply["messages"] as Row[]).map((message) => String(message["content"]).trim());

  async function talk() {
    const one = await service.ask("one", { session_id: "s" });
    await service.ask("two", { conversation_id: one.conversation_id });
    const three = await service.ask("three", { session_id: "s" });
    await service.ask("four", { session_id: "other" });
    return { one: one.conversation_id, three: three.conversation_id };
  }

  it("history: the newest messages, oldest first, of one conversation or of all", async () => {
    const { one } = await talk();
    const histories: readonly [query: string, total: number, contents: readonly string[]][] = [
      [`?conversation_id=${one}`, 4, ["one", "one", "two", "two"]],
      [`?conversation_id=${one}&limit=3`, 4, ["one", "two", "two"]],
      ["?limit=3", 8, ["three", "four", "four"]],
      ["", 8, ["one", "one", "two", "two", "three", "three", "four", "four"]],
    ];
    for (const [query, total, expected] of histories) {
      const reply = await service.get(`/chat/history${query}`);
      assert.deepEqual([reply["total_count"], contents(reply)], [total, expected], query);
    }
  });

  it("history: questions come with their time, answers with sources and how they ended", async () => {
    const { conversation_id } = await service.ask("one");
    const [question, answer] = (await service.get("/chat/history"))["messages"] as Row[];
    const { created_at: askedAt, ...asked } = question!;
    assert.ok(Math.abs(Date.parse(String(askedAt)) - Date.now()) < 60_000);
    assert.deepEqual(asked, { role: "user", conversation_id, content: "one" });
    const { sources } = answer!;
    assert.deepEqual(without(answer!, "sources", "created_at"), { role: "assistant", conversation_id, content: "one ", status: "done", model: "fake", stop_reason: "endOfTurn" });
    assert.equal((sources as Row[])[0]?.["path"], "src/a.ts");
  });

  it("history of all is the same however many conversations have to be read for it", async () => {
    const store = memoryStore();
    // Conversations that overlap in time: turn n is asked at n.
    const turns = [[1, 8, 9], [2, 7], [3, 4, 5, 6]].map((times) => times.map((askedAt) => turn(`t${askedAt}`, { askedAt, answerText: "" })));
    for (const [at, own] of turns.entries()) await store.save(conversationOf(own, { id: `c${at}`, turns: own.map((each, index) => ({ ...each, parent: own[index - 1]?.id })) }));
    const overlapping = new ChatService(store);
    for (let limit = 1; limit <= 10; limit++) {
      const found = contents(await overlapping.get(`/chat/history?limit=${limit}`));
      assert.deepEqual(found, [1, 2, 3, 4, 5, 6, 7, 8, 9].slice(-limit).map((time) => `Question t${time}`));
    }
    await overlapping.close();
  });

  it("context: how far a conversation has come", async () => {
    const { one } = await talk();
    const rest = without(await service.get(`/chat/context?conversation_id=${one}`), "created_at", "last_updated");
    const counts = { message_count: 4, user_message_count: 2, assistant_message_count: 2 };
    assert.deepEqual(rest, { conversation_id: one, session_id: "s", ...counts, last_query: "two", last_response: "two " });
  });

  it("a question that is being answered is there", async () => {
    service.engine.hangs = true;
    const { asking } = await service.hang(service.request("POST", "/chat/query", { query: "one two", session_id: "s" }));
    const [row] = (await service.get("/chat/session/s/conversations"))["conversations"] as Row[];
    const context = await service.get(`/chat/context?conversation_id=${String(row?.["conversation_id"])}`);
    assert.deepEqual([context["user_message_count"], context["last_query"]], [1, "one two"]);
    service.stop.abort();
    await asking;
  });

  it("conversation: all of it", async () => {
    const { one } = await talk();
    const { messages, ...rest } = await service.get(`/chat/conversation/${one}`);
    assert.deepEqual(without(rest, "created_at", "last_updated"), { conversation_id: one, session_id: "s", title: "one", message_count: 4 });
    assert.deepEqual(contents({ messages }), ["one", "one", "two", "two"]);
  });

  it("session: what it holds; a name that nothing has been asked under is none", async () => {
    const { one, three } = await talk();
    const { created_at: createdAt, last_updated: updatedAt, ...rest } = await service.get("/chat/session/s");
    assert.deepEqual(rest, { session_id: "s", conversation_count: 2, message_count: 6 });
    assert.ok(String(createdAt) <= String(updatedAt));
    const listed = await service.get("/chat/session/s/conversations");
    const ids = (listed["conversations"] as Row[]).map((row) => row["conversation_id"]);
    assert.deepEqual([listed["total_count"], new Set(ids)], [2, new Set([one, three])]);
    for (const path of ["/chat/session/nobody", "/chat/session/nobody/conversations", "/chat/conversation/nobody", "/chat/context?conversation_id=nobody", "/chat/history?conversation_id=nobody"]) {
      assert.equal((await service.request("GET", path)).status, 404, path);
    }
  });

  it("sessions: all of them", async () => {
    await talk();
    const all = await service.get("/chat/sessions");
    const rows = (all["sessions"] as Row[]).map((row) => [row["session_id"], row["conversation_count"], row["message_count"]]);
    assert.deepEqual([all["total_count"], new Map(rows.map((row) => [row[0], row.slice(1)]))], [2, new Map([["other", [1, 2]], ["s", [2, 6]]])]);
    assert.equal(((await service.get("/chat/sessions?limit=1"))["sessions"] as Row[]).length, 1);
  });

  it("answers 400 to a wrong query string", async () => {
    for (const query of ["limit=0", "limit=ten", "limit=10000", "color=red"]) assert.equal((await service.request("GET", `/chat/history?${query}`)).status, 400, query);
    assert.equal((await service.request("GET", "/chat/context")).status, 400);
  });

  it("deletes one conversation, a session, or all, with their KV states", async () => {
    const { one, three } = await talk();
    assert.deepEqual((await service.request("DELETE", `/chat/history?conversation_id=${one}`)).body, { deleted_conversations: 1 });
    assert.equal((await service.request("DELETE", `/chat/history?conversation_id=${one}`)).status, 404);
    assert.deepEqual((await service.request("POST", "/chat/session/clear", { session_id: "s" })).body, { session_id: "s", deleted_conversations: 1 });
    assert.deepEqual(service.engine.forgotten, [one, three]);
    assert.equal((await service.request("GET", "/chat/session/s")).status, 404);
    assert.deepEqual((await service.request("POST", "/chat/session/clear", { session_id: "s" })).body, { session_id: "s", deleted_conversations: 0 });
    assert.deepEqual((await service.request("DELETE", "/chat/history")).body, { deleted_conversations: 1 });
    assert.equal((await service.get("/chat/history"))["total_count"], 0);
    assert.equal((await service.request("POST", "/chat/session/clear", {})).status, 400);
    await service.ask("again", { session_id: "s" });
    assert.equal((await service.get("/chat/session/s"))["message_count"], 2);
  });
});

describe("the chat routes in the OpenAPI document", () => {
  it("have a summary and a reply", async () => {
    const service = new ChatService();
    const { paths } = (await service.get("/openapi.json")) as { paths: Record<string, Record<string, Operation>> };
    const routes = Object.entries(paths).flatMap(([path, operations]) => Object.entries(operations).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })));
    const chat = routes.filter(({ name }) => name.includes("/chat/") && !name.includes("/v1/"));
    assert.deepEqual(chat.map(({ name }) => name).sort(), [
      ...["delete /chat/history", "get /chat/context", "get /chat/conversation/{id}", "get /chat/history", "get /chat/session/{id}", "get /chat/session/{id}/conversations"],
      ...["get /chat/sessions", "post /chat/query", "post /chat/session/clear"],
    ]);
    for (const { name, summary, responses } of chat) {
      assert.match(summary, /^[A-Z]/, name);
      assert.ok(responses["200"]?.content?.["application/json"]?.schema, name);
    }
    const query = chat.find(({ name }) => name === "post /chat/query");
    assert.deepEqual(Object.keys(query?.responses["200"]?.content ?? {}), ["application/json", "text/event-stream"]);
    await service.close();
  });
});

interface Operation {
  readonly summary: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> }>>;
}

describe("sessions over a restart of the service", () => {
  const folder = temporaryFolder();
  const start = () => new ChatService(fileStore(folder(), silentLog));

  it("are all there, and a conversation goes on with what was said", async () => {
    const before = start();
    const { conversation_id } = await before.ask("one", { session_id: "s" });
    await before.ask("two", { session_id: "s" });
    const sessions = await before.get("/chat/sessions");
    await before.close();
    const after = start();
    assert.deepEqual(await after.get("/chat/sessions"), sessions);
    assert.equal((await after.ask("three", { conversation_id })).session_id, "s");
    assert.deepEqual(after.engine.requests[0]?.turns.map((turn) => turn.user), ["one", "three"]);
    await after.close();
  });

  it("two services with one home see each other's", async () => {
    const [one, other] = [start(), start()];
    const { conversation_id } = await one.ask("one", { session_id: "s" });
    await other.ask("two", { conversation_id });
    assert.equal((await other.get("/chat/session/s"))["message_count"], 4);
    assert.equal((await one.get("/chat/session/s"))["message_count"], 4);
    for (const service of [one, other]) await service.close();
  });

  it("conversations of an earlier version are sessions of their own", async () => {
    await fileStore(folder(), silentLog).save(conversationOf([turn("t")], { id: "old" }));
    const service = start();
    assert.equal((await service.get("/chat/session/old"))["message_count"], 2);
    assert.equal((await service.ask("more", { conversation_id: "old", session_id: "old" })).session_id, "old");
    await service.close();
  });
});
