const firstChunk = 32;
const smallestChunk = 16;
const largestChunk = 256;
/** How long one chunk is to take: nothing interrupts it, and progress stands still meanwhile. */
const chunkMs = 400;

/** How many tokens of a prompt to evaluate at once: few on a slow model, so that it can be stopped; many on a fast one. */
export class PrefillPace {
  #chunk = firstChunk;

  /** Tokens of the next chunk: 32 at first, then as many as take about 0.4 s, from 16 to 256. */
  get chunk(): number {
    return this.#chunk;
  }

  /** @param tokens those of the chunk that took `ms` milliseconds */
  measured(tokens: number, ms: number): void {
    const inTime = Math.floor((tokens * chunkMs) / Math.max(ms, 1));
    this.#chunk = Math.min(largestChunk, Math.max(smallestChunk, inTime));
  }
}
