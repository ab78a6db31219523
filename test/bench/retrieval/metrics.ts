import { seeded } from "../../fixtures/seeded";

/** The share of what is wanted among the first `k`. */
export function recallAt(found: readonly string[], wanted: ReadonlySet<string>, k: number): number {
  return found.slice(0, k).filter((item) => wanted.has(item)).length / wanted.size;
}

/** 1 / rank of the first that is wanted; 0 when none is. */
export function reciprocalRank(found: readonly string[], wanted: ReadonlySet<string>): number {
  const at = found.findIndex((item) => wanted.has(item));
  return at === -1 ? 0 : 1 / (at + 1);
}

/** Normalised discounted cumulative gain of the first `k`, each wanted one gaining 1. */
export function ndcgAt(found: readonly string[], wanted: ReadonlySet<string>, k: number): number {
  const discount = (rank: number) => 1 / Math.log2(rank + 2);
  const gain = found.slice(0, k).reduce((sum, item, rank) => sum + (wanted.has(item) ? discount(rank) : 0), 0);
  const ideal = Array.from({ length: Math.min(k, wanted.size) }, (_, rank) => discount(rank)).reduce((sum, one) => sum + one, 0);
  return gain / ideal;
}

export interface Estimate {
  readonly mean: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
}

const resamples = 2000;

/** The mean of one figure a question, with its percentile bootstrap interval over questions; seeded. */
export function bootstrap(values: readonly number[], seed = 7): Estimate {
  const random = seeded(seed);
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  }).sort((a, b) => a - b);
  return { mean: mean(values), low: means[Math.floor(resamples * 0.025)] ?? 0, high: means[Math.floor(resamples * 0.975)] ?? 0 };
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
