/** The part of a clock that waits. */
export interface Clock {
  /** Calls back after `ms` milliseconds, once, unless the function it returns is called before. */
  after(ms: number, callback: () => void): () => void;
}

/** A wait that keeps no process alive. */
export const systemClock: Clock = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Tells when something has not been used for a while. It counts from the end of the last use, not from its beginning. */
export class IdleTimer {
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  #limitMs = 0;
  #users = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  /** @param limitMs 0: never idle. A wait that runs begins anew. */
  setLimit(limitMs: number): void {
    if (limitMs === this.#limitMs) return;
    this.#limitMs = limitMs;
    this.#wait();
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  async *useWhile<T>(work: () => AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
    this.#begin();
    try {
      yield* work();
    } finally {
      this.#end();
    }
  }

  stop(): void {
    this.#cancel?.();
    this.#limitMs = 0;
  }

  #begin(): void {
    this.#users++;
    this.#cancel?.();
  }

  #end(): void {
    this.#users--;
    this.#wait();
  }

  #wait(): void {
    this.#cancel?.();
    if (this.#users === 0 && this.#limitMs > 0) this.#cancel = this.#clock.after(this.#limitMs, this.#onIdle);
  }
}
