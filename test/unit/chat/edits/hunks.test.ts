import assert from "node:assert/strict";
import fc from "fast-check";
import { acceptHunk, hunkAt, rejectHunk } from "../../../../src/chat/edits/applyHunks";
import { type Hunk, hunksBetween, splitLines } from "../../../../src/chat/edits/hunks";
import { minimalEdits } from "../../../../src/chat/edits/minimalEdits";

/** Texts of few different lines, so that many of them are equal; with and without an end of the last line, and of both line ends. */
const text = fc
  .tuple(fc.array(fc.constantFrom("a", "b", "c", "", "}"), { maxLength: 12 }), fc.constantFrom("\n", "\r\n"), fc.boolean(), fc.boolean())
  .map(([lines, end, last, mark]) => (mark ? "\uFEFF" : "") + lines.join(end) + (last && lines.length > 0 ? end : ""));

const pair = fc.tuple(text, text);

/** Does something with a hunk, chosen by `choose`, until there is none. */
function untilNone(original: string, proposed: string, choose: (count: number) => number, act: (hunk: Hunk, original: string, proposed: string) => [string, string]): string {
  for (let rounds = 0; rounds < 100; rounds++) {
    const hunks = hunksBetween(original, proposed);
    const hunk = hunks[choose(hunks.length)];
    if (!hunk) return original;
    [original, proposed] = act(hunk, original, proposed);
  }
  throw new Error("The hunks never end.");
}

describe("hunks", () => {
  const cases: readonly [name: string, before: string, after: string, hunks: readonly [number, string, number, string][]][] = [
    ["nothing", "a\nb\n", "a\nb\n", []],
    ["a line", "a\nb\nc\n", "a\nB\nc\n", [[1, "b\n", 1, "B\n"]]],
    ["lines that are added", "a\nc\n", "a\nb\nb\nc\n", [[1, "", 1, "b\nb\n"]]],
    ["lines that are removed", "a\nb\nc\n", "c\n", [[0, "a\nb\n", 0, ""]]],
    ["two places", "a\nb\nc\nd\n", "A\nb\nc\nD\n", [[0, "a\n", 0, "A\n"], [3, "d\n", 3, "D\n"]]],
    ["an empty file", "", "a\n", [[0, "", 0, "a\n"]]],
    ["all of a file", "a\n", "", [[0, "a\n", 0, ""]]],
    ["the end of the last line", "a\nb", "a\nb\n", [[1, "b", 1, "b\n"]]],
    ["line ends", "a\r\nb\r\n", "a\nb\r\n", [[0, "a\r\n", 0, "a\n"]]],
    ["a byte order mark", "\uFEFFa\nb\n", "a\nb\n", [[0, "\uFEFFa\n", 0, "a\n"]]],
  ];
  for (const [name, before, after, expected] of cases) {
    it(`of ${name}`, () => {
      const found = hunksBetween(before, after).map((hunk) => [hunk.originalStart, hunk.originalLines.join(""), hunk.proposedStart, hunk.proposedLines.join("")]);
      assert.deepEqual(found, expected);
    });
  }

  it("give the proposed text when all are accepted, in any order", () => {
    fc.assert(
      fc.property(pair, fc.nat(), ([original, proposed], order) => {
        const result = untilNone(original, proposed, (count) => order % Math.max(1, count), (hunk, one, other) => [acceptHunk(one, hunk), other]);
        assert.equal(result, proposed);
      }),
      { numRuns: 500 },
    );
  });

  it("give the original when all are rejected, in any order", () => {
    fc.assert(
      fc.property(pair, fc.nat(), ([original, proposed], order) => {
        const result = untilNone(original, proposed, (count) => order % Math.max(1, count), (hunk, one, other) => [one, rejectHunk(other, hunk)]);
        assert.equal(result, original);
      }),
      { numRuns: 500 },
    );
  });

  it("of a text that is wholly another one are found quickly, as one", () => {
    const lines = (name: string) => Array.from({ length: 20_000 }, (_, at) => `${name} ${at}\n`).join("");
    const [hunk, ...more] = hunksBetween(lines("one"), lines("other"));
    assert.deepEqual([hunk?.originalLines.length, hunk?.proposedLines.length, more.length], [20_000, 20_000, 0]);
  });

  it("that do not fit any more are refused", () => {
    const [hunk] = hunksBetween("a\nb\n", "a\nB\n");
    assert.throws(() => acceptHunk("a\nx\n", hunk!), /have changed since/);
    assert.throws(() => acceptHunk("", hunk!), /have changed since/);
    assert.throws(() => rejectHunk("a\nb\n", hunk!), /have changed since/);
  });

  it("are found by a line of either side", () => {
    // Line 1 changed, a line added behind line 3, line 5 removed.
    const hunks = hunksBetween("a\nb\nc\nd\ne\nf\n", "a\nB\nc\nd\nnew\ne\n");
    const starts = (side: "original" | "proposed") => [0, 1, 2, 3, 4, 5].map((line) => hunkAt(hunks, line, side)?.originalStart);
    assert.deepEqual(starts("original"), [undefined, 1, undefined, 4, 4, 5]);
    assert.deepEqual(starts("proposed"), [undefined, 1, undefined, undefined, 4, 5]);
  });
});

describe("minimal edits", () => {
  it("turn one text into the other", () => {
    fc.assert(
      fc.property(pair, ([before, after]) => {
        const edits = minimalEdits(before, after);
        const result = edits.toReversed().reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), before);
        assert.equal(result, after);
      }),
      { numRuns: 500 },
    );
  });

  it("touch no line that stays", () => {
    assert.deepEqual(minimalEdits("a\nb\nc\n", "a\nB\nc\nd\n"), [
      { start: 2, end: 4, text: "B\n" },
      { start: 6, end: 6, text: "d\n" },
    ]);
  });
});

describe("lines", () => {
  it("joined are the text again", () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r\n", "\r", "ü", "\uFEFF") }), (one) => assert.equal(splitLines(one).join(""), one)));
  });
});
