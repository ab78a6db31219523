import type { GenerateStats } from "../ports";

/** Below this share of the expected rate an answer counts as slow. */
const slowShare = 0.5;
/** Slow answers in a row have to add up to so many seconds of drawing before they mean something. */
const slowSeconds = 8;
/** Shorter answers say nothing about a rate. */
const fewestTokens = 8;

/** Tells when answers have been drawn at less than half of the expected rate for a while. */
export class PaceWatch {
  readonly #expected: number;
  #seconds = 0;
  #tokens = 0;

  /** @param expected tokens per second; 0: none is known, and nothing is slow */
  constructor(expected: number) {
    this.#expected = expected;
  }

  /** Rate of the slow answers since the last that was not. */
  get slowRate(): number {
    return this.#seconds > 0 ? this.#tokens / this.#seconds : 0;
  }

  /** Takes an answer into account and tells whether it has been slow for a while. */
  isSlow({ decodeTokensPerSecond, generatedTokens, lookup }: GenerateStats): boolean {
    if (generatedTokens < fewestTokens || decodeTokensPerSecond <= 0) return false;
    const rate = decodeTokensPerSecond / (lookup?.gain ?? 1);
    const slow = rate < this.#expected * slowShare;
    this.#tokens = slow ? this.#tokens + generatedTokens : 0;
    this.#seconds = slow ? this.#seconds + generatedTokens / rate : 0;
    return this.#seconds >= slowSeconds;
  }
}
