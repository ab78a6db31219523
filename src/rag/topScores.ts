export interface Scored {
  readonly document: number;
  readonly score: number;
}

/** The best few of many scored documents; equal scores by document number, so that the order is always the same. Makes no object for each that it looks at. */
export class TopScores {
  readonly #limit: number;
  /** A binary heap with the worst of the best at its root, in two rows. */
  readonly #scores: Float64Array;
  readonly #documents: Int32Array;
  #length = 0;

  constructor(limit: number) {
    this.#limit = Math.max(0, limit);
    this.#scores = new Float64Array(this.#limit);
    this.#documents = new Int32Array(this.#limit);
  }

  /** What is below this is not taken. */
  get worst(): number {
    return this.#length < this.#limit ? -Infinity : (this.#scores[0] ?? Infinity);
  }

  offer(document: number, score: number): void {
    if (this.#length < this.#limit) {
      const at = this.#length++;
      this.#put(at, document, score);
      this.#rise(at);
    } else if (this.#limit > 0 && (score > (this.#scores[0] ?? 0) || (score === this.#scores[0] && document < (this.#documents[0] ?? 0)))) {
      this.#put(0, document, score);
      this.#sink();
    }
  }

  /** Best first. */
  inOrder(): Scored[] {
    const all = Array.from({ length: this.#length }, (_, i) => ({ document: this.#documents[i] ?? 0, score: this.#scores[i] ?? 0 }));
    return all.sort((a, b) => b.score - a.score || a.document - b.document);
  }

  #rise(start: number): void {
    for (let at = start; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#isWorse(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const child = left + 1 < this.#length && this.#isWorse(left + 1, left) ? left + 1 : left;
      if (child >= this.#length || !this.#isWorse(child, at)) return;
      this.#swap(child, at);
      at = child;
    }
  }

  #isWorse(a: number, b: number): boolean {
    const x = this.#scores[a] ?? 0;
    const y = this.#scores[b] ?? 0;
    return x < y || (x === y && (this.#documents[a] ?? 0) > (this.#documents[b] ?? 0));
  }

  #swap(a: number, b: number): void {
    const document = this.#documents[a] ?? 0;
    const score = this.#scores[a] ?? 0;
    this.#put(a, this.#documents[b] ?? 0, this.#scores[b] ?? 0);
    this.#put(b, document, score);
  }

  #put(at: number, document: number, score: number): void {
    this.#documents[at] = document;
    this.#scores[at] = score;
  }
}
