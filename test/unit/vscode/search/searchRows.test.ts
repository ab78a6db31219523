import assert from "node:assert/strict";
import type { IndexStatus, RetrievedChunk, SymbolHit } from "../../../../src/rag/ports";
import type { SearchState } from "../../../../src/vscode/search/codeSearch";
import { searchRows, searchTitle, withoutIcons } from "../../../../src/vscode/search/searchRows";
import { tellingLine } from "../../../../src/vscode/search/tellingLine";

const ready: IndexStatus = { kind: "ready", summary: { files: 1, chunks: 1, embedded: 0, changed: 0, removed: 0, skipped: {}, elapsedMs: 1 } };
const symbol: SymbolHit = { path: "src/a.ts", startLine: 4, endLine: 4, name: "parse", symbol: "Parser > parse", signature: "parse(text: string): Tree {", match: "exact" };
const passage: RetrievedChunk = {
  path: "src/b.ts",
  startLine: 10,
  endLine: 12,
  text: "  /** Reads. */\n  const retry = withBackoff(3);\n  }",
  score: 1,
  language: "typescript",
  hash: "00",
};

function found(symbols: readonly SymbolHit[], passages: readonly RetrievedChunk[], text = "retry backoff"): SearchState {
  return { kind: "found", found: { text, symbols, passages } };
}

describe("rows of a search", () => {
  it("has definitions and passages in a group each, with place, name and a line of code", () => {
    assert.deepEqual(searchRows(found([symbol], [passage]), ready), [
      { kind: "group", label: "Definitions" },
      { kind: "code", label: "$(symbol-method) Parser > parse", description: "src/a.ts:4", detail: symbol.signature, range: { path: "src/a.ts", startLine: 4, endLine: 4 } },
      { kind: "group", label: "Passages" },
      { kind: "code", label: "$(file-code) b.ts", description: "src/b.ts:10-12", detail: "const retry = withBackoff(3);", range: { path: "src/b.ts", startLine: 10, endLine: 12 } },
    ]);
  });

  it("has no heading for a group without rows", () => {
    const labels = searchRows(found([], [passage]), ready).map(({ label }) => label);
    assert.deepEqual(labels, ["Passages", "$(file-code) b.ts"]);
  });

  const icons: readonly [signature: string, icon: string][] = [
    ["export class Parser extends Base {", "symbol-class"],
    ["pub struct Tree {", "symbol-class"],
    ["export interface Tree {", "symbol-interface"],
    ["enum Kind {", "symbol-enum"],
    ["export type Zone = string;", "symbol-structure"],
    ["mod parser {", "symbol-namespace"],
    ["## Install", "symbol-string"],
    ["def parse(self, type):", "symbol-method"],
    ["export const limit = 3;", "symbol-variable"],
  ];
  for (const [signature, icon] of icons) {
    it(`draws ${signature} as ${icon}`, () => {
      const [, row] = searchRows(found([{ ...symbol, signature, symbol: "x" }], []), ready);
      assert.equal(row?.label, `$(${icon}) x`);
    });
  }

  it("shows code that looks like an icon as it is written", () => {
    assert.equal(withoutIcons("echo $(date) $(sync~spin) $(not one) $x"), "echo \\$(date) \\$(sync~spin) $(not one) $x");
  });

  const notes: readonly [string, SearchState, IndexStatus, RegExp | undefined][] = [
    ["nothing was typed", { kind: "empty" }, ready, undefined],
    ["there is no index", { kind: "empty" }, { kind: "off" }, /There is no index/],
    ["nothing is found", found([], []), ready, /Nothing found for "retry backoff"/],
    ["nothing is found yet", found([], []), { kind: "scanning" }, /Nothing found/],
    ["the search failed", { kind: "failed", error: new Error("No disk.") }, ready, /The search failed/],
  ];
  for (const [name, state, status, label] of notes) {
    it(`says so when ${name}`, () => {
      const rows = searchRows(state, status);
      assert.deepEqual(rows.map(({ kind }) => kind), label ? ["note"] : []);
      if (label) assert.match(rows[0]?.label ?? "", label);
    });
  }

  it("shows what was found before while it searches on", () => {
    const before = { text: "x", symbols: [symbol], passages: [] };
    assert.equal(searchRows({ kind: "searching", before }, ready).length, 2);
    assert.deepEqual(searchRows({ kind: "searching", before: undefined }, ready), []);
  });

  it("says in the title how far the index is", () => {
    assert.equal(searchTitle(ready), "Search Code");
    assert.equal(searchTitle({ kind: "indexing", done: 3, total: 9 }), "Search Code (3 of 9 files read)");
  });
});

describe("the telling line of a passage", () => {
  const table: readonly [name: string, passage: string, searched: string, offset: number, text: string][] = [
    ["has most of the words", "a(alpha);\nb(alpha, beta);\nc(beta);", "beta Alpha", 1, "b(alpha, beta);"],
    ["is the first with anything in it where no word is found", "\n  {\n\treturn zones;\n", "kite", 2, "return zones;"],
    ["counts words of any language", "// x\n// größe der Straße", "straße größe", 1, "// größe der Straße"],
    ["takes parts of names, whatever their case", "x\nconst trackingNumber = 3;\r\n", "tracking number", 1, "const trackingNumber = 3;"],
    ["is empty for a passage without a word", "{\n}\n", "x", 0, ""],
  ];
  for (const [name, text, searched, offset, line] of table) it(name, () => assert.deepEqual(tellingLine(text, searched), { offset, text: line }));
});
