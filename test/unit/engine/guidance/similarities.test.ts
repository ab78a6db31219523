import assert from "node:assert/strict";
import fc from "fast-check";
import { HearthError } from "../../../../src/common/errors";
import { BayesianSimilarity } from "../../../../src/engine/guidance/bayesianSimilarity";
import { CentredRows, type UnitRows } from "../../../../src/engine/guidance/centredRows";
import { ConvolutionSimilarity } from "../../../../src/engine/guidance/convolutionSimilarity";
import { CosineSimilarity } from "../../../../src/engine/guidance/cosineSimilarity";
import { QueryMoments } from "../../../../src/engine/guidance/queryMoments";
import type { Similarity } from "../../../../src/engine/guidance/similarity";
import { balanced, PlainRows, queryOf, randomRows, tableOf } from "./tables";

/** Rows on a quarter circle: token 0 is nearest to itself, then 1, then 2; 3 stands across. */
const fan = [
  [1, 0, 0, 0],
  [0.9, 0.4, 0, 0],
  [0.5, 0.9, 0, 0],
  [0, 0, 1, 0],
] as const;

/** The same order for 64 values, which the convolutions need to tell rows apart. */
function wideFan(): CentredRows {
  const base = randomRows(2, 64, 5);
  const [near, far] = [0, 1].map((token) => {
    const row = new Float32Array(64);
    base.read(token, row);
    return row;
  });
  const other = randomRows(40, 64, 9);
  const noise = (token: number) => {
    const row = new Float32Array(64);
    other.read(token, row);
    return row;
  };
  const mixed = (share: number, token: number) => Array.from(noise(token), (value, i) => (1 - share) * value + share * (near?.[i] ?? 0));
  return new CentredRows(tableOf([Array.from(near ?? []), mixed(0.8, 0), mixed(0.5, 1), Array.from(far ?? []), ...Array.from({ length: 30 }, (_, i) => Array.from(noise(i + 2)))]));
}

const strategies: readonly (readonly [name: string, make: (rows: UnitRows) => Similarity])[] = [
  ["cosine", (rows) => new CosineSimilarity(rows)],
  ["cnn", (rows) => new ConvolutionSimilarity(rows)],
  ["bayesian", (rows) => new BayesianSimilarity(rows)],
  ["bayesian by Thompson draw", (rows) => new BayesianSimilarity(rows, { choice: { kind: "thompson", seed: 3 } })],
];

describe("similarity of tokens to a query", () => {
  it("centred rows have no common part and length 1; a row that is the mean is zeros", () => {
    const rows = new CentredRows(tableOf([[10, 3, 0], [10, 1, 0], [10, 2, 5], [10, 2, -5], [10, 2, 0]]));
    const row = new Float32Array(3);
    assert.equal(rows.read(0, row), true);
    assert.deepEqual([...row], [0, 1, 0]);
    rows.read(3, row);
    assert.deepEqual([...row], [0, 0, -1]);
    assert.equal(rows.read(4, row), false);
    assert.deepEqual([...row], [0, 0, 0]);
  });

  it("cosine scores are the cosines", () => {
    const rows = balanced(fan);
    const found = new CosineSimilarity(rows).towards(queryOf(rows, 0))([0, 1, 2, 3, 4]);
    const expected = [1, 0.9 / Math.hypot(0.9, 0.4), 0.5 / Math.hypot(0.5, 0.9), 0, -1];
    found.forEach((value, i) => assert.ok(Math.abs(value - (expected[i] ?? 9)) < 1e-6, `${i}: ${value}`));
  });

  it("a query of several tokens is their mean", () => {
    const rows = balanced([[1, 0], [0, 1], [1, 1]]);
    const [a = 0, b = 0, both = 0] = new CosineSimilarity(rows).towards(queryOf(rows, 0, 1))([0, 1, 2]);
    assert.ok(Math.abs(a - Math.SQRT1_2) < 1e-6 && Math.abs(b - Math.SQRT1_2) < 1e-6 && Math.abs(both - 1) < 1e-6);
  });

  for (const [name, make] of strategies) {
    it(`${name}: the nearer a row is to the query, the more it scores`, () => {
      const rows = wideFan();
      const [self = 0, near = 0, middle = 0, across = 0] = make(rows).towards(queryOf(rows, 0))([0, 1, 2, 3]);
      assert.ok(self > near && near > middle && middle > across, `${self} ${near} ${middle} ${across}`);
    });

    it(`${name}: scores lie from -1 to 1, are the same each time, and do not depend on the order of asking`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 6 }), (seed, width, tokens) => {
          const rows = randomRows(24, width, seed);
          const query = queryOf(rows, ...Array.from({ length: tokens }, (_, i) => i));
          const all = Array.from({ length: 24 }, (_, i) => i);
          const there = make(rows).towards(query)(all);
          const back = make(rows).towards(query)([...all].reverse()).reverse();
          assert.deepEqual(there, back);
          assert.ok(there.every((value) => value >= -1 && value <= 1));
        }),
        { seed: 11, numRuns: 60 },
      );
    });
  }

  it("two seeds of filters are two strategies", () => {
    const rows = wideFan();
    const of = (seed: number) => new ConvolutionSimilarity(rows, seed).towards(queryOf(rows, 0))([1, 2, 3, 4]);
    assert.deepEqual(of(1), of(1));
    assert.notDeepEqual(of(1), of(2));
  });
});

describe("the bayesian estimate of a query", () => {
  const rows = randomRows(400, 48, 4);
  const nearest = (query: QueryMoments, doubt: number) => new BayesianSimilarity(rows, { choice: { kind: "bound", doubt } }).towards(query)([0])[0] ?? 0;

  it("more tokens that agree leave less doubt", () => {
    const one = queryOf(rows, 0);
    const many = new QueryMoments(rows.width);
    const row = new Float32Array(rows.width);
    rows.read(0, row);
    for (let i = 0; i < 50; i++) many.add(row, 1);
    assert.ok(nearest(many, 0) > nearest(one, 0) + 0.1, `${nearest(many, 0)} ${nearest(one, 0)}`);
    assert.ok(nearest(many, 0) > 0.9);
  });

  it("doubt takes from the score", () => {
    const query = queryOf(rows, 0, 1);
    assert.ok(nearest(query, 0) > nearest(query, 1));
    assert.ok(nearest(query, 1) > nearest(query, 2));
  });

  it("its mean and precision are those of the closed form", () => {
    const pair = new QueryMoments(1);
    pair.add(Float32Array.of(0.5), 1);
    pair.add(Float32Array.of(0.7), 1);
    // Prior 0.04; own variance 0.01 and four times the prior over six tokens' worth: 0.03. Precision 1/0.04 + 2/0.03.
    const precision = 1 / 0.04 + 2 / 0.03;
    const mean = (2 / 0.03) * 0.6 / precision;
    const score = new BayesianSimilarity(new PlainRows([[1]], Float32Array.of(0.04)), { choice: { kind: "bound", doubt: 1 } }).towards(pair)([0])[0] ?? 0;
    const expected = (mean - Math.sqrt(1 / precision)) / Math.sqrt(mean ** 2 + 1 / precision);
    assert.ok(Math.abs(score - expected) < 1e-6, `${score} ${expected}`);
  });

  it("a Thompson draw follows its seed", () => {
    const draw = (seed: number) => new BayesianSimilarity(rows, { choice: { kind: "thompson", seed } }).towards(queryOf(rows, 0, 1, 2))([0, 1, 2, 3]);
    assert.deepEqual(draw(5), draw(5));
    assert.notDeepEqual(draw(5), draw(6));
  });

  it("a given precision takes the estimate's place", () => {
    const precise = new BayesianSimilarity(rows, { precision: new Float32Array(48).fill(1e6), choice: { kind: "bound", doubt: 1 } });
    const cosines = new CosineSimilarity(rows).towards(queryOf(rows, 0, 1))([0, 1, 2]);
    precise.towards(queryOf(rows, 0, 1))([0, 1, 2]).forEach((score, i) => assert.ok(Math.abs(score - (cosines[i] ?? 9)) < 0.02));
    const empty = new BayesianSimilarity(rows, { precision: new Float32Array(48).fill(1), choice: { kind: "bound", doubt: 0 } });
    assert.deepEqual([...empty.towards(new QueryMoments(48))([0, 1])], [0, 0], "nothing is known of it");
  });

  it("no tokens and no precision is a clear error", () => {
    assert.throws(
      () => new BayesianSimilarity(rows).towards(new QueryMoments(48)),
      (error) => error instanceof HearthError && error.code === "bad-use" && error.message.includes("no tokens to estimate its query from"),
    );
  });
});
