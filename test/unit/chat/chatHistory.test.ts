import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { throwingLog } from "../../../src/common/log";
import { ChatHistory } from "../../../src/chat/chatHistory";
import { ConversationLibrary } from "../../../src/chat/conversationLibrary";
import { exportConversation } from "../../../src/chat/exportConversation";
import { searchSummaries } from "../../../src/chat/searchSummaries";
import { Sessions } from "../../../src/chat/sessions";
import { chatSettings, FakeModel } from "./fakes";
import { conversationOf, turn } from "./samples";
import { ask } from "./sessionKit";

describe("the history of chats", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "hearth-history-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** A window of a workspace. */
  function window(key: string) {
    const library = new ConversationLibrary({ root, key, name: key.toUpperCase(), log: throwingLog });
    const model = new FakeModel();
    const sessions = new Sessions({ model, retriever: undefined, store: library.store, settings: () => chatSettings, log: throwingLog });
    return { library, model, sessions, history: new ChatHistory({ library, sessions, model, log: throwingLog }) };
  }

  const stored = (id: string, askedAt: number, more = {}) => conversationOf([turn(`${id}1`, { askedAt })], { id, title: `Chat ${id}`, ...more });
  const rows = async ({ history }: ReturnType<typeof window>, all = false, query = "") => (await history.list({ query, all })).map(({ id, workspace }) => (workspace === undefined ? id : `${id} of ${workspace}`));

  it("has pinned chats first, then the newest, those of other workspaces where it is asked for them", async () => {
    const [here, there] = [window("here"), window("there")];
    await here.library.store.save(stored("a", 1, { pinned: true }));
    await here.library.store.save(stored("b", 2));
    await here.library.store.save(stored("c", 4));
    await there.library.store.save(stored("d", 3));
    assert.deepEqual(await rows(here), ["a", "c", "b"]);
    assert.deepEqual(await rows(here, true), ["a", "c", "d of THERE", "b"]);
    assert.deepEqual(await rows(here, true, "chat D"), ["d of THERE"]);
  });

  it("renames and pins a chat that is open through its session, and any other in its file", async () => {
    const { history, sessions, library } = window("here");
    const session = sessions.create();
    await ask(session, "Where?");
    await library.store.save(stored("b", 2));
    for (const id of [session.conversation.id, "b"]) {
      await history.rename(id, `Named ${id}`);
      await history.pin(id, true);
      const { title, titled, pinned } = (await library.store.load(id))!;
      assert.deepEqual([title, titled, pinned], [`Named ${id}`, true, true]);
    }
    assert.deepEqual([session.conversation.title, session.conversation.pinned], [`Named ${session.conversation.id}`, true]);
    await ask(session, "And then?");
    assert.equal((await library.store.load(session.conversation.id))!.title, `Named ${session.conversation.id}`);
  });

  it("lets an open chat take over the title that another window gave it", async () => {
    const [here, twin] = [window("here"), window("here")];
    const session = here.sessions.create();
    await ask(session, "Where?");
    await twin.history.rename(session.conversation.id, "Elsewhere named");
    await ask(session, "And then?");
    assert.equal(session.conversation.title, "Elsewhere named");
    await session.rename("Mine");
    assert.equal((await twin.history.read(session.conversation.id)).title, "Mine");
  });

  it("puts away and brings back, here and in another workspace", async () => {
    const [here, there] = [window("here"), window("there")];
    await here.library.store.save(stored("a", 1));
    await there.library.store.save(stored("d", 3));
    for (const id of ["a", "d"]) await here.history.trash(id);
    assert.deepEqual(await rows(here, true), []);
    assert.deepEqual(here.model.forgotten, ["a", "d"]);
    for (const id of ["a", "d"]) await here.history.restore(id);
    assert.deepEqual(await rows(here, true), ["d of THERE", "a"]);
    await assert.rejects(here.history.restore("a"), /no longer in the trash/);
    await assert.rejects(here.history.trash("none"), /no such chat/);
  });

  it("copies a chat of another workspace into this one, once, and leaves the original", async () => {
    const [here, there] = [window("here"), window("there")];
    await there.library.store.save(stored("d", 3));
    const id = await here.history.own("d");
    assert.notEqual(id, "d");
    assert.equal(await here.history.own("d"), id);
    assert.equal(await here.history.own(id), id);
    assert.deepEqual(await rows(here), [id]);
    assert.deepEqual(await rows(there), ["d"]);
    assert.deepEqual((await here.history.read(id)).turns, (await there.history.read("d")).turns);
  });

  it("takes files in beside what is there, and tells of every change", async () => {
    const { history, library, ...rest } = window("here");
    let changes = 0;
    history.onDidChange(() => changes++);
    await library.store.save(stored("a", 1));
    const text = exportConversation(await history.read("a"), "json");
    const ids = [await history.add(text), await history.add(text)];
    assert.equal(new Set(["a", ...ids]).size, 3);
    assert.equal((await rows({ history, library, ...rest })).length, 3);
    assert.equal(changes, 2);
    await assert.rejects(history.add("no"), /no chat of Hearth/);
  });
});

describe("a search in the history", () => {
  const row = (title: string, questions = "") => ({ id: title, title, createdAt: 0, updatedAt: 0, turns: 1, messages: 2, pinned: false, questions });
  const all = [row("Crème brûlée"), row("Zones", "Which ISLANDS are there?\nAnd hills?"), row("Straße")];
  const searches: readonly [query: string, found: readonly string[]][] = [
    ["", ["Crème brûlée", "Zones", "Straße"]],
    ["creme BRULEE", ["Crème brûlée"]],
    ["crème", ["Crème brûlée"]],
    ["islands hills", ["Zones"]],
    ["zones islands", ["Zones"]],
    ["islands mountains", []],
    ["straße", ["Straße"]],
    ["  ", ["Crème brûlée", "Zones", "Straße"]],
  ];
  for (const [query, found] of searches) it(`for "${query}" finds ${found.join(", ") || "nothing"}`, () => assert.deepEqual(searchSummaries(all, query).map(({ title }) => title), found));
});
