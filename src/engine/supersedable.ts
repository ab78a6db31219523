import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { raceSignal } from "../common/raceSignal";

interface Attempt<T> {
  readonly abort: AbortController;
  readonly promise: Promise<T>;
  state: "loading" | "ready";
}

/**
 * A resource that is made at the first need, shared by all who ask, and can be replaced at any time. Who waits for
 * one that is replaced gets the new one. A failed attempt is forgotten, so that the next one to ask tries again.
 */
export class Supersedable<T> {
  readonly #make: (signal: AbortSignal) => Promise<T>;
  readonly #dispose: (resource: T) => Promise<void>;
  #attempt: Attempt<T> | undefined;
  /** Settles when the last one that was dropped is gone, or could not be disposed. Never rejects. */
  #cleared: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(make: (signal: AbortSignal) => Promise<T>, dispose: (resource: T) => Promise<void>) {
    this.#make = make;
    this.#dispose = dispose;
  }

  get isReady(): boolean {
    return this.#attempt?.state === "ready";
  }

  /** The resource if it is there; nothing is made. */
  async current(): Promise<T | undefined> {
    return this.isReady ? this.#attempt?.promise : undefined;
  }

  /** Resolves when what was dropped is gone, or could not be disposed. */
  async cleared(): Promise<void> {
    await this.#cleared;
  }

  /** Rejects with an AbortError when `signal` fires; the making goes on for others. */
  async get(signal: AbortSignal): Promise<T> {
    for (;;) {
      if (this.#closed) throw new HearthError("disposed", t("The engine was closed."));
      const attempt = (this.#attempt ??= this.#start());
      try {
        return await raceSignal(attempt.promise, signal);
      } catch (error) {
        if (!attempt.abort.signal.aborted || signal.aborted) throw error;
      }
    }
  }

  /**
   * Drops the resource, or stops making it. The next one is made after it is disposed: both may not fit in memory.
   * Rejects when it cannot be disposed; the next one is made all the same.
   */
  async supersede(): Promise<void> {
    const old = this.#attempt;
    this.#attempt = undefined;
    old?.abort.abort();
    const clearing = old && this.#clear(old);
    if (clearing) this.#cleared = Promise.allSettled([clearing]);
    await (clearing ?? this.#cleared);
  }

  /** Drops the resource for good; who waits for it or asks later gets "disposed". */
  close(): Promise<void> {
    this.#closed = true;
    return this.supersede();
  }

  #start(): Attempt<T> {
    const abort = new AbortController();
    const attempt: Attempt<T> = { abort, state: "loading", promise: this.#run(abort.signal) };
    attempt.promise.then(
      () => (attempt.state = "ready"),
      () => {
        if (this.#attempt === attempt) this.#attempt = undefined;
      },
    );
    return attempt;
  }

  async #run(signal: AbortSignal): Promise<T> {
    await this.#cleared;
    signal.throwIfAborted();
    return this.#make(signal);
  }

  async #clear(old: Attempt<T>): Promise<void> {
    const [result] = await Promise.allSettled([old.promise]);
    if (result.status === "fulfilled") await this.#dispose(result.value);
  }
}
