import { describeError, serializeError, type SerializedError } from "../common/errors";
import type { Log } from "../common/log";
import type { Embedder } from "./embedder";
import type { PowerWatch } from "./powerSource";
import { RestGate, type RestReason } from "./restGate";
import type { WriterLock } from "./writerLock";

/** Of all chunks, how many have a vector. The time left is not told while the work rests. */
export type EmbeddingProgress = readonly [done: number, total: number, secondsLeft: number | undefined];

export interface EmbeddingPassDeps {
  readonly embedder: Embedder;
  readonly lock: WriterLock;
  readonly recency: () => ReadonlyMap<string, number>;
  readonly onProgress: (...progress: EmbeddingProgress) => void;
  /** Told when a pass has ended by itself, whether or not it failed. */
  readonly onEnd: () => void;
  /** Makes the watch of the machine's battery, on which the work rests. Absent: it does not. */
  readonly watchPower?: (onChange: (onBattery: boolean) => void) => Pick<PowerWatch, "start" | "stop">;
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
  /** The revision that the running pass has taken up. */
  #takenUp = 0;
  #progress: EmbeddingProgress | undefined;
  #error: SerializedError | undefined;
  #leftToOther = false;
  #openFiles: readonly string[] = [];
  readonly #gate = new RestGate();
  readonly #power: Pick<PowerWatch, "start" | "stop"> | undefined;

  constructor(deps: EmbeddingPassDeps) {
    this.#deps = deps;
    this.#power = deps.watchPower?.((onBattery) => this.#rest("battery", onBattery));
  }

  /** Why the last pass made no vectors. */
  get error(): SerializedError | undefined {
    return this.#error;
  }

  /** Whether a model is there, and another process is the one that may write its vectors. */
  get leftToOther(): boolean {
    return this.#leftToOther;
  }

  /** The newest first. */
  setOpenFiles(paths: readonly string[]): void {
    this.#openFiles = paths;
  }

  /** While it rests, no vectors are made; a running batch ends, which takes less than a second or one chunk. */
  setResting(resting: boolean): void {
    this.#rest("host", resting);
  }

  /** A running pass does not end before it has taken this up. */
  noteChange(): void {
    this.#revision++;
  }

  /** Starts a pass, or joins the running one; resolves with its end. */
  start(chunksChanged: boolean): Promise<void> {
    if (chunksChanged) this.noteChange();
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
    // Chunks may have changed while the vectors were written: whoever told it has joined this pass.
    const end = (): Promise<void> | undefined => {
      if (!abort.signal.aborted && this.#takenUp !== this.#revision) return this.#run(abort.signal).then(end);
      this.#running = undefined;
      this.#progress = undefined;
      if (!abort.signal.aborted) this.#deps.onEnd();
      return undefined;
    };
    return { abort, done: this.#run(abort.signal).then(end) };
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#error = undefined;
    this.#takenUp = this.#revision;
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
    const { embedder, lock } = this.#deps;
    this.#leftToOther = false;
    while (await lock.tryAcquire()) {
      const { turn } = lock;
      const mayWrite = async () => (await lock.tryAcquire()) && lock.turn === turn;
      await this.#embedAll(mayWrite, signal);
      if (await mayWrite()) return;
    }
    this.#leftToOther = (await embedder.follow(signal)) !== undefined;
  }

  /** `mayWrite` is false once the lock was lost, though it be taken again: another process may have written meanwhile. */
  async #embedAll(mayWrite: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    try {
      await this.#deps.embedder.run({
        openFiles: () => this.#openFiles,
        recency: this.#deps.recency,
        revision: () => (this.#takenUp = this.#revision),
        rest: (until) => this.#rested(until),
        mayWrite,
        onProgress: (...progress) => this.#report(progress),
        signal,
      });
    } finally {
      this.#power?.stop();
    }
  }

  /** The battery is looked at only while there is work. */
  async #rested(signal: AbortSignal): Promise<void> {
    await this.#power?.start();
    await this.#gate.pass(signal);
  }

  #rest(reason: RestReason, rests: boolean): void {
    this.#gate.set(reason, rests);
    if (this.#progress) this.#report(this.#progress);
  }

  #report([done, total, secondsLeft]: EmbeddingProgress): void {
    this.#progress = [done, total, this.#gate.isResting ? undefined : secondsLeft];
    this.#deps.onProgress(...this.#progress);
  }
}
