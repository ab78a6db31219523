import { describeError, serializeError, type SerializedError } from "../common/errors";
import type { Log } from "../common/log";
import type { Embedder } from "./embedder";
import type { WriterLock } from "./writerLock";

export interface EmbeddingPassDeps {
  readonly embedder: Embedder;
  readonly lock: WriterLock;
  readonly recency: () => ReadonlyMap<string, number>;
  readonly onProgress: (done: number, total: number) => void;
  /** Told when a pass has ended by itself, whether or not it failed. */
  readonly onEnd: () => void;
  readonly log: Log;
}

interface RunningPass {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * Makes the missing vectors in the background, one pass at a time. A running pass is not stopped by changed chunks: it
 * takes them up after its present batch.
 */
export class EmbeddingPass {
  readonly #deps: EmbeddingPassDeps;
  #running: RunningPass | undefined;
  #revision = 0;
  #progress: readonly [done: number, total: number] | undefined;
  #error: SerializedError | undefined;
  #leftToOther = false;

  constructor(deps: EmbeddingPassDeps) {
    this.#deps = deps;
  }

  /** Why the last pass made no vectors. */
  get error(): SerializedError | undefined {
    return this.#error;
  }

  /** Whether a model is there, and another process is the one that may write its vectors. */
  get leftToOther(): boolean {
    return this.#leftToOther;
  }

  /** Starts a pass, or joins the running one; resolves with its end. */
  start(chunksChanged: boolean): Promise<void> {
    if (chunksChanged) this.#revision++;
    if (this.#running && this.#progress) this.#deps.onProgress(...this.#progress);
    return (this.#running ??= this.#start()).done;
  }

  /** Ends a running pass in the middle of its batch. What was made is kept. */
  async stop(): Promise<void> {
    this.#running?.abort.abort();
    await this.#running?.done;
  }

  #start(): RunningPass {
    const abort = new AbortController();
    const done = this.#run(abort.signal).then(() => {
      this.#running = undefined;
      this.#progress = undefined;
      if (!abort.signal.aborted) this.#deps.onEnd();
    });
    return { abort, done };
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#error = undefined;
    try {
      await this.#embed(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#error = serializeError(error);
      this.#deps.log.write("warn", `Embedding failed, so search goes by words alone: ${describeError(error)}`);
    }
  }

  /** Only the process that writes the index embeds; others search what it has written. */
  async #embed(signal: AbortSignal): Promise<void> {
    const { embedder, lock, recency } = this.#deps;
    this.#leftToOther = false;
    if (await lock.tryAcquire()) {
      const onProgress = (done: number, total: number) => this.#report(done, total);
      return embedder.run({ recency, revision: () => this.#revision, onProgress, signal });
    }
    embedder.reload();
    this.#leftToOther = (await embedder.open(signal)) !== undefined;
  }

  #report(done: number, total: number): void {
    this.#progress = [done, total];
    this.#deps.onProgress(done, total);
  }
}
