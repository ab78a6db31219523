import { Emitter } from "../common/emitter";
import type { IndexStatus } from "./ports";

/** Progress is not told more often. Milliseconds. */
const progressEveryMs = 100;

type Progress = IndexStatus & { readonly done: number };

/** Tells the status of an index to whoever listens, progress not too often. */
export class IndexReporter {
  readonly #status = new Emitter<IndexStatus>();
  #toldAt = 0;

  readonly onDidChangeStatus = this.#status.subscribe;

  tell(status: IndexStatus): void {
    this.#status.fire(status);
  }

  /** The first and, at most every 100 ms, a further one. */
  tellProgress(status: Progress): void {
    const now = performance.now();
    if (status.done > 0 && now - this.#toldAt < progressEveryMs) return;
    this.#toldAt = now;
    this.#status.fire(status);
  }

  dispose(): void {
    this.#status.dispose();
  }
}
