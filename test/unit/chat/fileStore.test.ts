import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Log } from "../../../src/common/log";
import { newConversation, newTurn, titleOf, withTurn } from "../../../src/chat/conversation";
import { parseConversation, serializeConversation } from "../../../src/chat/conversationFile";
import { fileStore } from "../../../src/chat/fileStore";
import type { Conversation } from "../../../src/chat/types";
import { codeBlock } from "../../../src/chat/userMessage";
import { info } from "./fakes";

function sample(question = "Where is it?"): Conversation {
  const turn = newTurn({ text: question, attachments: [{ path: "a.ts", startLine: 1, endLine: 2, language: "typescript", text: "x" }] });
  const stats = { promptTokens: 3, reusedTokens: 1, evaluatedTokens: 2, generatedTokens: 1, timeToFirstTokenMs: 5.5, decodeTokensPerSecond: 2, prefillTokensPerSecond: 9 };
  const record = { model: "m", modelHash: "h", sampling: info.defaults.sampling, seed: 4, stats, stopReason: "endOfTurn" as const };
  const citations = [{ path: "b.ts", startLine: 1, endLine: 9, hash: "c" }];
  return withTurn(newConversation(), { ...turn, answerText: "Here.", answerTokens: [5, 6], citations, status: { kind: "done", record } });
}

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

  it("refuses a file of an unknown version, and every truncation", () => {
    const text = serializeConversation(sample());
    assert.throws(() => parseConversation(text.replace('"version":1', '"version":99')));
    for (let length = 0; length < text.length - 2; length += 7) assert.throws(() => parseConversation(text.slice(0, length)));
  });

  it("marks an answer that was running when the window closed as cut off", () => {
    const running = withTurn(newConversation(), newTurn({ text: "Hm?", attachments: [] }));
    const [turn] = parseConversation(serializeConversation(running)).turns;
    assert.ok(turn?.status.kind === "failed" && turn.status.error.code === "engine-stopped");
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
