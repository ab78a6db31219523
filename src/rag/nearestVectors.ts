/** Vectors by their places, from 0 to `count` - 1. */
export interface ScoredVectors {
  readonly count: number;
  id(place: number): string;
  /** The dot product with a vector. */
  dot(place: number, other: Float32Array): number;
}

/** The best of many vectors by their dot product with one, so far. Of equals, those that came first. */
export class NearestVectors {
  readonly #query: Float32Array;
  readonly #limit: number;
  /** A binary heap with the worst of the best at its root. */
  readonly #heap: { readonly id: string; readonly score: number }[] = [];

  constructor(query: Float32Array, limit: number) {
    this.#query = query;
    this.#limit = limit;
  }

  /** Looks at every one. */
  offer(vectors: ScoredVectors): void {
    if (this.#limit < 1) return;
    let worst = this.#worst;
    for (let place = 0; place < vectors.count; place++) {
      const score = vectors.dot(place, this.#query);
      if (!(score > worst)) continue;
      this.#take({ id: vectors.id(place), score });
      worst = this.#worst;
    }
  }

  /** Best first. */
  result(): { readonly id: string; readonly score: number }[] {
    return [...this.#heap].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  }

  get #worst(): number {
    return this.#heap.length < this.#limit ? -Infinity : (this.#heap[0]?.score ?? -Infinity);
  }

  #take(hit: { readonly id: string; readonly score: number }): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push(hit);
      this.#rise(heap.length - 1);
    } else {
      heap[0] = hit;
      this.#sink(0);
    }
  }

  #rise(start: number): void {
    for (let at = start; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#isWorse(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(start: number): void {
    for (let at = start; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const child = right < this.#heap.length && this.#isWorse(right, left) ? right : left;
      if (child >= this.#heap.length || !this.#isWorse(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #isWorse(a: number, b: number): boolean {
    return (this.#heap[a]?.score ?? 0) < (this.#heap[b]?.score ?? 0);
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (!first || !second) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
