import assert from "node:assert/strict";
import { rankChunks } from "../../../src/rag/chunkRanker";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { fuse } from "../../../src/rag/fusionRanking";
import { shortHash } from "../../../src/rag/sourceText";
import { fusion, limits } from "../../../src/rag/weights";

interface Piece {
  readonly text: string;
  readonly definitions?: readonly string[];
}

function corpusOf(files: Readonly<Record<string, readonly Piece[]>>): CodeCorpus {
  const corpus = new CodeCorpus();
  for (const [path, pieces] of Object.entries(files)) {
    const chunks = pieces.map(({ text, definitions = [] }, i) => ({
      startLine: i + 1,
      endLine: i + 1,
      symbol: definitions[0],
      signature: undefined,
      definitions,
      key: shortHash(text),
      body: corpus.lexical.dictionary.count(text),
    }));
    corpus.put({ path, bytes: 1, mtimeMs: 1, hash: "00", language: "typescript", skipped: undefined, chunks });
  }
  return corpus;
}

interface Given {
  readonly recency?: ReadonlyMap<string, number>;
  readonly nearest?: readonly number[];
  readonly limit?: number;
}

function ranked(corpus: CodeCorpus, question: string, { recency = new Map(), nearest = [], limit = 10 }: Given = {}): string[] {
  return rankChunks(corpus, question, { limit, recency, nearest }).map(({ chunk }) => `${corpus.chunk(chunk)?.path}:${corpus.chunk(chunk)?.startLine}`);
}

const filler = Array.from({ length: 30 }, (_, i) => [`lib/file${i}.ts`, [{ text: `ordinary words number${i} of a module` }]] as const);

describe("fusion", () => {
  it("adds weight / (k + rank) of each source", () => {
    const scores = fuse({ chunk: [[1], [2]], symbol: [[2, 3]] });
    const { k, weights } = fusion;
    assert.deepEqual(scores, new Map([[1, weights.chunk / (k + 1)], [2, weights.chunk / (k + 2) + weights.symbol / (k + 1)], [3, weights.symbol / (k + 1)]]));
  });
});

describe("chunk ranker", () => {
  const corpus = corpusOf({
    ...Object.fromEntries(filler),
    "src/rpc.ts": [{ text: "class RpcPeer handles calls", definitions: ["RpcPeer"] }, { text: "answers a call with an error" }],
    "src/log.ts": [{ text: "a log writes the call of an RpcPeer, RpcPeer, RpcPeer" }],
    "src/retry.ts": [{ text: "function retryRequest sends a request again", definitions: ["retryRequest"] }],
  });

  it("puts the definition of a named identifier before its uses", () => {
    assert.equal(ranked(corpus, "what does RpcPeer do?")[0], "src/rpc.ts:1");
  });

  it("puts the file that the question names first, whatever else matches", () => {
    assert.deepEqual(ranked(corpus, "does src/rpc.ts or RpcPeer write to a log").slice(0, 2).sort(), ["src/rpc.ts:1", "src/rpc.ts:2"]);
    assert.equal(ranked(corpus, "explain file7.ts")[0], "lib/file7.ts:1");
    assert.equal(ranked(corpus, "explain lib\\file8.ts")[0], "lib/file8.ts:1");
  });

  it("finds by parts and stems", () => {
    assert.equal(ranked(corpus, "where are requests retried")[0], "src/retry.ts:1");
  });

  it("lets work of late decide between equals, and brings in nothing by itself", () => {
    const twins = corpusOf({ "a.ts": [{ text: "alpha beta" }], "b.ts": [{ text: "alpha beta" }], "c.ts": [{ text: "gamma" }] });
    assert.deepEqual(ranked(twins, "alpha"), ["a.ts:1", "b.ts:1"]);
    assert.deepEqual(ranked(twins, "alpha", { recency: new Map([["b.ts", 1], ["c.ts", 5]]) }), ["b.ts:1", "a.ts:1"]);
  });

  it("adds what is near in meaning", () => {
    const number = corpus.chunkNumbersOf("src/retry.ts")[0]!;
    assert.ok(!ranked(corpus, "connection lost").includes("src/retry.ts:1"));
    assert.deepEqual(ranked(corpus, "connection lost", { nearest: [number] }), ["src/retry.ts:1"]);
  });

  it("takes few chunks of one file, more of one that is named", () => {
    const many = corpusOf({ "big.ts": Array.from({ length: 12 }, () => ({ text: "topic here" })), "small.ts": [{ text: "topic there and more words" }] });
    const plain = ranked(many, "topic");
    assert.equal(plain.filter((one) => one.startsWith("big.ts")).length, limits.chunksPerFile);
    assert.ok(plain.includes("small.ts:1"));
    assert.equal(ranked(many, "topic in big.ts").filter((one) => one.startsWith("big.ts")).length, limits.chunksPerNamedFile);
    assert.equal(ranked(many, "topic", { limit: 2 }).length, 2);
  });

  it("has no answer for an empty question or an empty corpus", () => {
    assert.deepEqual(ranked(corpus, ""), []);
    assert.deepEqual(ranked(new CodeCorpus(), "RpcPeer in src/rpc.ts"), []);
  });
});
