import { abortError } from "../common/errors";
import { raceSignal } from "../common/raceSignal";

interface Attempt<T> {
  readonly result: Promise<T>;
  /** Whether a question has ended it. */
  readonly interrupted: AbortSignal;
}

/**
 * Work that runs while no question does, one piece at a time. A question that comes ends the running piece and waits
 * until it has ended; the piece is begun anew once nothing is asked any more.
 */
export class IdleWork {
  #questions = 0;
  #waiting: (() => void)[] = [];
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;

  /** Whether nothing is asked, nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.#questions === 0 && !this.#running && this.#waiting.length === 0;
  }

  /** Comes before a question; `answered` follows it in any case. Rejects with an AbortError when `signal` fires. */
  async asked(signal: AbortSignal): Promise<void> {
    this.#questions++;
    this.#running?.abort.abort();
    await raceSignal(this.#running?.ended ?? Promise.resolve(), signal);
  }

  answered(): void {
    this.#questions--;
    this.#next();
  }

  /**
   * Resolves with what `work` gives, even after its signal has fired. Where it throws because a question has ended it,
   * it is begun anew. Rejects with what else it throws, and with an AbortError once `signal` fires.
   */
  async run<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      const { result, interrupted } = await this.#attempt(work, signal);
      try {
        return await result;
      } catch (error) {
        if (signal.aborted) throw abortError();
        if (!interrupted.aborted) throw error;
      }
    }
  }

  #attempt<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<Attempt<T>> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError());
      const stop = () => {
        this.#waiting = this.#waiting.filter((other) => other !== begin);
        reject(abortError());
      };
      const begin = () => {
        signal.removeEventListener("abort", stop);
        resolve(this.#begin(work, signal));
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.push(begin);
      this.#next();
    });
  }

  #begin<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Attempt<T> {
    const abort = new AbortController();
    const result = work(AbortSignal.any([signal, abort.signal]));
    const ended = Promise.allSettled([result]).then(() => {
      this.#running = undefined;
      this.#next();
    });
    this.#running = { abort, ended };
    return { result, interrupted: abort.signal };
  }

  #next(): void {
    if (this.#questions === 0 && !this.#running) this.#waiting.shift()?.();
  }
}
