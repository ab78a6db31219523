interface ScoredEntry {
  readonly entry: number;
  readonly score: number;
}

/** The best few of many entries. */
export class BestEntries {
  readonly #limit: number;
  readonly #best: ScoredEntry[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What is not above this is not taken. */
  get worst(): number {
    return this.#best.length < this.#limit ? 0 : (this.#best.at(-1)?.score ?? 0);
  }

  /** Scores of 0 are not taken, nor an entry twice. */
  offer(entry: number, score: number): void {
    if (score <= this.worst) return;
    if (this.#best.some((other) => other.entry === entry)) return;
    const at = lowerBound(this.#best, (other) => other.score >= score);
    this.#best.splice(at, 0, { entry, score });
    if (this.#best.length > this.#limit) this.#best.pop();
  }

  inOrder(): readonly ScoredEntry[] {
    return this.#best;
  }
}

/** The first place whose item is not before what is looked for. */
export function lowerBound<T>(sorted: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && isBefore(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
