import assert from "node:assert/strict";
import { rankChunks } from "../../../src/rag/chunkRanker";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { readQuestion } from "../../../src/rag/question";
import { shortHash } from "../../../src/rag/sourceText";
import { WarmUp } from "../../../src/rag/warmUp";
import { WorkHistory } from "../../../src/rag/workHistory";
import { seeded } from "../../fixtures/seeded";

const verbs = ["open", "close", "parse", "load", "merge"];
const nouns = ["Token", "Session", "Buffer", "Index", "File"];

function put(corpus: CodeCorpus, path: string, random: () => number): void {
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)]!;
  const chunks = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, i) => {
    const definition = pick(verbs) + pick(nouns);
    const text = `function ${definition} ${Array.from({ length: 8 }, () => pick(verbs) + pick(["s", "ing", ""])).join(" ")}`;
    return { startLine: i + 1, endLine: i + 1, symbol: definition, signature: undefined, definitions: [definition], key: shortHash(path + text), body: corpus.lexical.dictionary.count(text) };
  });
  corpus.put({ path, bytes: 1, mtimeMs: 1, hash: "00", language: "typescript", skipped: undefined, chunks });
}

/** Two of the same, with files that came, changed and went; one was prepared now and then. */
function twins(seed: number): readonly [CodeCorpus, CodeCorpus] {
  const corpora = [new CodeCorpus(), new CodeCorpus()] as const;
  for (const [i, corpus] of corpora.entries()) {
    const random = seeded(seed);
    for (let step = 0; step < 60; step++) {
      const path = `src/file${Math.floor(random() * 25)}.ts`;
      if (random() < 0.2) corpus.remove(path);
      else if (random() < 0.1) corpus.move(path, `lib/moved${step}.ts`, 1, 1);
      else put(corpus, path, random);
      if (i === 1 && step % 7 === 0) corpus.warm(performance.now() + (step % 2));
    }
    if (i === 1) while (!corpus.warm(performance.now() + 1));
  }
  return corpora;
}

const rank = (corpus: CodeCorpus, text: string, limit: number) => rankChunks(corpus, readQuestion(text), { limit, history: new WorkHistory(), nearest: [] });
const questions = ["how does parseToken load", "merging of sessions", "where do we open and close a file", "loadIndex"];

describe("a corpus that was prepared", () => {
  it("answers as one that was not, whatever changed before and in between", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const [cold, warm] = twins(seed);
      for (const text of questions) assert.deepEqual(rank(warm, text, 20), rank(cold, text, 20));
      for (const name of verbs.flatMap((verb) => nouns.map((noun) => verb + noun))) assert.deepEqual(warm.symbols.exact(name), cold.symbols.exact(name), name);
      assert.deepEqual(warm.symbols.prefix("p", 100), cold.symbols.prefix("p", 100));
    }
  });

  it("gives the same first chunks, however many are asked for", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const [corpus] = twins(seed);
      for (const text of questions) {
        const all = rank(corpus, text, 10_000);
        for (const limit of [1, 2, 5, 20]) assert.deepEqual(rank(corpus, text, limit), all.slice(0, limit));
      }
    }
  });

  it("is prepared in turns until nothing is left", () => {
    const [corpus] = twins(3);
    const warmUp = new WarmUp(() => corpus);
    let turns = 1;
    while (!warmUp.prepare()) turns++;
    assert.ok(turns > 1);
    assert.equal(warmUp.prepare(), true);
    assert.equal(new WarmUp(() => new CodeCorpus()).prepare(), true);
  });

  it("is left alone while others are to have the processor", async () => {
    let asked = 0;
    const corpus = new CodeCorpus();
    const warmUp = new WarmUp(() => {
      asked++;
      return corpus;
    });
    const settled = () => new Promise((resolve) => setTimeout(resolve, 30));
    warmUp.setResting(true);
    warmUp.start();
    await settled();
    assert.equal(asked, 0);
    warmUp.setResting(false);
    await settled();
    assert.equal(asked, 1);
    warmUp.close();
    warmUp.start();
    await settled();
    assert.equal(asked, 1);
  });
});
