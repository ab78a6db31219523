import { abortError, HearthError } from "../common/errors";
import { t } from "../common/l10n";

interface Run {
  readonly abort: AbortController;
  finished: Promise<unknown>;
}

/** What runs in a chat: one thing at a time. */
export class RunSlot {
  #run: Run | undefined;

  /** @param onEnd called when what ran has ended */
  constructor(readonly onEnd: () => void) {}

  get busy(): boolean {
    return this.#run !== undefined;
  }

  /** Resolves when nothing runs. */
  get idle(): Promise<unknown> {
    return this.#run?.finished ?? Promise.resolve();
  }

  /** Runs it and gives its result. Throws "bad-use" while something else runs. */
  async run<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.assertFree();
    const run: Run = { abort: new AbortController(), finished: Promise.resolve() };
    this.#run = run;
    const result = this.#following(act(run.abort.signal));
    run.finished = Promise.allSettled([result]);
    return result;
  }

  assertFree(): void {
    if (this.#run) throw new HearthError("bad-use", t("Hearth is still answering."), { remedy: t("Stop the answer or wait for its end.") });
  }

  /** Tells what runs to end, without waiting for it. */
  abort(): void {
    this.#run?.abort.abort(abortError());
  }

  async #following<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } finally {
      this.#run = undefined;
      this.onEnd();
    }
  }
}
