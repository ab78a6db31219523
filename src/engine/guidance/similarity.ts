import type { QueryMoments } from "./queryMoments";

/** From -1 (away from the query) to 1 (towards it), for a token's unit vector. */
export type RowScore = (row: Float32Array, token: number) => number;

/** A way to tell how near tokens are to a query. */
export interface Similarity {
  /** The score for this query. An empty query gives 0 for every token, unless the strategy refuses it. */
  towards(query: QueryMoments): RowScore;
}

/** Rounding takes sums of products a little beyond. */
export function clampScore(score: number): number {
  return Number.isFinite(score) ? Math.max(-1, Math.min(1, score)) : 0;
}

/** Four sums at a time, since each addition waits for the one before it. */
export function dot(a: Float32Array, b: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    first += (a[i] ?? 0) * (b[i] ?? 0);
    second += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    third += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    fourth += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (let i = whole; i < a.length; i++) first += (a[i] ?? 0) * (b[i] ?? 0);
  return first + second + third + fourth;
}
