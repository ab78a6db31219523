import assert from "node:assert/strict";
import { blend, scaled } from "../../../src/rag/blend";
import { rankChunks } from "../../../src/rag/chunkRanker";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { readQuestion } from "../../../src/rag/question";
import { languageOf } from "../../../src/rag/languages";
import { shortHash } from "../../../src/rag/sourceText";
import { limits, named, sourceWeights } from "../../../src/rag/weights";
import { WorkHistory } from "../../../src/rag/workHistory";
import type { PastCommit } from "../../../src/rag/gitHistory";

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
    corpus.put({ path, bytes: 1, mtimeMs: 1, hash: "00", language: languageOf(path), skipped: undefined, chunks });
  }
  return corpus;
}

interface Given {
  readonly commits?: readonly PastCommit[];
  readonly nearest?: readonly number[];
  readonly limit?: number;
  readonly earlier?: readonly string[];
}

function ranked(corpus: CodeCorpus, question: string, { commits = [], nearest = [], limit = 10, earlier = [] }: Given = {}): string[] {
  const history = new WorkHistory();
  history.setCommits(commits);
  return rankChunks(corpus, readQuestion(question, earlier), { limit, history, nearest }).map(({ chunk }) => `${corpus.chunk(chunk)?.path}:${corpus.chunk(chunk)?.startLine}`);
}

const filler = Array.from({ length: 30 }, (_, i) => [`lib/file${i}.ts`, [{ text: `ordinary words number${i} of a module` }]] as const);

describe("blend", () => {
  it("adds the weighted scores of each source", () => {
    const scores = blend({ chunk: new Map([[1, 1], [2, 0.5]]), recency: new Map([[2, 1]]) });
    const { chunk, recency } = sourceWeights;
    assert.deepEqual(scores, new Map([[1, chunk], [2, chunk * 0.5 + recency]]));
  });

  it("scales scores so that the best is 1", () => {
    assert.deepEqual(scaled(new Map([["a", 4], ["b", 1]])), new Map([["a", 1], ["b", 0.25]]));
    assert.deepEqual(scaled(new Map()), new Map());
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
    const commits = [{ subject: "unrelated", files: ["c.ts"] }, { subject: "another", files: ["b.ts"] }];
    assert.deepEqual(ranked(twins, "alpha", { commits }), ["b.ts:1", "a.ts:1"]);
  });

  it("finds files by what past commits that changed them say", () => {
    const commits = [{ subject: "keep the connection when the laptop sleeps", files: ["src/retry.ts", "gone.ts"] }];
    assert.deepEqual(ranked(corpus, "laptop sleeping"), []);
    assert.deepEqual(ranked(corpus, "laptop sleeping", { commits }), ["src/retry.ts:1"]);
  });

  it("holds prose and data back, unless they are asked for", () => {
    const text = "the rate limiter of the gateway";
    const kinds = corpusOf({ "a.md": [{ text }], "b.json": [{ text }], "c.ts": [{ text: `${text} and more words than the others have` }] });
    assert.equal(ranked(kinds, "rate limiter")[0], "c.ts:1");
    assert.equal(ranked(kinds, "rate limiter in the documentation")[0], "a.md:1");
    assert.equal(ranked(kinds, "rate limiter in the json")[0], "b.json:1");
  });

  it("counts words of a task less than what it is about", () => {
    const tasks = corpusOf({ "a.ts": [{ text: "fix" }], "b.ts": [{ text: "a throttle, and other words" }] });
    assert.equal(ranked(tasks, "fix the throttle")[0], "b.ts:1");
  });

  it("sees to it that a named identifier comes, however much others match", () => {
    const names = corpusOf({
      ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`src/socket${i}.ts`, [{ text: `socket closes on error ${i}`, definitions: ["closeSocketOnError"] }]])),
      "lib/far.ts": [{ text: `drainQueue ${"unrelated words that make it long ".repeat(20)}`, definitions: ["drainQueue"] }],
    });
    const at = ranked(names, "socket closes on error: socket close on error calls drainQueue", { limit: 50 }).indexOf("lib/far.ts:1");
    assert.ok(at >= 0 && at < named.identifier.rank, String(at));
  });

  describe("a question about a name and nothing else", () => {
    const speaking = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`src/use${i}.ts`, [{ text: `extname parseLine extname parseLine ${i}`, definitions: [`use${i}`] }]]));
    const long = "unrelated words that make it long ".repeat(20);
    const definers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`lib/far${i}.ts`, [{ text: `extname parseLine ${long}`, definitions: ["extname", "parseLine"] }]]));
    const definitionsFirst = (count: number, question: string) => {
      const found = ranked(corpusOf({ ...speaking, ...definers(count) }), question, { limit: 50 });
      const at = found.findIndex((one) => !one.startsWith("lib/far"));
      return at === -1 ? found.length : at;
    };

    for (const question of ["where is extname declared?", "Explain extname", "what does parseLine take?", "parseLine"]) {
      it(`${question} has its definition first`, () => assert.equal(definitionsFirst(1, question), 1));
    }

    it("has at most three, and none of a word that many define", () => {
      assert.equal(definitionsFirst(5, "what does parseLine take?"), named.subject.most);
      assert.equal(definitionsFirst(limits.definitionsPerName + 1, "where is extname declared?"), 0);
    });

    it("does not put them first where it has other content", () => {
      assert.equal(definitionsFirst(1, "where is extname used for sockets?"), 0);
    });

    it("does not put a heading before the code, unless prose is asked for", () => {
      const files = corpusOf({ ...speaking, "README.md": [{ text: `extname ${long}`, definitions: ["extname"] }] });
      assert.notEqual(ranked(files, "how does extname work?")[0], "README.md:1");
      assert.equal(ranked(files, "explain extname in the documentation")[0], "README.md:1");
    });

    it("puts nothing first that only speaks of the word", () => {
      const twins = corpusOf({ "a.ts": [{ text: "alpha beta" }], "b.ts": [{ text: "alpha beta gamma" }] });
      assert.deepEqual(ranked(twins, "explain beta gamma"), ranked(twins, "beta gamma"));
      assert.equal(ranked(twins, "explain alpha")[0], "a.ts:1");
    });
  });

  it("adds what is near in meaning", () => {
    const number = corpus.chunkNumbersOf("src/retry.ts")[0]!;
    assert.ok(!ranked(corpus, "connection lost").includes("src/retry.ts:1"));
    assert.deepEqual(ranked(corpus, "connection lost", { nearest: [number] }), ["src/retry.ts:1"]);
  });

  it("takes few chunks of one file, more of one that is named", () => {
    const many = corpusOf({ "big.ts": Array.from({ length: 20 }, () => ({ text: "topic here" })), "small.ts": [{ text: "topic there and more words" }] });
    const plain = ranked(many, "topic", { limit: 50 });
    assert.equal(plain.filter((one) => one.startsWith("big.ts")).length, limits.chunksPerFile);
    assert.ok(plain.includes("small.ts:1"));
    assert.equal(ranked(many, "topic in big.ts", { limit: 50 }).filter((one) => one.startsWith("big.ts")).length, limits.chunksPerNamedFile);
    assert.equal(ranked(many, "topic", { limit: 2 }).length, 2);
  });

  it("finds what a follow-up without words of its own is about", () => {
    const retry = ["where are requests retried"];
    assert.equal(ranked(corpus, "and why?", { earlier: retry })[0], "src/retry.ts:1");
    assert.equal(ranked(corpus, "ok", { earlier: ["what does RpcPeer do?", ...retry, "why?"] })[0], "src/retry.ts:1");
    assert.equal(ranked(corpus, "explain RpcPeer", { earlier: retry })[0], "src/rpc.ts:1");
    assert.equal(ranked(corpus, "the next one please", { earlier: ["explain file7.ts"] })[0], "lib/file7.ts:1");
  });

  it("finds nothing for a question that says nothing", () => {
    for (const question of ["", "why?", "what is it", "and how?"]) assert.deepEqual(ranked(corpus, question, { nearest: [0, 1] }), [], question);
    assert.deepEqual(ranked(corpus, "why?", { earlier: ["what is it"] }), []);
  });

  it("finds a definition whose name is a word of chat", () => {
    const chat = corpusOf({ ...Object.fromEntries(filler), "src/find.ts": [{ text: "function find", definitions: ["find"] }] });
    assert.deepEqual(ranked(chat, "find"), ["src/find.ts:1"]);
    assert.deepEqual(ranked(chat, "show"), []);
  });

  it("takes a mistyped name for the nearest that there is", () => {
    assert.equal(ranked(corpus, "is rtryReqest() safe")[0], "src/retry.ts:1");
    assert.equal(ranked(corpus, "is retryreque() safe")[0], "src/retry.ts:1");
    assert.equal(ranked(corpus, "explain src/rtry.ts")[0], "src/retry.ts:1");
    assert.ok(!ranked(corpus, "is openLetter() safe").includes("src/retry.ts:1"));
  });

  it("says what each source gave, adding up to the score", () => {
    const history = new WorkHistory();
    history.setCommits([{ subject: "retry requests on a lost connection", files: ["src/retry.ts", "notes.md"] }]);
    const notes = corpusOf({ ...Object.fromEntries(filler), "src/retry.ts": [{ text: "function retryRequest sends a request again", definitions: ["retryRequest"] }], "notes.md": [{ text: "a request is sent again" }] });
    const options = { limit: 50, history, nearest: notes.chunkNumbersOf("src/retry.ts"), explain: true };
    for (const question of ["retryRequest of a lost request", "the request in src/retry.ts"]) {
      const found = rankChunks(notes, readQuestion(question), options);
      assert.ok(found.length >= 2);
      for (const { score, scores = {} } of found) assert.ok(Math.abs(Object.values(scores).reduce((sum, one) => sum + one, 0) - score) < 1e-9);
      assert.deepEqual(Object.keys(found[0]?.scores ?? {}).filter((source) => source !== "named").sort(), ["chunk", "file", "history", "recency", "stemmed", "vectors"]);
    }
    assert.ok((rankChunks(notes, readQuestion("explain src/retry.ts"), options)[0]?.scores?.["named"] ?? 0) > 1);
    assert.equal(rankChunks(notes, readQuestion("lost request"), { ...options, explain: false })[0]?.scores, undefined);
  });

  it("has no answer for an empty corpus", () => {
    assert.deepEqual(ranked(new CodeCorpus(), "RpcPeer in src/rpc.ts"), []);
  });
});
