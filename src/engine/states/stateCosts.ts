/** What saving, loading and evaluating take, in milliseconds. */
export interface StateCosts {
  wrote(bytes: number, ms: number): void;
  /** Verifying and loading together. */
  read(bytes: number, ms: number): void;
  evaluated(tokens: number, ms: number): void;
  writingMs(bytes: number): number;
  readingMs(bytes: number): number;
  evaluatingMs(tokens: number): number;
}

/** Opening, renaming and removing files; does not grow with the state. */
const writeOverheadMs = 10;
const readOverheadMs = 5;
/** One stall must not keep states from being written for ever: what was measured counts half after this time. */
const diskHalfLifeMs = 5 * 60_000;
/** Assumed until measured: a slow solid-state disk, a processor with a model of medium size. */
const prior = { writeBytesPerMs: 200e3, readBytesPerMs: 500e3, tokensPerMs: 0.1 };
/** Weight of the assumption, in milliseconds of measurement. */
const diskPriorMs = 20;
const evaluatingPriorMs = 1;

/**
 * Costs as measured so far, recent measurements weighing more.
 * @param tokensPerSecond prefill rate that another process measured, for the time before the first measurement
 */
export function measuredCosts(tokensPerSecond = prior.tokensPerMs * 1000, now: () => number = () => performance.now()): StateCosts & { readonly tokensPerSecond: number } {
  const writing = new Rate(prior.writeBytesPerMs, diskPriorMs, diskHalfLifeMs, now);
  const reading = new Rate(prior.readBytesPerMs, diskPriorMs, diskHalfLifeMs, now);
  const evaluating = new Rate(tokensPerSecond / 1000, evaluatingPriorMs, Infinity, now);
  return {
    wrote: (bytes, ms) => writing.add(bytes, ms - writeOverheadMs),
    read: (bytes, ms) => reading.add(bytes, ms - readOverheadMs),
    evaluated: (tokens, ms) => evaluating.add(tokens, ms),
    writingMs: (bytes) => writeOverheadMs + bytes / writing.perMs,
    readingMs: (bytes) => readOverheadMs + bytes / reading.perMs,
    evaluatingMs: (tokens) => tokens / evaluating.perMs,
    get tokensPerSecond() {
      return evaluating.perMs * 1000;
    },
  };
}

/** Each new measurement leaves so much of the weight of those before it. */
const decay = 0.7;

/** Sums of amounts and times rather than of rates, so that large pieces count for more than small ones. */
class Rate {
  #amount = 0;
  #ms = 0;
  #at: number;

  constructor(
    readonly priorPerMs: number,
    readonly priorMs: number,
    readonly halfLifeMs: number,
    readonly now: () => number,
  ) {
    this.#at = now();
  }

  add(amount: number, ms: number): void {
    if (!(amount > 0)) return;
    const kept = this.#age() * decay;
    this.#amount = this.#amount * kept + amount;
    this.#ms = this.#ms * kept + Math.max(ms, 0.01);
    this.#at = this.now();
  }

  get perMs(): number {
    const age = this.#age();
    return (this.#amount * age + this.priorPerMs * this.priorMs) / (this.#ms * age + this.priorMs);
  }

  #age(): number {
    return 0.5 ** ((this.now() - this.#at) / this.halfLifeMs);
  }
}
