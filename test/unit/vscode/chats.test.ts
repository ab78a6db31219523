import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Emitter } from "../../../src/common/emitter";
import { silentLog } from "../../../src/common/log";
import type { ChatSession } from "../../../src/chat/session";
import type { IndexStatus } from "../../../src/rag/ports";
import { Chats } from "../../../src/vscode/chats";
import { ContextSwitch } from "../../../src/vscode/contextSwitch";
import { ModelStatus } from "../../../src/vscode/modelStatus";
import { FakeEngine, FakeMemento, FakeSession } from "./fakes";

const asSession = (fake: FakeSession) => fake as unknown as ChatSession;

/** Chats of a workspace whose sidebar had the conversation "old"; `open` is how the store answers. */
function openChats(open: (id: string) => Promise<ChatSession | undefined>) {
  const made: FakeSession[] = [];
  const failures: unknown[] = [];
  const sessions = {
    open,
    create: () => {
      made.push(new FakeSession(`new${made.length + 1}`));
      return asSession(made.at(-1)!);
    },
    branch: (conversation: string, turn: string) => Promise.resolve(asSession(new FakeSession(`${conversation} from ${turn}`))),
    close: () => Promise.resolve(),
  };
  const memento = new FakeMemento();
  memento.values.set("hearth.sidebarConversation", "old");
  const statuses = new Emitter<IndexStatus>();
  const checkCitations = () => Promise.resolve([]);
  const index = { status: { kind: "off" } as IndexStatus, onDidChangeStatus: statuses.subscribe, onDidTouch: new Emitter<readonly string[]>().subscribe, checkCitations };
  const context = new ContextSwitch(new FakeMemento());
  const restoreFailed = (error: unknown) => failures.push(error);
  const chats = new Chats({ sessions, model: new ModelStatus(new FakeEngine()), index, context, log: silentLog, restoreFailed }, memento);
  return { chats, made, failures, sessions };
}

const nothing = () => Promise.resolve(undefined);
const broken = () => Promise.reject(new Error("The disk is gone."));

describe("the chats of a window", () => {
  it("bring the sidebar's conversation back", async () => {
    const { chats, failures } = openChats((id) => Promise.resolve(asSession(new FakeSession(id))));
    assert.equal((await chats.sidebar()).conversation.id, "old");
    assert.equal(await chats.sidebar(), await chats.sidebar());
    assert.deepEqual(failures, []);
  });

  it("begin a new conversation and say so where the stored one cannot be read, in the sidebar and in tabs", async () => {
    const { chats, failures } = openChats(broken);
    assert.equal((await chats.sidebar()).conversation.id, "new1");
    assert.equal((await chats.open("tab")).conversation.id, "new2");
    assert.deepEqual(failures.map(String), ["Error: The disk is gone.", "Error: The disk is gone."]);
  });

  it("open another one that goes on from a turn", async () => {
    const { chats } = openChats(nothing);
    const chat = await chats.branch("old", "t3");
    assert.equal(chat.conversation.id, "old from t3");
    await chat.ask("And?");
    assert.deepEqual(chats.busy, [chat]);
    await chat.stop();
  });

  it("try again after the sidebar's chat could not be made", async () => {
    const { chats, sessions } = openChats(nothing);
    const { create } = sessions;
    sessions.create = () => {
      sessions.create = create;
      throw new Error("Not now.");
    };
    await assert.rejects(chats.sidebar(), /Not now/);
    assert.equal((await chats.sidebar()).conversation.id, "new1");
  });

  it("end when every answer has been stopped and stored", async () => {
    const { chats, made } = openChats(nothing);
    await (await chats.sidebar()).ask("Why?");
    const [session] = made;
    assert.ok(session);
    session.endsOnAbort = false;
    let ended = false;
    const end = chats.end(30_000).then(() => (ended = true));
    await sleep(5);
    assert.deepEqual([session.signals[0]?.aborted, ended], [true, false]);
    session.finish("Half", "aborted");
    await end;
    assert.deepEqual(chats.busy, []);
  });

  it("do not wait for an answer that does not end", async () => {
    const { chats, made } = openChats(nothing);
    await (await chats.sidebar()).ask("Why?");
    made[0]!.endsOnAbort = false;
    await chats.end(10);
    assert.equal(chats.busy.length, 1);
  });
});
