import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { throwingLog } from "../../../src/common/log";
import { renamed, withTurn } from "../../../src/chat/conversation";
import { ConversationLibrary } from "../../../src/chat/conversationLibrary";
import { serializeConversation } from "../../../src/chat/conversationFile";
import { fileStore } from "../../../src/chat/fileStore";
import { takeOverFolder } from "../../../src/chat/takeOverFolder";
import { conversationOf, turn } from "./samples";

const month = 31 * 24 * 3600 * 1000;

describe("stored chats", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-chats-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = () => fileStore(folder, throwingLog);
  const three = () => conversationOf([turn("a"), turn("b", { parent: "a" }), turn("c", { parent: "b" })], { id: "one" });

  it("come back from the trash as they were", async () => {
    const [store, conversation] = [open(), three()];
    await store.save(conversation);
    await store.trash("one");
    assert.deepEqual([await store.list(), await store.load("one")], [[], undefined]);
    assert.equal(await open().restore("one"), true);
    assert.deepEqual(await open().load("one"), conversation);
    assert.deepEqual(await readdir(path.join(folder, ".trash")), []);
    assert.equal(await store.restore("one"), false);
  });

  it("do not come back with another window that still shows them, and lose nothing of it when they are restored", async () => {
    const [here, there] = [open(), open()];
    await here.save(three());
    const shown = (await there.load("one"))!;
    await here.trash("one");
    await there.save(shown, shown);
    assert.deepEqual(await here.list(), []);
    await there.save(withTurn(shown, turn("d", { parent: "c" })), shown);
    await here.restore("one");
    const ids = (await open().load("one"))!.turns.map(({ id }) => id);
    assert.deepEqual(ids, ["a", "b", "c", "d"]);
    await there.save(shown, shown);
    assert.equal((await open().load("one"))!.turns.length, 4);
  });

  it("leave the trash after a month", async () => {
    const store = open();
    for (const id of ["old", "new"]) {
      await store.save({ ...three(), id });
      await store.trash(id);
    }
    const longAgo = new Date(Date.now() - month);
    await utimes(path.join(folder, ".trash", "old.json"), longAgo, longAgo);
    await open().save(three());
    assert.deepEqual(await readdir(path.join(folder, ".trash")), ["new.json"]);
  });

  it("lose a turn that is removed in every window", async () => {
    const [here, there] = [open(), open()];
    await here.save(three());
    const shown = (await there.load("one"))!;
    await here.removeTurns("one", ["b", "c"]);
    const saved = await there.save(withTurn(shown, turn("other", { parent: "a" })), shown);
    assert.deepEqual(saved.turns.map(({ id }) => id), ["a", "other"]);
    assert.equal(saved.leaf, "other");
    await here.removeTurns("one", ["a", "other"]);
    assert.deepEqual(await here.list(), []);
  });

  const heads: readonly [what: string, mine: object, theirs: object, merged: object][] = [
    ["the other's new title", {}, { title: "Theirs", titled: true }, { title: "Theirs", titled: true, pinned: undefined }],
    ["my new title before the other's", { title: "Mine", titled: true }, { title: "Theirs", titled: true }, { title: "Mine", titled: true, pinned: undefined }],
    ["the other's pin beside my title", { title: "Mine", titled: true }, { pinned: true }, { title: "Mine", titled: true, pinned: true }],
    ["that the other unpinned it", {}, { pinned: false }, { title: "Question a", titled: undefined, pinned: false }],
  ];
  for (const [what, mine, theirs, merged] of heads) {
    it(`keep ${what} when two windows change one`, async () => {
      const [here, there] = [open(), open()];
      await here.save(what.includes("unpinned") ? { ...three(), pinned: true } : three());
      const [a, b] = [(await here.load("one"))!, (await there.load("one"))!];
      await there.save({ ...b, ...theirs }, b);
      const { title, titled, pinned } = await here.save({ ...withTurn(a, turn("mine", { parent: "c" })), ...mine }, a);
      assert.deepEqual({ title, titled, pinned }, merged);
    });
  }

  it("keep a title that a person gave, whichever question is first; without any letters it is the question's again", () => {
    const named = renamed(conversationOf([]), "  My   parcels ");
    assert.equal(withTurn(named, turn("x")).title, "My parcels");
    assert.equal(renamed(withTurn(named, turn("x")), " ").title, "Question x");
  });
});

describe("the summaries of stored chats", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-list-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const file = (name: string) => path.join(folder, name);
  async function seed(count: number): Promise<void> {
    for (let at = 0; at < count; at++) await writeFile(file(`c${at}.json`), serializeConversation(conversationOf([turn("t", { askedAt: at })], { id: `c${at}` })));
  }

  it("are those of the files, whatever the index says", async () => {
    await seed(20);
    const titles = async () => (await fileStore(folder, throwingLog).list()).map(({ id, turns, questions }) => [id, turns, questions]);
    const first = await titles();
    assert.deepEqual([first.length, first[0], first.at(-1)], [20, ["c19", 1, "Question t"], ["c0", 1, "Question t"]]);
    const index = await readFile(file(".summaries.json"), "utf8");
    for (const damage of ["", "{", index.slice(0, 100), '{"version":9}']) {
      await writeFile(file(".summaries.json"), damage);
      assert.deepEqual(await titles(), first);
    }
    await writeFile(file(".summaries.json"), index);
    await writeFile(file("c3.json"), serializeConversation(conversationOf([turn("new", { askedAt: 99 })], { id: "c3" })));
    await rm(file("c4.json"));
    const later = await titles();
    assert.deepEqual([later.length, later[0]], [19, ["c3", 1, "Question new"]]);
  });

  it("are not read from the files again", async () => {
    await seed(20);
    await fileStore(folder, throwingLog).list();
    const text = await readFile(file(".summaries.json"), "utf8");
    await writeFile(file(".summaries.json"), text.replaceAll("Question t", "Remembered"));
    assert.ok((await fileStore(folder, throwingLog).list()).every(({ title }) => title === "Remembered"));
  });

  it("have the questions of all branches, cut", async () => {
    const conversation = conversationOf([turn("a"), turn("b", { question: { text: "x".repeat(5000), attachments: [] } })], { id: "long" });
    await fileStore(folder, throwingLog).save(conversation);
    const [{ questions, turns } = { questions: "", turns: 0 }] = await fileStore(folder, throwingLog).list();
    assert.deepEqual([questions.length, turns], ["Question a\n".length + 1000, 1]);
  });
});

describe("chats of an earlier version", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "hearth-move-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  const library = (more = {}) => new ConversationLibrary({ root: path.join(root, "all"), key: "here", name: "Here", earlier: path.join(root, "old"), log: throwingLog, ...more });

  async function earlier(...ids: string[]): Promise<void> {
    const store = fileStore(path.join(root, "old"), throwingLog);
    for (const id of ids) await store.save(conversationOf([turn(`${id}1`)], { id }));
  }

  it("are moved once, and what was removed stays removed", async () => {
    await earlier("a", "b", "gone");
    await fileStore(path.join(root, "old"), throwingLog).remove("gone");
    const store = library().store;
    assert.deepEqual((await store.list()).map(({ id }) => id).sort(), ["a", "b"]);
    assert.deepEqual(await readdir(root), ["all"]);
    await store.save(conversationOf([turn("gone1")], { id: "gone" }));
    assert.equal((await store.list()).length, 2);
  });

  it("are moved by two windows at once without loss", async () => {
    const ids = Array.from({ length: 30 }, (_, at) => `c${at}`);
    await earlier(...ids);
    const lists = await Promise.all([library(), library(), library()].map(({ store }) => store.list()));
    for (const list of lists) assert.equal(list.length, ids.length);
  });

  it("are merged where the same one stands in both places", async () => {
    await earlier("a");
    const to = path.join(root, "all", "here");
    const store = fileStore(to, throwingLog);
    await store.save(conversationOf([turn("elsewhere")], { id: "a" }));
    await takeOverFolder(path.join(root, "old"), to, store);
    assert.deepEqual((await store.load("a"))!.turns.map(({ id }) => id).sort(), ["a1", "elsewhere"]);
  });

  it("are taken from the folder that holds the others, where no workspace was open", async () => {
    const all = path.join(root, "all");
    await fileStore(all, throwingLog).save(conversationOf([turn("x")], { id: "x" }));
    await mkdir(path.join(all, "other"));
    const { store } = library({ key: "no-folder", earlier: all });
    assert.deepEqual((await store.list()).map(({ id }) => id), ["x"]);
    assert.deepEqual((await readdir(all)).sort(), ["no-folder", "other"]);
  });
});
