import { describeError, isAbortError } from "../common/errors";
import type { Log } from "../common/log";
import type { IdleWork } from "./idleWork";
import type { RowSaving } from "./rowSaving";

/** Saves rows once the engine has been idle for a while, so that a process that is killed loses nothing. */
export class BackgroundSaving {
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** @param delayMs how long nothing has to be asked */
  constructor(
    readonly saving: RowSaving,
    readonly idle: IdleWork,
    readonly delayMs: number,
    readonly log: Log,
  ) {}

  /** A question is being answered. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  /** An answer has ended, or something else has changed: the delay begins anew. */
  touch(): void {
    clearTimeout(this.#timer);
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#save(), this.delayMs);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  async #save(): Promise<void> {
    if (!this.idle.isIdle) return this.touch();
    if (!this.saving.hasWork) return;
    try {
      await this.idle.run((signal) => this.saving.saveIdle(() => signal.aborted), this.#stop.signal);
    } catch (error) {
      if (!isAbortError(error)) this.log.write("warn", `Conversations could not be saved: ${describeError(error)}`);
    }
  }
}
