import assert from "node:assert/strict";
import { EmbeddingPace } from "../../../src/rag/embeddingPace";

function paceOf(batches: readonly [chunks: number, characters: number, ms: number][]): EmbeddingPace {
  const pace = new EmbeddingPace();
  for (const batch of batches) pace.note(...batch);
  return pace;
}

const steady = (count: number, ms: number) => Array.from({ length: count }, () => [2, 1000, ms] as [number, number, number]);

describe("embedding pace", () => {
  it("foretells nothing from too little work", () => {
    assert.equal(new EmbeddingPace().secondsFor(10), undefined);
    assert.equal(paceOf(steady(2, 5000)).secondsFor(10), undefined);
    assert.equal(paceOf(steady(3, 10)).secondsFor(10), undefined);
    assert.equal(new EmbeddingPace().charactersWithin(500), undefined);
  });

  it("goes by the rate so far", () => {
    const pace = paceOf(steady(10, 500));
    assert.ok(Math.abs(pace.secondsFor(100)! - 25) < 0.01);
    assert.ok(Math.abs(pace.charactersWithin(500)! - 1000) < 1);
  });

  it("follows a machine that becomes slower within a minute or two, and is not led by one batch", () => {
    const before = steady(400, 500);
    assert.ok(paceOf([...before, [2, 1000, 5000]]).secondsFor(100)! < 32);
    const after = paceOf([...before, ...steady(60, 2000)]).secondsFor(100)!;
    assert.ok(after > 55 && after < 100, String(after));
  });
});
