import type { Clock } from "../../../src/engine/idleTimer";

/** A clock that only the test moves. */
export class FakeClock implements Clock {
  #now = 0;
  #waits: { readonly at: number; readonly callback: () => void }[] = [];

  after(ms: number, callback: () => void): () => void {
    const wait = { at: this.#now + ms, callback };
    this.#waits.push(wait);
    return () => (this.#waits = this.#waits.filter((other) => other !== wait));
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#waits.filter(({ at }) => at <= this.#now);
    this.#waits = this.#waits.filter(({ at }) => at > this.#now);
    for (const { callback } of due) callback();
  }
}
