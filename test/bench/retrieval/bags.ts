/** Texts as bags of words, with what their scores need: in how many of them a word stands, and how long they are. */
export class Bags<T> {
  readonly #bags = new Map<T, Bag>();
  readonly #frequencies = new Map<string, number>();
  #total = 0;

  get keys(): Iterable<T> {
    return this.#bags.keys();
  }

  put(key: T, words: readonly string[]): void {
    this.remove(key);
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const word of counts.keys()) this.#frequencies.set(word, (this.#frequencies.get(word) ?? 0) + 1);
    this.#bags.set(key, { counts, length: words.length });
    this.#total += words.length;
  }

  remove(key: T): void {
    const bag = this.#bags.get(key);
    if (!bag) return;
    for (const word of bag.counts.keys()) this.#frequencies.set(word, (this.#frequencies.get(word) ?? 1) - 1);
    this.#total -= bag.length;
    this.#bags.delete(key);
  }

  /** Okapi BM25 with k1 1.2 and b .75. */
  bm25(words: readonly string[]): (key: T) => number {
    const average = this.#total / Math.max(1, this.#bags.size);
    const weighted = [...new Set(words)].map((word) => [word, this.#idf(word)] as const);
    return (key) => {
      const bag = this.#bags.get(key);
      if (!bag) return 0;
      return weighted.reduce((sum, [word, idf]) => {
        const count = bag.counts.get(word) ?? 0;
        return sum + (idf * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * bag.length) / average));
      }, 0);
    };
  }

  /** Cosine of TF-IDF vectors, with the logarithm of the counts. */
  cosine(words: readonly string[]): (key: T) => number {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const query = [...counts].map(([word, count]) => [word, count * this.#plainIdf(word)] as const);
    return (key) => {
      const bag = this.#bags.get(key);
      if (!bag) return 0;
      const dot = query.reduce((sum, [word, weight]) => sum + weight * this.#weight(word, bag.counts.get(word) ?? 0), 0);
      return dot === 0 ? 0 : dot / Math.sqrt([...bag.counts].reduce((sum, [word, count]) => sum + this.#weight(word, count) ** 2, 0));
    };
  }

  #idf(word: string): number {
    const found = this.#frequencies.get(word) ?? 0;
    return Math.log(1 + (this.#bags.size - found + 0.5) / (found + 0.5));
  }

  #plainIdf(word: string): number {
    return Math.log((this.#bags.size + 1) / ((this.#frequencies.get(word) ?? 0) + 1));
  }

  #weight(word: string, count: number): number {
    return count === 0 ? 0 : (1 + Math.log(count)) * this.#plainIdf(word);
  }
}

interface Bag {
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}
