import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { branchOf, newConversation, newTurn, windowOf, withTurn } from "../../../src/chat/conversation";
import { parseConversation, serializeConversation, settleTurn } from "../../../src/chat/conversationFile";
import { repositoryRoot } from "../../fixtures/repository";
import { conversationOf, sampleConversation, turn } from "./samples";

/** Written by the version that wrote version 1; its model counts words. */
const version1 = () => readFile(path.join(repositoryRoot(), "test/fixtures/conversationVersion1.json"), "utf8");

describe("a conversation's file", () => {
  it("holds all of it", () => {
    const conversation = sampleConversation();
    assert.deepEqual(parseConversation(serializeConversation(conversation)), conversation);
  });

  it("holds where each attachment comes from, and its label", () => {
    const patch = { path: "git diff", startLine: 1, endLine: 1, language: "diff", text: "+ a", source: "gitDiff", label: "Git diff: all changes" } as const;
    const asked = withTurn(newConversation(), newTurn({ text: "Why?", attachments: [patch] }, undefined));
    const text = serializeConversation(asked);
    assert.deepEqual(parseConversation(text).turns[0]?.question.attachments, [patch]);
    const later = parseConversation(text.replace('"source":"gitDiff"', '"source":"hologram"'));
    assert.deepEqual(later.turns[0]?.question.attachments, [{ ...patch, source: "paste" }], "a source of a later version is text all the same");
    assert.throws(() => parseConversation(text.replace('"label":"Git diff: all changes"', '"label":7')));
  });

  it("holds branches, and the one that is shown", () => {
    const conversation = conversationOf([turn("a"), turn("b", { parent: "a" }), turn("b2", { parent: "a" }), turn("c", { parent: "b" })], { leaf: "b2" });
    assert.deepEqual(parseConversation(serializeConversation(conversation)), conversation);
  });

  it("is refused at every truncation", () => {
    const text = serializeConversation(sampleConversation());
    for (let length = 0; length < text.length - 1; length++) assert.throws(() => parseConversation(text.slice(0, length)));
  });

  it("is refused when it is of a later version, in words", () => {
    const text = serializeConversation(sampleConversation());
    assert.throws(() => parseConversation(text.replace('"version":2', '"version":99')), { code: "bad-use", message: /later version of Hearth/ });
    for (const version of ["0", "1.5", '"2"', "null"]) assert.throws(() => parseConversation(text.replace('"version":2', `"version":${version}`)));
  });

  it("of version 1 becomes one branch", async () => {
    const conversation = parseConversation(await version1());
    const [first, second, third, died, search, last] = branchOf(conversation);
    assert.ok(first && second && third && died && search && last && conversation.turns.length === 6);
    assert.equal(conversation.title, "Where is it?");
    assert.deepEqual([conversation.leaf, first.parent, second.parent, last.parent], [last.id, undefined, first.id, search.id]);
    assert.deepEqual([died.status.kind, died.answerText, search.status.kind], ["failed", "An ", "searchResults"]);
  });

  it("of version 1 keeps what each question was, and what had left the context", async () => {
    const conversation = parseConversation(await version1());
    const [first, second, third] = branchOf(conversation);
    assert.ok(first?.status.kind === "done" && second && third);
    assert.match(first.userText, /export const greet/);
    assert.deepEqual([first.codeText, first.answerTokens, first.citations.length], ["", [2, 6, 1], 1]);
    assert.deepEqual([first.status.record.seed, first.status.record.stats.restoredTokens, first.status.record.origin], [7, 0, undefined]);
    assert.deepEqual(windowOf(conversation), { dropped: [first.id, second.id], withoutCode: [] });
  });

  it("of version 1 is written as version 2, and read again the same", async () => {
    const conversation = parseConversation(await version1());
    const text = serializeConversation(conversation);
    assert.match(text, /^{"version":2,/);
    assert.deepEqual(parseConversation(text), conversation);
  });

  it("with an answer that was running says that it was cut off", () => {
    const running = withTurn(newConversation(), newTurn({ text: "Hm?", attachments: [] }, undefined));
    const [stored] = parseConversation(serializeConversation(running)).turns;
    assert.ok(stored?.status.kind === "running");
    const settled = settleTurn(stored);
    assert.ok(settled.status.kind === "failed" && settled.status.error.code === "engine-stopped");
    assert.equal(settleTurn(settled), settled);
  });
});
