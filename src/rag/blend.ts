import { type Source, sourceWeights } from "./weights";

/** What one source found: scores from 0 to 1 by chunk, the best about 1. */
export type SourceScores = ReadonlyMap<number, number>;

/** What the sources found; one that is absent found nothing. */
export type Sources = Readonly<Partial<Record<Source, SourceScores>>>;

/**
 * Joins sources by the weighted sum of their scores. Unlike a fusion of ranks this keeps how much better the best one is.
 * (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023.)
 */
export function blend(sources: Sources): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [source, weight] of Object.entries(sourceWeights)) {
    for (const [chunk, score] of sources[source as Source] ?? []) sums.set(chunk, (sums.get(chunk) ?? 0) + weight * score);
  }
  return sums;
}

/** What each source gives to the sum of a chunk; those that give nothing are absent. */
export function sharesOf(sources: Sources, chunk: number): Readonly<Record<string, number>> {
  const shares = Object.entries(sourceWeights).map(([source, weight]) => [source, weight * (sources[source as Source]?.get(chunk) ?? 0)] as const);
  return Object.fromEntries(shares.filter(([, share]) => share > 0));
}

/** Scores on a scale where the best of them is 1. */
export function scaled<K>(scores: ReadonlyMap<K, number>): ReadonlyMap<K, number> {
  let best = 0;
  for (const score of scores.values()) best = Math.max(best, score);
  const result = new Map<K, number>();
  if (best > 0) for (const [key, score] of scores) result.set(key, score / best);
  return result;
}
