import assert from "node:assert/strict";
import fc from "fast-check";
import { serializeConversation } from "../../../src/chat/conversationFile";
import { conversationMarkdown, exportConversation, exportName } from "../../../src/chat/exportConversation";
import { importConversation } from "../../../src/chat/importConversation";
import { mendTree } from "../../../src/chat/turnTree";
import type { Attachment, Conversation } from "../../../src/chat/types";
import { errorCode } from "../../../src/common/errors";
import { conversationOf, sampleConversation, turn } from "./samples";
import { assertSound } from "./turnTreeChecks";

/** The same with its ids replaced by the places of its turns. */
function placed(conversation: Conversation): unknown {
  const places = new Map(conversation.turns.map(({ id }, at) => [id, `#${at}`]));
  return JSON.parse(JSON.stringify({ ...conversation, id: "" }), (_key, value: unknown) => (typeof value === "string" ? (places.get(value) ?? value) : value));
}

const text = fc.string({ unit: "binary", maxLength: 40 });
const attachment: fc.Arbitrary<Attachment> = fc.record({ path: text, startLine: fc.nat(99), endLine: fc.nat(99), language: fc.constantFrom("", "typescript"), text: fc.string({ unit: fc.constantFrom("`", "~", "\n", "x", " "), maxLength: 30 }) });

/** Any tree of up to eight turns. */
const conversation: fc.Arbitrary<Conversation> = fc
  .array(fc.record({ parent: fc.nat(8), question: text, answer: text, attachments: fc.array(attachment, { maxLength: 2 }), drop: fc.boolean() }), { minLength: 1, maxLength: 8 })
  .chain((rows) => fc.record({ rows: fc.constant(rows), title: text, pinned: fc.boolean() }))
  .map(({ rows, title, pinned }) => {
    const turns = rows.map(({ parent, question, answer, attachments, drop }, at) => {
      const window = { dropped: drop && at > 0 ? ["turn-0"] : [], withoutCode: [], ...(drop && { summary: question }) };
      return turn(`turn-${at}`, { parent: at > 0 && parent < at ? `turn-${parent}` : undefined, question: { text: question, attachments }, answerText: answer, window });
    });
    return mendTree(conversationOf(turns, { title, pinned, titled: true }));
  });

describe("a chat in a file", () => {
  it("is the same when it comes back, under ids of its own", () => {
    fc.assert(
      fc.property(conversation, (before) => {
        const after = importConversation(exportConversation(before, "json"));
        assertSound(after);
        assert.deepEqual(placed(after), placed(JSON.parse(JSON.stringify(before)) as Conversation));
        const ids = new Set([before.id, ...before.turns.map(({ id }) => id)]);
        assert.ok(!ids.has(after.id) && after.turns.every(({ id }) => !ids.has(id)));
      }),
      { numRuns: 60 },
    );
  });

  it("keeps what was folded, and settles what was running", () => {
    const sample = sampleConversation();
    const after = importConversation(serializeConversation(sample));
    assert.deepEqual([after.compacted?.leaf, after.compacted?.window.summary], [after.leaf, "They spoke."]);
    const running = conversationOf([turn("a", { status: { kind: "running" } })]);
    assert.equal(importConversation(serializeConversation(running)).turns[0]?.status.kind, "failed");
  });

  const bad: readonly [what: string, text: string, message: RegExp][] = [
    ["no JSON", "# A chat", /no chat of Hearth\. It is not JSON/],
    ["something else", '{"messages":[]}', /not the shape of an exported chat/],
    ["a later version's", serializeConversation(sampleConversation()).replace('"version":2', '"version":7'), /later version of Hearth/],
    ["empty", serializeConversation(conversationOf([])), /without any question/],
    ["cut", serializeConversation(sampleConversation()).slice(0, 200), /It is not JSON/],
  ];
  for (const [what, content, message] of bad) {
    it(`is refused in words when it is ${what}`, () => {
      assert.throws(() => importConversation(content), (error) => errorCode(error) === "bad-use" && message.test((error as Error).message));
    });
  }

  it("reads as markdown: questions, attachments, answers, the model and the time", () => {
    const one = sampleConversation("Where is it?\nAnd why?");
    const markdown = conversationMarkdown({ ...one, title: "Where\nis it?", turns: one.turns.map((each) => ({ ...each, askedAt: Date.UTC(2026, 1, 3, 4, 5) })) });
    assert.equal(
      markdown,
      [
        "# Where is it?", "## Question", "*2026-02-03 04:05 UTC*", "Where is it?\nAnd why?", "Attached: `a.ts:1-2`", "```typescript\nx\n```",
        "## Answer", "Here.", "Sources:", "- `b.ts:1-9`", "*m (h)*\n",
      ].join("\n\n"),
    );
  });

  it("has the branch that is shown, and fences that nothing inside can end", () => {
    const attached = { path: "a.md", startLine: 1, endLine: 3, language: "markdown", text: "````\ncode\n````" };
    const hidden = turn("hidden", { answerText: "Hidden" });
    const shown = turn("shown", { question: { text: "Q", attachments: [attached] }, answerText: "Look:\n```js\nlet a" });
    const markdown = conversationMarkdown(conversationOf([hidden, shown]));
    assert.doesNotMatch(markdown, /Hidden/);
    assert.match(markdown, /`````markdown\n````\ncode\n````\n`````\n/);
    assert.match(markdown, /```js\nlet a\n```\n\n\*m \(h\)\*/);
  });

  const names: readonly [title: string, name: string][] = [
    ["Where is it?", "where-is-it.md"],
    ["../../etc/passwd", "etc-passwd.md"],
    ["Où est la crème?", "où-est-la-crème.md"],
    ["???", "chat.md"],
    ["x".repeat(100), `${"x".repeat(60)}.md`],
  ];
  for (const [title, name] of names) it(`is called ${name}`, () => assert.equal(exportName({ ...conversationOf([]), title }, "markdown"), name));
});
