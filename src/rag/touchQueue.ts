import { Debounce } from "./debounce";

/** Changes are looked at when it has been quiet for so long. Milliseconds. */
const quietMs = 300;

/** Collects paths that changed, and hands them on in batches. */
export class TouchQueue {
  readonly #paths = new Set<string>();
  readonly #debounce: Debounce;
  #closed = false;

  constructor(onBatch: (paths: readonly string[]) => void) {
    this.#debounce = new Debounce(() => {
      const batch = [...this.#paths];
      this.#paths.clear();
      onBatch(batch);
    }, quietMs);
  }

  add(paths: readonly string[]): void {
    for (const file of paths) this.#paths.add(file);
    if (this.#paths.size > 0 && !this.#closed) this.#debounce.schedule();
  }

  /** Forgets what it has collected. */
  clear(): void {
    this.#debounce.cancel();
    this.#paths.clear();
  }

  close(): void {
    this.#closed = true;
    this.clear();
  }
}
