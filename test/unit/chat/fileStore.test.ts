import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import type { Log } from "../../../src/common/log";
import { titleOf, withTurn } from "../../../src/chat/conversation";
import { serializeConversation } from "../../../src/chat/conversationFile";
import { fileStore } from "../../../src/chat/fileStore";
import { codeBlock } from "../../../src/chat/userMessage";
import { conversationOf, sampleConversation as sample, turn } from "./samples";

describe("the conversation store", () => {
  let folder: string;
  const warnings: string[] = [];
  const log: Log = { write: (level, message) => void warnings.push(`${level}: ${message}`) };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-store-"));
    warnings.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("brings a conversation back as it was", async () => {
    const conversation = sample();
    await fileStore(folder, log).save(conversation);
    assert.deepEqual(await fileStore(folder, log).load(conversation.id), conversation);
  });

  it("lists the newest first and forgets what is removed", async () => {
    const store = fileStore(folder, log);
    const [old, recent] = [sample("old"), sample("recent")];
    await store.save({ ...old, turns: old.turns.map((turn) => ({ ...turn, askedAt: 1 })) });
    await store.save(recent);
    assert.deepEqual((await store.list()).map((item) => item.title), ["recent", "old"]);
    await store.remove(recent.id);
    assert.deepEqual((await store.list()).map((item) => item.title), ["old"]);
  });

  it("sets a damaged file aside, says so, and loads the others", async () => {
    const store = fileStore(folder, log);
    const [good, bad] = [sample(), sample()];
    await store.save(good);
    await store.save(bad);
    const file = path.join(folder, `${bad.id}.json`);
    await writeFile(file, (await readFile(file)).subarray(0, 100));
    assert.deepEqual((await store.list()).map((item) => item.id), [good.id]);
    assert.match(warnings.join(), /warn: The conversation .* set aside/);
    assert.ok((await readdir(folder)).includes(`${bad.id}.json.damaged`));
  });

  it("tells the person of a damaged file, keeps every one, and saves nothing over it", async () => {
    const notices: string[] = [];
    const store = fileStore(folder, log, (notice) => notices.push(notice));
    const conversation = sample();
    await store.save(conversation);
    const file = path.join(folder, `${conversation.id}.json`);
    for (const damage of ["{", "not json"]) {
      await writeFile(file, damage);
      await store.save(conversation);
      assert.deepEqual(await fileStore(folder, log).load(conversation.id), conversation);
    }
    assert.deepEqual(notices.map((notice) => notice.includes("was set aside as")), [true, true]);
    const kept = (await readdir(folder)).filter((name) => name.includes(".damaged"));
    assert.deepEqual(await Promise.all(kept.map((name) => readFile(path.join(folder, name), "utf8"))), ["{", "not json"]);
  });

  it("leaves a later version's file alone, in words", async () => {
    const store = fileStore(folder, log);
    const conversation = sample();
    const text = serializeConversation(conversation).replace('"version":2', '"version":3');
    await writeFile(path.join(folder, `${conversation.id}.json`), text);
    await assert.rejects(store.load(conversation.id), /later version of Hearth/);
    await assert.rejects(store.save(conversation), /later version of Hearth/);
    assert.deepEqual(await store.list(), []);
    assert.equal(await readFile(path.join(folder, `${conversation.id}.json`), "utf8"), text);
  });

  it("is whole beside a temporary file that was cut anywhere, and sweeps it with the next save", async () => {
    const conversation = sample();
    await fileStore(folder, log).save(conversation);
    const next = withTurn(conversation, turn("next", { parent: conversation.leaf }));
    const text = serializeConversation(next);
    for (let length = 0; length <= text.length; length += 7) {
      const temporary = path.join(folder, `${conversation.id}.json.${process.pid}-dead.tmp`);
      await writeFile(temporary, text.slice(0, length));
      const store = fileStore(folder, log);
      assert.deepEqual(await store.load(conversation.id), conversation);
      if (length % 210 !== 0) continue;
      assert.equal((await store.list()).length, 1);
      await store.save(conversation);
      assert.deepEqual(await readdir(folder), [`${conversation.id}.json`]);
    }
  });

  it("takes over the lock of a process that was killed", async () => {
    const locks = ["", `${2 ** 22 + 1} ${hostname()} dead`, "1 another-machine old"];
    for (const text of locks) {
      const lock = path.join(folder, ".lock");
      await writeFile(lock, text);
      const longAgo = new Date(Date.now() - 60_000);
      if (!text.endsWith("dead")) await utimes(lock, longAgo, longAgo);
      await fileStore(folder, log).save(sample());
      assert.ok(!(await readdir(folder)).some((name) => name.startsWith(".lock")), text);
    }
  });

  it("brings removed turns back neither with another window that shows them, nor anything else of them", async () => {
    const [here, there] = [fileStore(folder, log), fileStore(folder, log)];
    const conversation = sample("Secret?");
    await here.save(conversation);
    const shown = (await there.load(conversation.id))!;
    await here.remove(conversation.id);
    await there.save({ ...shown, leaf: shown.leaf });
    assert.equal(await here.load(conversation.id), undefined);
    const later = withTurn(shown, turn("later", { parent: shown.leaf }));
    await there.save(later);
    const stored = (await here.load(conversation.id))!;
    assert.deepEqual(stored.turns.map(({ id, parent }) => [id, parent]), [["later", undefined]]);
    for (const name of await readdir(folder)) assert.doesNotMatch(await readFile(path.join(folder, name), "utf8"), /Secret|Here\./);
  });

  it("forgets after a month which turns were removed", async () => {
    const store = fileStore(folder, log);
    const conversation = sample();
    await store.save(conversation);
    await store.remove(conversation.id);
    const [file] = await readdir(folder);
    const longAgo = new Date(Date.now() - 31 * 24 * 3600 * 1000);
    await utimes(path.join(folder, file!), longAgo, longAgo);
    await fileStore(folder, log).save(sample());
    assert.deepEqual((await readdir(folder)).filter((name) => name.endsWith(".removed")), []);
  });

  it("has nothing for a folder that is not there, and makes it with the first save", async () => {
    const store = fileStore(path.join(folder, "new", "deeper"), log);
    assert.deepEqual([await store.list(), await store.load("a")], [[], undefined]);
    assert.deepEqual(await readdir(folder), []);
    await store.save(conversationOf([turn("a")]));
    assert.equal((await store.list()).length, 1);
  });

  it("says so when a conversation cannot be written, and goes on with the next one", async () => {
    const store = fileStore(folder, log);
    const blocked = sample();
    await mkdir(path.join(folder, `${blocked.id}.json`));
    await assert.rejects(store.save(blocked));
    const fine = sample();
    await store.save(fine);
    assert.deepEqual(await store.load(fine.id), fine);
  });

  it("never leaves its folder, whatever the id", async () => {
    const store = fileStore(path.join(folder, "in"), log);
    await writeFile(path.join(folder, "secret.json"), serializeConversation(sample()));
    assert.equal(await store.load("../secret"), undefined);
  });
});

describe("conversation texts", () => {
  const titles: [string, string][] = [
    ["  Where is it?\nmore", "Where is it?"],
    ["", "New chat"],
    ["a ".repeat(50), `${"a ".repeat(30).trim()}…`],
  ];
  for (const [question, title] of titles) it(`titles ${JSON.stringify(question.slice(0, 20))}`, () => assert.equal(titleOf(question), title));

  it("fences code with more backticks than it holds", () => {
    const block = codeBlock({ path: "a.md", startLine: 1, endLine: 3, language: "markdown", text: "````\nx\n````" });
    assert.equal(block, "a.md:1-3\n`````markdown\n````\nx\n````\n`````");
  });
});
