/** What was done counts half after so many milliseconds of work. */
const halfLifeMs = 60_000;
/** Before that much work nothing is foretold. */
const leastWorkMs = 1_000;
const leastBatches = 3;

/** How fast an embedding model works, of late more than before: for the time left, and for batches of equal time. */
export class EmbeddingPace {
  #workMs = 0;
  #chunks = 0;
  #characters = 0;
  #batches = 0;

  note(chunks: number, characters: number, tookMs: number): void {
    const decay = 0.5 ** (tookMs / halfLifeMs);
    this.#workMs = this.#workMs * decay + tookMs;
    this.#chunks = this.#chunks * decay + chunks;
    this.#characters = this.#characters * decay + characters;
    this.#batches++;
  }

  /** Seconds that so many chunks will take; undefined until enough is known. */
  secondsFor(chunks: number): number | undefined {
    if (this.#workMs < leastWorkMs || this.#batches < leastBatches) return undefined;
    return (chunks * this.#workMs) / this.#chunks / 1000;
  }

  /** Characters that are embedded within a time; undefined before the first batch. */
  charactersWithin(ms: number): number | undefined {
    return this.#workMs > 0 ? (ms * this.#characters) / this.#workMs : undefined;
  }
}
