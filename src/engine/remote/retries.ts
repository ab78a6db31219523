import { setTimeout as wait } from "node:timers/promises";
import { abortError } from "../../common/errors";
import type { Log } from "../../common/log";
import { PassingFailure } from "./serverErrors";

export interface RetryOptions {
  readonly log: Log;
  /** Milliseconds before each further try. */
  readonly delays?: readonly number[];
}

export const retryDelays: readonly number[] = [300, 1000, 2500];

/** A server that asks for more patience is not asked again. */
const mostPatienceMs = 30_000;

/** Tells whether a failure is worth another try, and waits until it is time for it. */
export class Retries {
  readonly #options: Required<RetryOptions>;
  #tries = 0;

  constructor({ log, delays = retryDelays }: RetryOptions) {
    this.#options = { log, delays };
  }

  /** Resolves when it is time for another try. Throws the failure, as a person may read it, when there is none. */
  async next(failure: unknown, signal: AbortSignal): Promise<void> {
    if (!(failure instanceof PassingFailure)) throw failure;
    const delay = this.#options.delays[this.#tries++];
    const wanted = failure.retryAfterMs ?? 0;
    if (delay === undefined || wanted > mostPatienceMs) throw failure.error;
    const ms = Math.max(wanted, delay * (0.8 + 0.4 * Math.random()));
    this.#options.log.write("debug", `${failure.error.message} Another try in ${Math.round(ms)} ms.`);
    await wait(ms, undefined, { signal }).catch(() => {
      throw abortError();
    });
  }
}

/** Tries `work` again where that may help. It is to change nothing at the server. */
export async function withRetries<T>(work: () => Promise<T>, signal: AbortSignal, options: RetryOptions): Promise<T> {
  const retries = new Retries(options);
  for (;;) {
    try {
      return await work();
    } catch (failure) {
      await retries.next(failure, signal);
    }
  }
}
