import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError } from "../../../../src/common/errors";
import { type EmptyContract, portPair, RpcPeer } from "../../../../src/common/rpc";
import { ConversationFiles } from "../../../../src/vscode/conversations/conversationFiles";
import { conversationHandlers } from "../../../../src/vscode/conversations/conversationHandlers";
import { serveChat, type ViewServices } from "../../../../src/vscode/chatServer";
import type { ShellContract, ViewState } from "../../../../src/webview/protocol";
import { conversationOf, turn } from "../../chat/samples";
import { FakeSession, named, openChat, ready } from "../fakes";
import type { ChatSession } from "../../../../src/chat/session";
import { composerServices } from "../composer/services";
import { conversationServices } from "./fakes";

describe("what a view asks about conversations", () => {
  function given() {
    const opened = openChat((session) => session.hold("a", "b", "c"));
    const done: unknown[] = [];
    const services = conversationServices((what) => Promise.resolve(void done.push(what)));
    const handlers = conversationHandlers(() => Promise.resolve(opened.chat), services);
    const { signal } = new AbortController();
    const ask = (name: keyof typeof handlers, params: unknown) => Promise.resolve((handlers[name] as (params: unknown, signal: AbortSignal) => unknown)(params, signal));
    return { ...opened, done, services, ask };
  }

  it("is the list, with what is open and whose it is", async () => {
    const { ask, done } = given();
    const row = { id: "old", title: "Old", updatedAt: 5, turns: 1, pinned: false, open: true };
    assert.deepEqual(await ask("history", { query: "x", all: true }), [row, { ...row, id: "far", workspace: "Elsewhere", open: false }]);
    assert.deepEqual(done, [["list", { query: "x", all: true }]]);
  });

  const handed: readonly [name: Parameters<ReturnType<typeof given>["ask"]>[0], params: object, done: unknown[]][] = [
    ["openConversation", { id: "old", inTab: false }, [["show", "old"]]],
    ["openConversation", { id: "old", inTab: true }, [["tab", "old"]]],
    ["renameConversation", { id: "old", title: "New" }, [["rename", "old", "New"]]],
    ["pinConversation", { id: "old", pinned: true }, [["pin", "old", true]]],
    ["deleteConversation", { id: "old" }, [["trash", "old"]]],
    ["restoreConversation", { id: "old" }, [["restore", "old"]]],
    ["exportConversation", { id: "old", format: "json" }, [["save", "old.json", "json"]]],
    ["importConversation", {}, [["add", "{}"]]],
  ];
  for (const [name, params, expected] of handed) {
    it(`is done: ${name} ${JSON.stringify(params)}`, async () => {
      const { ask, done } = given();
      await ask(name, params);
      assert.deepEqual(done, expected);
    });
  }

  const hostile: readonly [name: Parameters<ReturnType<typeof given>["ask"]>[0], params: unknown][] = [
    ["history", { query: 5, all: true }],
    ["history", null],
    ["openConversation", { id: "../x", inTab: false }],
    ["openConversation", { id: "a" }],
    ["renameConversation", { id: "a", title: "x".repeat(2000) }],
    ["exportConversation", { id: "a", format: "html" }],
    ["deleteConversation", {}],
    ["deleteTurn", { turn: 4 }],
    ["regenerateWith", {}],
  ];
  for (const [name, params] of hostile) {
    it(`is refused when it is ${name} ${JSON.stringify(params).slice(0, 60)}`, async () => {
      const { ask, done } = given();
      await assert.rejects(async () => ask(name, params), (error) => error instanceof HearthError && error.code === "bad-use");
      assert.deepEqual(done, []);
    });
  }

  it("deletes a turn once the person has said yes, with what follows", async () => {
    const { ask, done, chat, services, sent } = given();
    await ask("deleteTurn", { turn: "b" });
    assert.deepEqual([done, chat.state.turns.map(({ id }) => id)], [[["confirm", "Delete this question?"]], ["a"]]);
    assert.equal(named(sent, "state").at(-1)?.turns.length, 1);
    services.confirm = () => Promise.resolve(false);
    await ask("deleteTurn", { turn: "a" });
    assert.equal(chat.state.turns.length, 1);
  });

  it("answers again with another model, or leaves it where none is chosen; nothing is asked while an answer runs", async () => {
    const { ask, done, chat, session, services } = given();
    await ask("regenerateWith", { turn: "c" });
    assert.deepEqual([done, session().regenerated], [[["pickModel"]], [["c", undefined]]]);
    await assert.rejects(ask("regenerateWith", { turn: "c" }), /still answering/);
    await assert.rejects(ask("deleteTurn", { turn: "c" }), /still answering/);
    assert.equal(done.length, 1);
    await chat.stop();
    services.pickModel = () => Promise.resolve(false);
    await ask("regenerateWith", { turn: "c" });
    assert.equal(session().regenerated.length, 1);
  });

  it("is the context with what is attached, and null while no model is loaded", async () => {
    const { ask, chat, engine } = given();
    assert.equal(await ask("context", {}), null);
    engine.become(ready());
    chat.attach({ path: "a.ts", startLine: 1, endLine: 1, language: "", text: "x" });
    assert.deepEqual(await ask("context", {}), { contextSize: 100, parts: [{ kind: "attachments", label: "", tokens: 1, text: "x" }, { kind: "free", label: "", tokens: 99 }] });
  });
});

describe("a chat's views", () => {
  it("are told of another title, and of pages that are to open, also when they come later", () => {
    const { chat, sent, view, session } = openChat((first) => first.hold("a"));
    session().conversation = { ...session().conversation, title: "Renamed" };
    chat.historyChanged();
    assert.deepEqual([named(sent, "title"), named(sent, "historyChanged").length], [["Renamed"], 1]);
    chat.open("history");
    view.dispose();
    chat.open("context");
    const later: string[] = [];
    chat.connect((name) => later.push(name));
    assert.deepEqual([named(sent, "showHistory").length, named(sent, "showContext").length, later], [1, 0, ["showContext"]]);
  });

  it("learn of versions that another window made, with the end of the next answer", async () => {
    const { chat, sent, session } = openChat((first) => first.hold("a", "b"));
    await chat.ask("Why?");
    const { conversation } = session();
    const version = { ...conversation.turns[1]!, id: "b2" };
    session().conversation = { ...conversation, turns: [...conversation.turns, version] };
    session().conversation = { ...session().conversation, turns: [...session().conversation.turns.filter(({ id }) => id !== "t3"), conversation.turns[2]!] };
    session().finish("x");
    await chat.idle;
    assert.deepEqual(named(sent, "turn").filter(({ id }) => id === "b").map(({ branch }) => branch?.count), [2]);
  });

  it("show another conversation, and the old one is closed", async () => {
    const { chat, sent, closed } = openChat((session) => session.hold("a"));
    const other = new FakeSession("other");
    other.hold("x", "y");
    await chat.show(other as unknown as ChatSession);
    assert.deepEqual([chat.conversation.id, closed, named(sent, "state").at(-1)?.turns.map(({ id }) => id)], ["other", ["c1"], ["x", "y"]]);
    await chat.show(other as unknown as ChatSession);
    assert.deepEqual(closed, ["c1"]);
  });

  it("can be given another chat while the first one's answer goes on", async () => {
    const [first, second] = [openChat(), openChat((session) => session.hold("z"))];
    const [a, b] = portPair();
    const services = { opened: () => undefined, composer: composerServices(), conversations: conversationServices(() => Promise.resolve()) } as unknown as ViewServices;
    const server = serveChat({ port: a, isVisible: () => true }, Promise.resolve(first.chat), services);
    const view = new RpcPeer<EmptyContract, ShellContract>(b, {});
    const states: ViewState[] = [];
    const texts: string[] = [];
    view.on("state", (state) => states.push(state));
    view.on("turn", ({ id }) => texts.push(id));
    await view.call("ready", {});
    await view.call("ask", { text: "Why?" });
    server.show(second.chat);
    first.session().finish("x");
    await first.chat.idle;
    await sleep(1);
    assert.deepEqual([states.map(({ turns }) => turns[0]?.id), texts], [["z"], ["t1"]], "what the first chat says is not shown any more");
    await view.call("stop", {});
    assert.equal((await view.call("ready", {})).turns[0]?.id, "z");
  });
});

describe("files of chats", () => {
  const conversation = conversationOf([turn("a")], { title: "Where is it?" });

  it("are written under the chat's name, and read as chats of their own", async () => {
    const written: unknown[] = [];
    const added: string[] = [];
    const history = { read: () => Promise.resolve(conversation), add: (text: string) => Promise.resolve(added.push(text)).then(() => "new") };
    const dialogs = { save: (name: string, text: string) => Promise.resolve(written.push([name, text.slice(0, 14)])).then(() => true), open: () => Promise.resolve<string | undefined>("text") };
    const files = new ConversationFiles(history, dialogs);
    await files.save("a", "markdown");
    await files.save("a", "json");
    assert.deepEqual(written, [["where-is-it.md", "# Where is it?"], ["where-is-it.json", '{"version":2,"']]);
    assert.deepEqual([await files.open(), added], [{ id: "new", title: "Where is it?" }, ["text"]]);
    dialogs.open = () => Promise.resolve(undefined);
    assert.deepEqual([await files.open(), added.length], [null, 1]);
  });
});
