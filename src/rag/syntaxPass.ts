import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { CodeCorpus } from "./codeCorpus";
import { RestGate } from "./restGate";

export interface SyntaxPassDeps {
  readonly corpus: () => CodeCorpus;
  /** How much each file was worked on of late, by path. */
  readonly recency: () => ReadonlyMap<string, number>;
  /** Cuts files by their syntax, between other changes of the corpus. */
  readonly refine: (paths: readonly string[], signal: AbortSignal) => Promise<void>;
  /** Saves what was done so far. */
  readonly save: () => Promise<void>;
  /** Told at times while the pass goes on. */
  readonly onProgress: () => void;
  readonly log: Log;
}

interface RunningPass {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** A change of the corpus lasts no longer than it takes to parse so much. Bytes. */
const batchBytes = 64 * 1024;
const saveEveryMs = 2_000;

/**
 * The second look at files that were cut by lines for a start: cuts them by their syntax in the background, files that
 * were worked on of late first. What is not done when the process ends is done by the next one.
 */
export class SyntaxPass {
  readonly #deps: SyntaxPassDeps;
  readonly #gate = new RestGate();
  #running: RunningPass | undefined;

  constructor(deps: SyntaxPassDeps) {
    this.#deps = deps;
  }

  /** While it rests, no file is begun. */
  setResting(resting: boolean): void {
    this.#gate.set("host", resting);
  }

  /** Starts a pass, or joins the running one; resolves with its end, at once when nothing waits. */
  start(): Promise<void> {
    return (this.#running ??= this.#start()).done;
  }

  /** Ends a running pass after its present file. What was done is kept. */
  async stop(): Promise<void> {
    this.#running?.abort.abort();
    await this.#running?.done;
  }

  #start(): RunningPass {
    const abort = new AbortController();
    const done = this.#run(abort.signal)
      .catch((error: unknown) => {
        if (!abort.signal.aborted) this.#deps.log.write("warn", `Some files stay cut by lines: ${describeError(error)}`);
      })
      .then(() => {
        this.#running = undefined;
      });
    return { abort, done };
  }

  /** Files that come to be coarse meanwhile are taken up in a further round. */
  async #run(signal: AbortSignal): Promise<void> {
    for (let waiting = this.#waiting(); waiting.length > 0; waiting = this.#waiting()) {
      await this.#refine(waiting, signal);
      await this.#deps.save();
    }
    this.#deps.corpus().lexical.dictionary.forgetWords();
  }

  async #refine(paths: readonly string[], signal: AbortSignal): Promise<void> {
    let savedAt = performance.now();
    for (const batch of this.#batches(paths)) {
      await this.#gate.pass(signal);
      await this.#deps.refine(batch, signal);
      if (performance.now() - savedAt < saveEveryMs) continue;
      await this.#deps.save();
      this.#deps.onProgress();
      savedAt = performance.now();
    }
  }

  #waiting(): readonly string[] {
    const recency = this.#deps.recency();
    const coarse = [...this.#deps.corpus().files.values()].filter((file) => file.coarse).map(({ path }) => path);
    return coarse.sort((a, b) => (recency.get(b) ?? 0) - (recency.get(a) ?? 0));
  }

  *#batches(paths: readonly string[]): Generator<readonly string[], void, undefined> {
    let batch: string[] = [];
    let bytes = 0;
    for (const path of paths) {
      batch.push(path);
      bytes += this.#deps.corpus().files.get(path)?.bytes ?? 0;
      if (bytes < batchBytes) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) yield batch;
  }
}
