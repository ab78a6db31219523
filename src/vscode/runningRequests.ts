import { type Disposable, toDisposable } from "../common/disposable";
import { Emitter } from "../common/emitter";

/** Answers that run outside of the chats: commit messages, and what other extensions ask. */
export class RunningRequests {
  readonly #changed = new Emitter<void>();
  #count = 0;

  /** Fires when one begins or ends. */
  readonly onDidChange = this.#changed.subscribe;

  get count(): number {
    return this.#count;
  }

  /** Dispose what it returns when the answer has ended. */
  begin(): Disposable {
    this.#add(1);
    return toDisposable(() => this.#add(-1));
  }

  #add(change: number): void {
    this.#count += change;
    this.#changed.fire();
  }
}
