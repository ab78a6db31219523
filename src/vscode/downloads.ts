import { abortError, isAbortError } from "../common/errors";
import { type Disposable } from "../common/disposable";
import { Emitter } from "../common/emitter";
import type { DownloadProgress, Engine } from "../engine/ports";

/** Downloads tell their progress at most this often. */
const tellMs = 100;

/** A model file on its way, or paused: what has come is kept and the next `start` goes on from it. */
export interface Download extends DownloadProgress {
  readonly model: string;
  readonly paused: boolean;
}

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** The window's downloads, several at once, one for each model. */
export class Downloads implements Disposable {
  readonly #engine: Pick<Engine, "download" | "discardDownload">;
  readonly #changed = new Emitter<void>();
  readonly #shown = new Map<string, Download>();
  readonly #running = new Map<string, Running>();
  /** What is left of cancelled ones is being removed. */
  readonly #removals = new Map<string, Promise<void>>();

  constructor(engine: Pick<Engine, "download" | "discardDownload">) {
    this.#engine = engine;
  }

  readonly onDidChange = this.#changed.subscribe;

  /** The download of this model, else the one that was started last; undefined when there is none. */
  shown(model: string): Download | undefined {
    return this.#shown.get(model) ?? [...this.#shown.values()].filter(({ paused }) => !paused).at(-1);
  }

  of(model: string): Download | undefined {
    return this.#shown.get(model);
  }

  get isRunning(): boolean {
    return this.#running.size > 0;
  }

  /**
   * Resolves with whether the file is whole: false when it was paused or cancelled, or runs already. Rejects when it
   * fails. One that is just being paused or cancelled ends first.
   */
  async start(model: string): Promise<boolean> {
    const known = this.#running.get(model);
    if (known?.abort.signal.aborted === false) return known.ended.then(() => false);
    const abort = new AbortController();
    const receiving = this.#receive(model, abort.signal, Promise.allSettled([known?.ended, this.#removals.get(model)]));
    const run = { abort, ended: receiving.then(undefined, () => undefined) };
    this.#running.set(model, run);
    try {
      await receiving;
      this.#end(model, run);
      return true;
    } catch (error) {
      if (isAbortError(error)) return false;
      this.#end(model, run);
      throw error;
    } finally {
      if (this.#running.get(model) === run) this.#running.delete(model);
      this.#changed.fire();
    }
  }

  /** Keeps what has come. */
  pause(model: string): void {
    const shown = this.#shown.get(model);
    if (shown) this.#shown.set(model, { ...shown, paused: true });
    this.#running.get(model)?.abort.abort(abortError());
    this.#changed.fire();
  }

  /** Ends a running or paused download and removes what has come of it. Rejects when that cannot be removed. */
  async cancel(model: string): Promise<void> {
    this.#shown.delete(model);
    const running = this.#running.get(model);
    running?.abort.abort(abortError());
    this.#changed.fire();
    const removal = this.#discard(model, running?.ended);
    this.#removals.set(model, removal);
    await removal;
  }

  dispose(): void {
    for (const { abort } of this.#running.values()) abort.abort(abortError());
    this.#changed.dispose();
  }

  async #discard(model: string, ended: Promise<void> | undefined): Promise<void> {
    await ended;
    await this.#engine.discardDownload(model);
  }

  /** It is over for good, unless another one of the model has begun meanwhile. */
  #end(model: string, run: Running): void {
    if (this.#running.get(model) === run) this.#shown.delete(model);
  }

  async #receive(model: string, signal: AbortSignal, earlier: Promise<unknown>): Promise<void> {
    const before = this.#shown.get(model) ?? { receivedBytes: 0, totalBytes: 0 };
    // Put at the end: the one that was started last is the one that is shown.
    this.#shown.delete(model);
    this.#show({ ...before, model, phase: "download", paused: false });
    await earlier;
    signal.throwIfAborted();
    let told = 0;
    for await (const progress of this.#engine.download(model, signal)) {
      const now = Date.now();
      if (now - told < tellMs && progress.phase === this.#shown.get(model)?.phase) continue;
      told = now;
      if (!signal.aborted) this.#show({ model, ...progress, paused: false });
    }
    signal.throwIfAborted();
  }

  #show(download: Download): void {
    this.#shown.set(download.model, download);
    this.#changed.fire();
  }
}
