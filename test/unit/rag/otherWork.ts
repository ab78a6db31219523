import { setImmediate as nextTurn } from "node:timers/promises";

/** Work that goes on while something else runs, as far as that lets it: counts the turns of the event loop it gets. */
export class OtherWork {
  #turns = 0;
  readonly #ending = new AbortController();
  readonly #working: Promise<void>;

  constructor() {
    this.#working = this.#work();
  }

  /** Turns until now. */
  async end(): Promise<number> {
    this.#ending.abort();
    await this.#working;
    return this.#turns;
  }

  async #work(): Promise<void> {
    for (; !this.#ending.signal.aborted; this.#turns++) await nextTurn();
  }
}
