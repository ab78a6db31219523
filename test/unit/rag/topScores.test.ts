import assert from "node:assert/strict";
import { TopScores } from "../../../src/rag/topScores";
import { seeded } from "../../fixtures/seeded";

describe("top scores", () => {
  for (const limit of [0, 1, 2, 7, 50, 1000]) {
    it(`are those of a full sort, the best ${limit}, with equal ones by their numbers`, () => {
      for (let seed = 1; seed <= 30; seed++) {
        const random = seeded(seed);
        const all = Array.from({ length: 200 }, (_, document) => ({ document, score: Math.floor(random() * 20) / 10 })).sort(() => random() - 0.5);
        const top = new TopScores(limit);
        for (const { document, score } of all) top.offer(document, score);
        const sorted = all.sort((a, b) => b.score - a.score || a.document - b.document);
        assert.deepEqual(top.inOrder(), sorted.slice(0, limit));
      }
    });
  }
});
