import { abortError } from "../common/errors";

interface Run<T> {
  readonly promise: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * A task that runs once for all who ask before it begins. Who asks while it runs may ask for what it has passed by
 * already, and gets the run after it. A run is aborted when all who wait for it have given up.
 */
export class JoinedTask<T> {
  readonly #act: (signal: AbortSignal) => Promise<T>;
  /** The run that has not begun yet. */
  #next: Run<T> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(act: (signal: AbortSignal) => Promise<T>) {
    this.#act = act;
  }

  /** A run that begins after this call. Aborting rejects this caller alone. */
  run(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(abortError());
    if (this.#next?.abort.signal.aborted) this.#next = undefined;
    const run = (this.#next ??= this.#queue());
    run.waiting++;
    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        if (--run.waiting === 0) run.abort.abort(abortError());
        reject(abortError());
      };
      signal?.addEventListener("abort", leave, { once: true });
      run.promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
    });
  }

  /** Resolves when all runs have ended that were asked for before this call. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #queue(): Run<T> {
    const abort = new AbortController();
    const begin = () => {
      if (this.#next === run) this.#next = undefined;
      abort.signal.throwIfAborted();
      return this.#act(abort.signal);
    };
    const run: Run<T> = { promise: this.#last.then(begin), abort, waiting: 0 };
    this.#last = run.promise.catch(() => undefined);
    return run;
  }
}
