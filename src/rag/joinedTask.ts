import { abortError } from "../common/errors";

interface Running<T> {
  readonly promise: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/** A task that runs once for all who ask while it runs. It is aborted when all of them have given up. */
export class JoinedTask<T> {
  readonly #act: (signal: AbortSignal) => Promise<T>;
  #running: Running<T> | undefined;

  constructor(act: (signal: AbortSignal) => Promise<T>) {
    this.#act = act;
  }

  /** Starts the task, or joins the running one. Aborting rejects this caller alone. */
  run(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(abortError());
    if (this.#running?.abort.signal.aborted) this.#running = undefined;
    const running = (this.#running ??= this.#start());
    running.waiting++;
    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        if (--running.waiting === 0) running.abort.abort(abortError());
        reject(abortError());
      };
      signal?.addEventListener("abort", leave, { once: true });
      running.promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
    });
  }

  /** Resolves when no task runs that began before this call. */
  async settled(): Promise<void> {
    await this.#running?.promise.catch(() => undefined);
  }

  #start(): Running<T> {
    const abort = new AbortController();
    const promise = this.#act(abort.signal).finally(() => {
      if (this.#running?.promise === promise) this.#running = undefined;
    });
    promise.catch(() => undefined);
    return { promise, abort, waiting: 0 };
  }
}
