/** Tokens and how long they took. */
export interface Sample {
  readonly tokens: number;
  readonly ms: number;
}

export interface TrialLimits {
  readonly freeCores: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** By `now`; a try that would probably end after it is not begun. */
  readonly deadline: number;
  /** Trials of other work with the same threads, which tell where threads wait for each other. */
  readonly seen?: ThreadTrials;
}

/** With more threads than free cores one waits for the other: a token was seen to take 50 times as long. */
const crowdedFactor = 50;

/** Tries numbers of threads one after the other, as long as the time allows. */
export class ThreadTrials {
  readonly #limits: TrialLimits;
  readonly #samples = new Map<number, Sample>();

  constructor(limits: TrialLimits) {
    this.#limits = limits;
  }

  /** Over all tries: with many threads on a busy machine, the few tokens that take long are what counts. */
  msPerToken(threads: number): number | undefined {
    const sample = this.#samples.get(threads);
    return sample && sample.ms / sample.tokens;
  }

  /** @param tokens the fewest that a visit takes */
  async try(threads: number, visit: (threads: number) => Promise<Sample>, tokens = 1): Promise<number | undefined> {
    const { signal, now, deadline } = this.#limits;
    signal.throwIfAborted();
    if (now() + this.#expectedMs(threads) * tokens > deadline) return undefined;
    this.add(threads, await visit(threads));
    return this.msPerToken(threads);
  }

  add(threads: number, { tokens, ms }: Sample): void {
    const before = this.#samples.get(threads) ?? { tokens: 0, ms: 0 };
    this.#samples.set(threads, { tokens: before.tokens + tokens, ms: before.ms + ms });
  }

  /** How much longer a token takes with `to` threads than with `from`; undefined when not both were tried. */
  slowdown(from: number, to: number): number | undefined {
    const [before, after] = [this.msPerToken(from), this.msPerToken(to)];
    return before && after && after / before;
  }

  /** Of one token, from the number nearest to it: half the threads take twice as long at worst. */
  #expectedMs(threads: number): number {
    const known = this.msPerToken(threads);
    if (known !== undefined) return known;
    const [nearest] = [...this.#samples.keys()].sort((a, b) => Math.abs(a - threads) - Math.abs(b - threads));
    if (nearest === undefined) return 0;
    const { freeCores, seen } = this.#limits;
    const crowded = threads > freeCores && nearest <= freeCores ? crowdedFactor : 1;
    return (this.msPerToken(nearest) ?? 0) * Math.max(1, nearest / threads, seen?.slowdown(nearest, threads) ?? crowded);
  }
}
