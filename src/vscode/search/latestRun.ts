/** Runs one thing at a time. Of those that come meanwhile only the last one is run; the others are dropped. */
export class LatestRun {
  #next: (() => Promise<void>) | undefined;
  #running: Promise<void> | undefined;

  /** Resolves when nothing runs or waits any more. Rejects with what the last one to run threw. */
  run(act: () => Promise<void>): Promise<void> {
    this.#next = act;
    return (this.#running ??= this.#drain());
  }

  async #drain(): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    for (let act = this.#take(); act; act = this.#take()) {
      failure = await act().then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
    }
    // At once, so that no call falls between the end of the last run and this promise's.
    this.#running = undefined;
    if (failure) throw failure.error;
  }

  #take(): (() => Promise<void>) | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }
}
