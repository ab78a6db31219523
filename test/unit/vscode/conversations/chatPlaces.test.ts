import assert from "node:assert/strict";
import { Emitter } from "../../../../src/common/emitter";
import { silentLog } from "../../../../src/common/log";
import type { ChatSession } from "../../../../src/chat/session";
import type { IndexStatus } from "../../../../src/rag/ports";
import type { ChatController } from "../../../../src/vscode/chatController";
import { Chats } from "../../../../src/vscode/chats";
import { ContextSwitch } from "../../../../src/vscode/contextSwitch";
import { ChatPlaces } from "../../../../src/vscode/conversations/chatPlaces";
import { ModelStatus } from "../../../../src/vscode/modelStatus";
import { FakeEngine, FakeMemento, FakeSession } from "../fakes";

/** A window with a sidebar and tabs; any id is a stored conversation, those that begin with "far" of another workspace. */
function given() {
  const sessions = new Map<string, FakeSession>();
  const done: string[] = [];
  const session = (id: string) => {
    const known = sessions.get(id) ?? new FakeSession(id);
    sessions.set(id, known);
    return known as unknown as ChatSession;
  };
  let made = 0;
  const store = {
    create: () => session(`new${++made}`),
    open: (id: string) => Promise.resolve(id === "gone" ? undefined : session(id)),
    branch: (id: string) => Promise.resolve(session(`${id}-branch`)),
    close: (id: string) => Promise.resolve(void done.push(`close ${id}`)),
  };
  const index = { status: { kind: "off" } as IndexStatus, onDidChangeStatus: new Emitter<IndexStatus>().subscribe, onDidTouch: new Emitter<readonly string[]>().subscribe, checkCitations: () => Promise.resolve([]) };
  const memento = new FakeMemento();
  const chats = new Chats({ sessions: store, model: new ModelStatus(new FakeEngine()), index, context: new ContextSwitch(new FakeMemento()), log: silentLog, restoreFailed: () => undefined }, memento);
  const tabs: ChatController[] = [];
  const panels = {
    get active() {
      return tabs.at(-1);
    },
    create: async (conversation: Promise<ChatController>) => {
      const chat = await conversation;
      tabs.push(chat);
      return chat;
    },
    reveal: (chat: ChatController) => tabs.includes(chat) && done.push(`reveal ${chat.conversation.id}`) > 0,
    release: (chat: ChatController) => tabs.splice(tabs.indexOf(chat), 1).length > 0,
  };
  const history = { own: (id: string) => Promise.resolve(id.replace("far", "copy")), trash: (id: string) => Promise.resolve(void done.push(`trash ${id}`)) };
  const focusSidebar = () => Promise.resolve(done.push("focus sidebar"));
  const shown: string[] = [];
  chats.onDidReplaceSidebar((chat) => shown.push(chat.conversation.id));
  return { chats, tabs, memento, done, shown, sessions, places: new ChatPlaces({ chats, history, panels: () => panels, focusSidebar }) };
}

describe("where chats are shown", () => {
  it("is one place for each: a chat that is open is brought to the front", async () => {
    const { places, chats, tabs, done } = given();
    const side = await chats.sidebar();
    await places.show("a", side);
    await places.showInTab("b");
    await places.showInTab("b");
    await places.show("b", side);
    assert.deepEqual([side.conversation.id, tabs.map((chat) => chat.conversation.id)], ["a", ["b"]]);
    await places.show("a", tabs[0]!);
    assert.deepEqual(done, ["close new1", "reveal b", "reveal b", "focus sidebar"]);
    assert.deepEqual([places.isOpen("a"), places.isOpen("new1")], [true, false]);
  });

  it("is a copy for one of another workspace", async () => {
    const { places, chats } = given();
    const side = await chats.sidebar();
    await places.show("far", side);
    assert.equal(side.conversation.id, "copy");
    await assert.rejects(places.show("gone", side), /no such chat/);
  });

  it("is the editor after a move, with the answer that runs, and the sidebar has a new chat", async () => {
    const { places, chats, tabs, sessions, shown, memento } = given();
    const side = await chats.sidebar();
    await side.ask("Why?");
    await places.moveToEditor();
    assert.deepEqual([tabs[0] === side, side.busy, shown], [true, true, ["new2"]]);
    assert.equal((await chats.sidebar()).conversation.id, "new2");
    assert.equal(memento.values.get("hearth.sidebarConversation"), "new2");
    sessions.get("new1")!.finish("x");
    await side.idle;
    assert.equal(memento.values.get("hearth.sidebarConversation"), "new2", "a tab's answer is no news of the sidebar");
    await places.moveToSidebar();
    assert.deepEqual([tabs.length, (await chats.sidebar()) === side, side.state.turns[0]?.answer], [0, true, "x"]);
    assert.equal(memento.values.get("hearth.sidebarConversation"), "new1");
  });

  it("shows the sidebar's chat in a tab by a move", async () => {
    const { places, chats, tabs } = given();
    const side = await chats.sidebar();
    await places.showInTab(side.conversation.id);
    assert.deepEqual(tabs, [side]);
    assert.notEqual(await chats.sidebar(), side);
  });

  it("stays where it is when the sidebar answers, or no tab is in front", async () => {
    const { places, chats, tabs } = given();
    await assert.rejects(places.moveToSidebar(), /No chat is open in the editor/);
    await places.showInTab("b");
    await (await chats.sidebar()).ask("Why?");
    await assert.rejects(places.moveToSidebar(), /still answering/);
    assert.equal(tabs.length, 1);
    await (await chats.sidebar()).stop();
  });

  it("has a new chat in the place of one that is deleted", async () => {
    const { places, chats, done } = given();
    const side = await chats.sidebar();
    await places.show("a", side);
    await places.trash("a");
    assert.equal(side.conversation.id, "new2");
    assert.deepEqual(done, ["close new1", "close a", "trash a"]);
  });
});
