import assert from "node:assert/strict";
import { LexicalIndex, type IndexedFile } from "../../../src/rag/lexicalIndex";
import { ScoreBoard } from "../../../src/rag/scoreBoard";
import { SymbolTable } from "../../../src/rag/symbolTable";
import type { QueryWord } from "../../../src/rag/termGroups";
import { stem, tokenize } from "../../../src/rag/tokenize";
import { seeded } from "../../fixtures/seeded";

function add(index: LexicalIndex, path: string, chunks: readonly string[], definitions: readonly string[] = []): IndexedFile {
  return index.add(path, chunks.map((text) => ({ body: index.dictionary.count(text), definitions })));
}

function query(...texts: readonly string[]): readonly QueryWord[] {
  return texts.map((text) => ({ text, weight: 1 }));
}

describe("lexical index", () => {
  it("scores by Okapi BM25", () => {
    const index = new LexicalIndex();
    add(index, "x", ["cat dog dog"]);
    add(index, "y", ["cat bird fish eel fox"]);
    add(index, "z", ["emu"]);
    const board = index.scoreChunks(query("dog", "cat"));
    // N 3, average length 3. dog: in 1 chunk, twice in 3 words. cat: in 2 chunks.
    const idf = (found: number) => Math.log(1 + (3 - found + 0.5) / (found + 0.5));
    const part = (count: number, length: number) => (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / 3));
    assert.ok(Math.abs(board.of(0) - (idf(1) * part(2, 3) + idf(2) * part(1, 3))) < 1e-12);
    assert.ok(Math.abs(board.of(1) - idf(2) * part(1, 5)) < 1e-12);
    assert.equal(board.of(2), 0);
    assert.deepEqual(board.top(5).map(({ document }) => document), [0, 1]);
  });

  it("finds identifiers whole and by their parts", () => {
    const index = new LexicalIndex();
    add(index, "a", ["function parseHeaderLine() {}", "parse the line of a header", "nothing here"]);
    assert.deepEqual(index.scoreChunks(query("parseheaderline")).touched, [0]);
    assert.deepEqual([...index.scoreChunks(query("header")).touched].sort(), [0, 1]);
  });

  it("weighs a definition more than a path, and a path more than a mention in a long text", () => {
    const index = new LexicalIndex();
    add(index, "src/parser.ts", ["something else entirely"], ["one"]);
    add(index, "src/other.ts", ["the parser of other words and of some more than that"], ["two"]);
    add(index, "src/third.ts", ["unrelated words again"], ["parser"]);
    assert.deepEqual(index.scoreChunks(query("parser")).top(3).map(({ document }) => document), [2, 0, 1]);
  });

  it("counts a word by its weight", () => {
    const index = new LexicalIndex();
    add(index, "a", ["fix of this", "token of that"]);
    const board = index.scoreChunks([{ text: "fix", weight: 0.5 }, { text: "token", weight: 1 }]);
    assert.ok(Math.abs(board.of(0) * 2 - board.of(1)) < 1e-12);
  });

  it("takes the weightiest of words that share a stem, once", () => {
    const index = new LexicalIndex();
    add(index, "a", ["connection", "unrelated"]);
    const both = index.scoreQuestion([{ text: "connecting", weight: 0.5 }, { text: "connected", weight: 1 }]).stemmed;
    assert.deepEqual(both.touched, [0]);
    assert.equal(both.of(0), index.scoreQuestion(query("connect")).stemmed.of(0));
  });

  it("joins words of one stem", () => {
    const index = new LexicalIndex();
    add(index, "a", ["connection", "connecting connected", "unrelated"]);
    assert.deepEqual([...index.scoreQuestion(query("connect")).stemmed.touched].sort(), [0, 1]);
    assert.deepEqual(index.scoreChunks(query("connect")).touched, []);
  });

  it("adds up the chunks of a file", () => {
    const index = new LexicalIndex();
    add(index, "a", ["token here", "token there", "token"]);
    add(index, "b", ["token", "other words of it"]);
    assert.deepEqual(index.scoreQuestion(query("token")).whole.top(2).map(({ document }) => document), [0, 1]);
  });

  it("scores after any adding and removing as if built anew", () => {
    const random = seeded(11);
    const word = () => ["alpha", "betaGamma", "delta", "epsilon", "zeta", "running", "runs"][Math.floor(random() * 7)]!;
    for (let round = 0; round < 50; round++) {
      const changed = new LexicalIndex();
      const present = new Map<string, Present>();
      for (let step = 0; step < 40; step++) {
        const path = `src/${word()}${Math.floor(random() * 6)}.ts`;
        const old = present.get(path);
        if (old) changed.remove(old.file);
        present.delete(path);
        if (random() < 0.3) continue;
        const chunks = Array.from({ length: 1 + Math.floor(random() * 3) }, () => Array.from({ length: 1 + Math.floor(random() * 9) }, word).join(" "));
        const definitions = [word()];
        present.set(path, { chunks, definitions, file: add(changed, path, chunks, definitions) });
      }
      assert.ok(present.size > 0);
      assertSameScores(changed, present);
      assertPlainScores(changed, present);
    }
  });
});

/** The scores by the words' stems, counted document by document from the texts. */
function assertPlainScores(index: LexicalIndex, present: ReadonlyMap<string, Present>): void {
  const files = [...present].map(([path, { chunks, file }]) => ({ file, path: tokenize(path), chunks: chunks.map(tokenize) }));
  const words = [{ text: "running", weight: 0.4 }, { text: "alpha", weight: 1 }, { text: "runs", weight: 0.7 }, { text: "delta", weight: 0.5 }];
  const stems = [{ text: "running", weight: 0.7 }, { text: "alpha", weight: 1 }, { text: "delta", weight: 0.5 }];
  const { stemmed, whole } = index.scoreQuestion(words);
  const chunks = plainBm25(files.flatMap(({ chunks }) => chunks), stems);
  const bodies = plainBm25(files.map(({ chunks }) => chunks.flat()), stems);
  const paths = plainBm25(files.map(({ path }) => path), stems);
  const numbers = files.flatMap(({ file }) => index.chunksOf(file.file));
  for (const [i, number] of numbers.entries()) assert.ok(Math.abs(stemmed.of(number) - chunks[i]!) < 1e-9);
  for (const [i, { file }] of files.entries()) assert.ok(Math.abs(whole.of(file.file) - bodies[i]! - paths[i]!) < 1e-9);
}

function plainBm25(documents: readonly (readonly string[])[], words: readonly QueryWord[]): readonly number[] {
  const average = documents.reduce((sum, terms) => sum + terms.length, 0) / documents.length;
  return documents.map((terms) =>
    words.reduce((sum, { text, weight }) => {
      const countIn = (others: readonly string[]) => others.filter((term) => stem(term) === stem(text)).length;
      const found = documents.filter((others) => countIn(others) > 0).length;
      const idf = Math.log(1 + (documents.length - found + 0.5) / (found + 0.5));
      return sum + (weight * idf * countIn(terms) * 2.2) / (countIn(terms) + 1.2 * (0.25 + (0.75 * terms.length) / average));
    }, 0),
  );
}

interface Present {
  readonly chunks: readonly string[];
  readonly definitions: readonly string[];
  readonly file: IndexedFile;
}

function assertSameScores(changed: LexicalIndex, present: ReadonlyMap<string, Present>): void {
  const anew = new LexicalIndex();
  const twins = [...present].map(([path, { chunks, definitions, file }]) => ({ file, twin: add(anew, path, chunks, definitions) }));
  assert.equal(changed.chunkCount, anew.chunkCount);
  const wanted = query("alpha", "beta", "betagamma", "running");
  const chunks = twins.flatMap(({ file, twin }) => changed.chunksOf(file.file).map((chunk, i) => [chunk, twin.firstChunk + i] as const));
  const files = twins.map(({ file, twin }) => [file.file, twin.file] as const);
  const [a, b] = [changed.scoreQuestion(wanted), anew.scoreQuestion(wanted)];
  const pairs = [
    [changed.scoreChunks(wanted), anew.scoreChunks(wanted), chunks],
    [a.exact, changed.scoreChunks(wanted), chunks.map(([chunk]) => [chunk, chunk] as const)],
    [a.exact, b.exact, chunks],
    [a.stemmed, b.stemmed, chunks],
    [a.whole, b.whole, files],
  ] as const;
  for (const [a, b, numbers] of pairs) {
    assert.equal(a.touched.length, b.touched.length);
    for (const [x, y] of numbers) assert.ok(Math.abs(a.of(x) - b.of(y)) < 1e-9);
  }
}

describe("score board", () => {
  it("keeps the best of many, ties by number", () => {
    const random = seeded(5);
    const board = new ScoreBoard(500);
    for (let i = 0; i < 2000; i++) board.add(Math.floor(random() * 500), Math.ceil(random() * 5));
    const all = board.touched.map((document) => ({ document, score: board.of(document) }));
    all.sort((a, b) => b.score - a.score || a.document - b.document);
    for (const limit of [0, 1, 7, 100, 1000]) assert.deepEqual(board.top(limit), all.slice(0, limit));
  });
});

describe("symbol table", () => {
  it("finds names as written first, then in any case, and by their last part", () => {
    const table = new SymbolTable();
    table.add("Parser", 1);
    table.add("parser", 2);
    table.add("Lexer::next", 3);
    table.add("#hidden", 4);
    assert.deepEqual(table.exact("Parser"), [1]);
    assert.deepEqual(table.exact("PARSER"), [1, 2]);
    assert.deepEqual(table.exact("next"), [3]);
    assert.deepEqual(table.exact("hidden"), [4]);
    assert.deepEqual(table.exact("nothing"), []);
    table.remove("Parser", 1);
    assert.deepEqual(table.exact("Parser"), [2]);
  });

  it("lists names by their beginning", () => {
    const table = new SymbolTable();
    for (const [i, name] of ["parse", "Parser", "parseLine", "part", "zebra"].entries()) table.add(name, i);
    assert.deepEqual(table.prefix("PARS", 9), ["parse", "parseLine", "Parser"]);
    assert.deepEqual(table.prefix("par", 2), ["parse", "parseLine"]);
    table.remove("parse", 0);
    assert.deepEqual(table.prefix("parse", 9), ["parseLine", "Parser"]);
    assert.deepEqual(table.prefix("q", 9), []);
  });
});
