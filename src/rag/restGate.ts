import { abortError } from "../common/errors";

/** Who may want background work to rest: the program around (an answer is being written), or the machine's battery. */
export type RestReason = "host" | "battery";

/** Background work waits here while anybody wants it to rest. */
export class RestGate {
  readonly #reasons = new Set<RestReason>();
  readonly #waiting = new Set<() => void>();

  get isResting(): boolean {
    return this.#reasons.size > 0;
  }

  set(reason: RestReason, rests: boolean): void {
    if (rests) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    if (this.isResting) return;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves when nobody wants a rest, which may be at once; rejects when aborted. */
  pass(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", stop);
        settle();
      };
      const wake = () => end(resolve);
      const stop = () => end(() => reject(signal.reason instanceof Error ? signal.reason : abortError()));
      if (signal.aborted) return stop();
      if (!this.isResting) return resolve();
      this.#waiting.add(wake);
      signal.addEventListener("abort", stop, { once: true });
    });
  }
}
