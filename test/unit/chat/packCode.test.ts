import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { citationOf, mergePassages, passageOf } from "../../../src/chat/codePassage";
import { heldBlocks, newPassages } from "../../../src/chat/heldCode";
import { type CodeMeter, packCode } from "../../../src/chat/packCode";
import { rangeLabel } from "../../../src/chat/rangeLabel";
import { codeBlock, codeContext } from "../../../src/chat/userMessage";
import type { RetrievedChunk } from "../../../src/rag/ports";

/** Line `n` of a file reads "file n". */
function lines(path: string, startLine: number, endLine: number, over: Partial<RetrievedChunk> = {}): RetrievedChunk {
  const text = Array.from({ length: endLine - startLine + 1 }, (_, i) => `${path} ${startLine + i}`).join("\n");
  return { path, startLine, endLine, text, score: 1, language: "plaintext", hash: "", ...over };
}

/** Tokens are words; `asked` counts the requests. */
function wordMeter() {
  const words = (text: string) => text.split(/\s+/).filter(Boolean).length;
  const meter = {
    asked: 0,
    count: (texts: readonly string[]) => {
      meter.asked++;
      return Promise.resolve(texts.map(words));
    },
    measure: (codeText: string) => {
      meter.asked++;
      return Promise.resolve(words(codeText));
    },
  };
  return meter satisfies CodeMeter;
}

const labels = (passages: readonly { path: string; startLine: number; endLine: number }[]) => passages.map(rangeLabel);

async function packed(chunks: readonly RetrievedChunk[], budget: number) {
  return packCode(newPassages(chunks), budget, wordMeter());
}

describe("packing code", () => {
  const cases: readonly [name: string, chunks: readonly RetrievedChunk[], expected: readonly string[]][] = [
    ["best last", [lines("a", 1, 3), lines("b", 1, 3)], ["b:1-3", "a:1-3"]],
    ["neighbours become one block, at the place of the better one", [lines("a", 4, 6), lines("b", 1, 3), lines("a", 1, 3)], ["b:1-3", "a:1-6"]],
    ["ranges that overlap become one block", [lines("a", 1, 5), lines("a", 4, 9)], ["a:1-9"]],
    ["a range inside another one is there already", [lines("a", 1, 9), lines("a", 3, 6)], ["a:1-9"]],
    ["a gap keeps blocks apart", [lines("a", 1, 3), lines("a", 5, 7)], ["a:5-7", "a:1-3"]],
    ["cells in two languages stay apart", [lines("a", 1, 3, { language: "python" }), lines("a", 4, 6)], ["a:4-6", "a:1-3"]],
    ["a copy in another file is left out", [lines("a", 1, 3), { ...lines("a", 1, 3), path: "b" }], ["a:1-3"]],
    ["a part of five lines is a copy, too", [lines("a", 1, 9), { ...lines("a", 2, 6), path: "b" }], ["a:1-9"]],
    ["a part of four lines is not", [lines("a", 1, 9), { ...lines("a", 2, 5), path: "b", startLine: 1, endLine: 4 }], ["b:1-4", "a:1-9"]],
  ];
  for (const [name, chunks, expected] of cases) it(name, async () => assert.deepEqual(labels(await packed(chunks, 1000)), expected));

  it("skips what does not fit and takes what comes after it", async () => {
    assert.deepEqual(labels(await packed([lines("a", 1, 10), lines("b", 1, 40), lines("c", 1, 5)], 60)), ["c:1-5", "a:1-10"]);
  });

  it("cuts the best passage at a line where it is too long for itself", async () => {
    const [cut, ...others] = await packed([lines("a", 1, 80), lines("b", 1, 2)], 60);
    assert.ok(cut && others.length === 0, "the rest of the budget is too small for another");
    assert.deepEqual([cut.path, cut.startLine], ["a", 1]);
    assert.ok(cut.endLine >= 15 && cut.endLine < 30, rangeLabel(cut));
    assert.equal(cut.text, lines("a", 1, cut.endLine).text);
    assert.deepEqual(await packed([lines("a", 1, 80)], 8), [], "fewer than four lines say nothing");
  });

  it("gives out again what merging saves", async () => {
    const chunks = [lines("a", 1, 10), lines("a", 11, 20), lines("b", 1, 2)];
    const whole = codeContext(mergePassages(newPassages(chunks)));
    const exact = whole.split(/\s+/).length;
    assert.deepEqual(labels(await packed(chunks, exact)), ["b:1-2", "a:1-20"], "each alone would take more than the budget");
    assert.deepEqual(labels(await packed(chunks, exact - 1)), ["a:1-20"]);
  });

  it("asks for few counts", async () => {
    const meter = wordMeter();
    await packCode(newPassages(Array.from({ length: 24 }, (_, i) => lines(`f${i}`, 1, 20))), 600, meter);
    assert.ok(meter.asked <= 4, `${meter.asked} requests`);
  });

  it("takes nothing, and asks for nothing more, where nothing fits", async () => {
    const meter = wordMeter();
    assert.deepEqual(await packCode(newPassages([lines("a", 1, 50)]), 8, meter), []);
    assert.equal(meter.asked, 1);
    assert.equal(codeContext([]), "");
  });

  it("gives way again where the whole takes more than its parts", async () => {
    const greedy: CodeMeter = { count: (texts) => Promise.resolve(texts.map(() => 10)), measure: (text) => Promise.resolve(15 * text.split("```plaintext").length - 15) };
    assert.deepEqual(labels(await packCode(newPassages([lines("a", 1, 3), lines("b", 1, 3), lines("c", 1, 3)]), 30, greedy)), ["b:1-3", "a:1-3"]);
  });

  it("whatever is found: it fits, no line comes twice, and blocks never touch", async () => {
    const range = fc.record({ file: fc.constantFrom("a", "b", "c"), start: fc.integer({ min: 1, max: 60 }), length: fc.integer({ min: 1, max: 25 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 24 }), fc.nat({ max: 300 }), async (ranges, budget) => {
        const blocks = await packed(ranges.map(({ file, start, length }) => lines(file, start, start + length - 1)), budget);
        const whole = codeContext(blocks);
        assert.ok(whole.split(/\s+/).filter(Boolean).length <= budget);
        for (const { path, startLine, endLine, text } of blocks) assert.equal(text, lines(path, startLine, endLine).text);
        const all = blocks.flatMap(({ path, startLine, endLine }) => Array.from({ length: endLine - startLine + 1 }, (_, i) => `${path} ${startLine + i}`));
        assert.equal(new Set(all).size, all.length);
        for (const a of blocks) for (const b of blocks) assert.ok(a === b || a.path !== b.path || a.endLine + 1 < b.startLine || b.endLine + 1 < a.startLine);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it("names the definition that a block begins inside of, outside of its lines", () => {
    const chunk = lines("a.ts", 40, 42, { signature: "export class Parser {", symbol: "Parser" });
    const [block] = newPassages([chunk]);
    assert.match(codeBlock(block!), /^a\.ts:40-42 \(inside: export class Parser \{\)\n```plaintext\na\.ts 40\n/);
    const begun = newPassages([{ ...chunk, text: `one\n  export class Parser {  // long\nthree` }]);
    assert.equal(begun[0]!.inside, undefined, "the definition begins in the chunk");
  });

  it("keeps the mark of the first part and the symbol of the best one", () => {
    const first = lines("a", 1, 3, { signature: "class A {", symbol: "A > one" });
    const second = lines("a", 4, 6, { signature: "class B {", symbol: "B" });
    const [block] = mergePassages([passageOf(second, 0), passageOf(first, 1)]);
    assert.deepEqual([block!.inside, block!.symbol, block!.rank], ["class A {", "B", 0]);
  });

  it("cites a merged block with the hash of all its lines", () => {
    const [block] = mergePassages(newPassages([lines("a", 4, 6, { symbol: "S" }), lines("a", 1, 3)]));
    const hash = createHash("sha256").update(lines("a", 1, 6).text).digest("hex");
    assert.deepEqual(citationOf(block!), { path: "a", startLine: 1, endLine: 6, hash, symbol: "S" });
  });
});

describe("code that a prompt holds already", () => {
  const held = heldBlocks(codeContext(mergePassages(newPassages([lines("a", 10, 20), lines("b", 1, 4, { signature: "class B {" })]))));
  const attachment = { path: "a", startLine: 12, endLine: 14 };

  it("is read back from the rendered text, fences in the code and marks in the headers included", () => {
    assert.deepEqual(held.map((code) => [rangeLabel(code), code.text]), [["b:1-4", lines("b", 1, 4).text], ["a:10-20", lines("a", 10, 20).text]]);
    const tricky = lines("x.md", 1, 4, { text: "````\na:1-9\n```\n````" });
    assert.deepEqual(heldBlocks(codeContext(newPassages([tricky, lines("a", 1, 2)]))).map(rangeLabel), ["x.md:1-4", "a:1-2"]);
    assert.deepEqual(heldBlocks("what a person wrote\na:1-2\nno fence"), []);
  });

  const cases: readonly [name: string, chunk: RetrievedChunk, rest: readonly string[]][] = [
    ["the same range", lines("a", 10, 20), []],
    ["a part of it", lines("a", 12, 15), []],
    ["the same lines moved down by a change above", { ...lines("a", 12, 15), startLine: 30, endLine: 33 }, []],
    ["more at the end", lines("a", 18, 30), ["a:21-30"]],
    ["more at the beginning", lines("a", 1, 12), ["a:1-9"]],
    ["more on both sides", lines("a", 5, 25), ["a:5-9", "a:21-25"]],
    ["two lines more", lines("a", 11, 22), []],
    ["lines that have changed since", { ...lines("a", 10, 20), text: lines("z", 10, 20).text }, ["a:10-20"]],
    ["one line that has changed since, of many", { ...lines("a", 10, 20), text: lines("a", 10, 20).text.replace("a 15", "new") }, ["a:10-20"]],
    ["another file", lines("c", 10, 20), ["c:10-20"]],
  ];
  for (const [name, chunk, rest] of cases) it(`${name}: ${rest.length === 0 ? "not sent" : rest.join(", ")}`, () => assert.deepEqual(labels(newPassages([chunk], held)), rest));

  it("leaves out the lines that are attached to the question, whatever they read", () => {
    const changed = { ...lines("a", 8, 20), text: lines("z", 8, 20).text };
    assert.deepEqual(labels(newPassages([changed], [], [attachment])), ["a:8-11", "a:15-20"]);
  });

  it("leaves blank lines at the ends of a rest out", () => {
    const text = ["", "a 2", "a 3", "a 4", "", "a 6", "a 7"].join("\n");
    const [rest] = newPassages([{ ...lines("a", 1, 7), text }], [{ path: "a", startLine: 6, endLine: 7, text: "a 6\na 7" }]);
    assert.deepEqual([rangeLabel(rest!), rest!.text], ["a:2-4", "a 2\na 3\na 4"]);
  });
});
