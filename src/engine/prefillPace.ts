const firstChunk = 32;
const smallestChunk = 16;
/** Llama.cpp's kernels take tokens by powers of two: 24 are read at a lower rate than 16 or 32. */
const step = 32;
/** What the library evaluates at once at most. */
const largestChunk = 512;

/**
 * How many tokens of a prompt to evaluate at once: few on a slow model, so that it can be stopped; many on a fast one.
 * Small chunks are slower: on two cores the full Phi-3-mini shape reads 38 tokens/s by 16 and 46 by 64.
 */
export class PrefillPace {
  #tokensPerMs: number | undefined;

  /** Tokens that take about so many milliseconds by the rate of the last chunk: 16, or 32 and its multiples up to 512. 32 before the first one. */
  chunk(ms: number): number {
    if (this.#tokensPerMs === undefined) return firstChunk;
    return Math.min(largestChunk, Math.round((this.#tokensPerMs * ms) / step) * step || smallestChunk);
  }

  /** @param tokens those of the chunk that took `ms` milliseconds */
  measured(tokens: number, ms: number): void {
    this.#tokensPerMs = tokens / Math.max(ms, 1);
  }
}
