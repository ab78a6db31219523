import type { QueryMoments } from "./queryMoments";

/** Scores of tokens for a query, each from -1 (away from it) to 1 (towards it); 0 for tokens without a vector of their own. */
export type TokenScores = (tokens: readonly number[]) => Float32Array;

/** A way to tell how near a vocabulary's tokens are to a query. */
export interface Similarity {
  /** The scores for this query. An empty query gives 0 for every token, unless the strategy refuses it. */
  towards(query: QueryMoments): TokenScores;
}

/** Rounding takes sums of products a little beyond. */
export function clampScore(score: number): number {
  return Number.isFinite(score) ? Math.max(-1, Math.min(1, score)) : 0;
}
