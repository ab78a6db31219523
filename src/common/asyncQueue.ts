/** An async iterable that is fed from callbacks. One consumer; what is pushed before it asks is kept. */
export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #state: { kind: "open" } | { kind: "ended" } | { kind: "failed"; error: Error } = { kind: "open" };
  #wake: (() => void) | undefined;

  push(item: T): void {
    if (this.#state.kind !== "open") return;
    this.#items.push(item);
    this.#wake?.();
  }

  /** Ends the iteration after what is queued. */
  end(): void {
    if (this.#state.kind === "open") this.#state = { kind: "ended" };
    this.#wake?.();
  }

  /** Makes the iteration throw after what is queued. */
  fail(error: Error): void {
    if (this.#state.kind === "open") this.#state = { kind: "failed", error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift() as T;
      if (this.#state.kind === "ended") return;
      if (this.#state.kind === "failed") throw this.#state.error;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
