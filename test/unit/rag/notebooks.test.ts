import assert from "node:assert/strict";
import { throwingLog } from "../../../src/common/log";
import { Chunker } from "../../../src/rag/chunker";
import { cellsOf, readNotebook } from "../../../src/rag/notebooks";
import { skipBySize } from "../../../src/rag/skipRules";
import { readSource, sourceLines } from "../../../src/rag/sourceFile";
import { splitLines } from "../../../src/rag/sourceText";
import { Syntax } from "../../../src/rag/syntax";
import { ParsedCorpus } from "./parsedCorpus";
import { grammars } from "./workspace";

const image = "iVBORw0KGgo".repeat(4000);

interface MadeCell {
  readonly kind: "code" | "markdown" | "raw";
  readonly source: string | readonly string[];
}

function notebook(cells: readonly MadeCell[], language = "python"): string {
  const made = cells.map(({ kind, source }) => ({
    cell_type: kind,
    ...(kind === "code" && { execution_count: 1, outputs: [{ data: { "image/png": image, "text/plain": ["secretOutput\n", "more"] }, output_type: "display_data" }] }),
    metadata: { source: "not this" },
    source,
  }));
  return `${JSON.stringify({ cells: made, metadata: { kernelspec: { language, name: "k" } }, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

const analysis = notebook([
  { kind: "markdown", source: ["# Load the \"data\"\n", "From a file."] },
  { kind: "code", source: ["%matplotlib inline\n", "def load_rows(path):\n", "    \"\"\"Rows of a file.\"\"\"\n", "\n", "    return list(csv.reader(open(path)))"] },
  { kind: "markdown", source: ["## Clean"] },
  { kind: "code", source: ["rows = load_rows('a.csv')\n"] },
  { kind: "code", source: [] },
]);

describe("notebooks", () => {
  it("read cells on the lines that their sources have in the file", () => {
    const raw = splitLines(analysis);
    const { lines, cells, language } = readNotebook(analysis);
    assert.equal(lines.length, raw.length);
    assert.equal(language, "python");
    assert.deepEqual(cells.map(({ kind }) => kind), ["markdown", "code", "markdown", "code"]);
    for (const [i, line] of lines.entries()) if (line !== "") assert.ok(raw[i]!.includes(JSON.stringify(line).slice(1, -1)), `line ${i + 1}: ${line}`);
    const [first, second] = cells;
    assert.deepEqual(lines.slice(first!.startLine - 1, first!.endLine), ['# Load the "data"', "From a file."]);
    assert.deepEqual(lines.slice(second!.startLine - 1, second!.endLine), ["%matplotlib inline", "def load_rows(path):", '    """Rows of a file."""', "", "    return list(csv.reader(open(path)))"]);
    assert.ok(!lines.some((line) => line.includes("secretOutput") || line.includes(image) || line.includes("not this")));
  });

  it("tell which cells lines lie in, empty ones counted", () => {
    const made = notebook([{ kind: "code", source: [] }, { kind: "markdown", source: ["# One\n", "\n", "two"] }, { kind: "code", source: [""] }, { kind: "code", source: ["three"] }]);
    const [one, three] = readNotebook(made).cells;
    assert.deepEqual(cellsOf(made, one!), { start: 1, end: 2 });
    assert.deepEqual(cellsOf(made, { startLine: one!.endLine, endLine: one!.endLine }), { start: 1, end: 2 });
    assert.deepEqual(cellsOf(made, { startLine: one!.endLine, endLine: three!.startLine }), { start: 1, end: 4 });
    assert.equal(cellsOf(made, { startLine: 1, endLine: one!.startLine - 1 }), undefined);
    assert.equal(cellsOf("{", { startLine: 1, endLine: 9 }), undefined);
  });

  it("are cut by cell, with the definitions and headings of cells", async () => {
    const { text, lines, language, cells } = readSource("a.ipynb", Buffer.from(analysis));
    const chunks = await new Chunker(new Syntax(grammars, throwingLog)).chunk(text, lines, language, cells);
    assert.deepEqual(chunks.map(({ startLine, endLine }) => ({ startLine, endLine })), cells!.map(({ startLine, endLine }) => ({ startLine, endLine })));
    assert.deepEqual(chunks.map(({ symbol }) => symbol), ['Load the "data"', 'Load the "data" > load_rows', 'Load the "data" > Clean', 'Load the "data" > Clean > rows']);
    assert.equal(chunks[1]!.signature, "def load_rows(path):");
    assert.deepEqual(chunks[1]!.definitions, ["load_rows"]);
  });

  it("keep outputs out of the index and show the cell as it reads", async () => {
    const { corpus, readLines } = await ParsedCorpus.of({ "a.ipynb": analysis });
    const found = (word: string) => corpus.lexical.scoreChunks([{ text: word, weight: 1 }]).top(5);
    assert.deepEqual(["secretoutput", "png", "execution_count", "nbformat"].flatMap(found), []);
    const chunk = corpus.chunk(found("load_rows")[0]!.document)!;
    const lines = await readLines("a.ipynb");
    assert.match(lines.slice(chunk.startLine - 1, chunk.endLine).join("\n"), /^def load_rows\(path\):$/m);
    assert.equal(corpus.files.get("a.ipynb")!.skipped, undefined);
  });

  it("read sources that are one string, one line of JSON, and other kernels", () => {
    const single = notebook([{ kind: "code", source: "x <- 1\ny <- 2\n" }], "R");
    const { lines, cells, language } = readNotebook(single);
    assert.equal(language, "r");
    assert.equal(lines[cells[0]!.startLine - 1], "x <- 1\ny <- 2");
    const compact = JSON.stringify(JSON.parse(analysis));
    assert.match(readNotebook(compact).lines.join("\n"), /^From a file\.\n%matplotlib inline$/m);
    assert.deepEqual(sourceLines("b.ipynb", compact).length, 1);
  });

  it("survive what is no notebook, and keep the cells before a damage", () => {
    for (const text of ["", "{", "[]", "null", "{}", '{"cells": 3}', '{"cells": [{"source": {"a": 1}}]}', '{"cells": [', "\\\"", '{"cells": [[[[']) assert.deepEqual(readNotebook(text).cells, [], text);
    const broken = analysis.slice(0, analysis.indexOf("## Clean"));
    assert.equal(readNotebook(broken).cells.length, 2);
    assert.equal(readNotebook(broken).lines.length, splitLines(broken).length);
    const conflict = analysis.replace('  "metadata"', '<<<<<<< HEAD\n  "metadata"');
    assert.ok(!readNotebook(conflict).lines.some((line) => line.includes("iVBOR")));
  });

  it("may be larger than other data, since most of it is not kept", () => {
    assert.equal(skipBySize("a.ipynb", 5e6), undefined);
    assert.equal(skipBySize("a.ipynb", 50e6), "too-large");
    assert.equal(skipBySize("a.json", 5e6), "too-large");
  });
});
