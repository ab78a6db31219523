/** Milliseconds that a token takes with so many threads, by all tries so far; undefined when there is no time for one more. */
export type Trial = (threads: number) => Promise<number | undefined>;

/** How much slower a number may be before fewer threads are not looked at any more. */
const farSlower = 1.4;
/** What is slower than this share of the fastest is not tried again. */
const contends = 2;
const mostContenders = 3;
/** Fewer threads are taken where they cost no more than this: they leave more of the machine to others. */
const asGood = 1.03;
const mostRounds = 12;

/**
 * Looks for the number of threads with the quickest tokens: halves from `first` downward, then the numbers between the
 * best and its neighbours, then the best ones again as long as there is time.
 * @param first the number that is expected to do well; those above it are tried once it is known
 * @returns undefined when not even one try was possible
 */
export async function fastestThreads(most: number, first: number, trial: Trial): Promise<number | undefined> {
  const search = new ThreadSearch(most, trial);
  await search.halve(first);
  if (first < most) await search.halve(most);
  await search.closeIn();
  await search.repeat();
  return search.best;
}

class ThreadSearch {
  readonly #most: number;
  readonly #trial: Trial;
  readonly #costs = new Map<number, number>();

  constructor(most: number, trial: Trial) {
    this.#most = most;
    this.#trial = trial;
  }

  get best(): number | undefined {
    const [fastest] = this.#ranked();
    return fastest && Math.min(...this.#ranked().filter(({ ms }) => ms <= fastest.ms * asGood).map(({ threads }) => threads));
  }

  async halve(from: number): Promise<void> {
    for (let threads = from; !this.#costs.has(threads); threads = Math.ceil(threads / 2)) {
      const fastest = this.#ranked()[0]?.ms ?? Infinity;
      if (!(await this.#try(threads)) || this.#cost(threads) > fastest * farSlower) return;
    }
  }

  /** Cuts the gaps beside the best in half until there are none. */
  async closeIn(): Promise<void> {
    for (;;) {
      const next = this.#between();
      if (next === undefined || !(await this.#try(next))) return;
    }
  }

  async repeat(): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      const contenders = this.#contenders();
      if (contenders.length < 2) return;
      for (const threads of contenders) if (!(await this.#try(threads))) return;
    }
  }

  async #try(threads: number): Promise<boolean> {
    const ms = await this.#trial(threads);
    if (ms !== undefined) this.#costs.set(threads, ms);
    return ms !== undefined;
  }

  #cost(threads: number): number {
    return this.#costs.get(threads) ?? Infinity;
  }

  #ranked(): { threads: number; ms: number }[] {
    return [...this.#costs].map(([threads, ms]) => ({ threads, ms })).sort((a, b) => a.ms - b.ms);
  }

  #contenders(): number[] {
    const ranked = this.#ranked();
    return ranked.filter(({ ms }) => ms <= (ranked[0]?.ms ?? 0) * contends).slice(0, mostContenders).map(({ threads }) => threads);
  }

  /** A number not tried yet between the best and the next one above or below it, the wider gap first. */
  #between(): number | undefined {
    const fastest = this.#ranked()[0]?.threads;
    if (fastest === undefined) return undefined;
    const tried = [...this.#costs.keys()];
    const below = Math.max(0, ...tried.filter((threads) => threads < fastest));
    const above = Math.min(this.#most + 1, ...tried.filter((threads) => threads > fastest));
    const gaps = [[fastest, above], [below, fastest]] as const;
    const [widest] = gaps.filter(([from, to]) => to - from > 1).sort((a, b) => b[1] - b[0] - (a[1] - a[0]));
    return widest && Math.floor((widest[0] + widest[1]) / 2);
  }
}
