import { abortError, isAbortError } from "../common/errors";
import { type Disposable, DisposableStore } from "../common/disposable";
import { Emitter } from "../common/emitter";
import type { DownloadProgress, Engine } from "../engine/ports";
import type { ViewModelState } from "../webview/protocol";
import { toViewModel } from "./viewModel";

/** Downloads tell their progress at most this often. */
const tellMs = 100;

type Download = { readonly model: string } & DownloadProgress;

/** What the views say about the model: the engine's state, or the download that runs. */
export class ModelStatus implements Disposable {
  readonly #changed = new Emitter<ViewModelState>();
  readonly #store = new DisposableStore();
  #download: { readonly progress: Download; readonly abort: AbortController } | undefined;

  constructor(readonly engine: Pick<Engine, "state" | "onDidChangeState" | "download" | "load">) {
    this.#store.add(engine.onDidChangeState(() => this.#changed.fire(this.state)));
  }

  readonly onDidChange = this.#changed.subscribe;

  get state(): ViewModelState {
    return toViewModel(this.engine.state, this.#download?.progress);
  }

  /** The model as it is set: a catalog id or a path. */
  get model(): string {
    const { state } = this.engine;
    return state.kind === "ready" ? state.info.id : state.model;
  }

  get downloading(): boolean {
    return this.#download !== undefined;
  }

  /** Fetches a catalog model and loads it. Rejects when it fails; a cancelled one ends quietly. */
  async download(model: string): Promise<void> {
    if (this.#download) return;
    const abort = new AbortController();
    this.#show({ model, receivedBytes: 0, totalBytes: 0, phase: "download" }, abort);
    try {
      await this.#receive(model, abort);
    } catch (error) {
      if (!isAbortError(error)) throw error;
      return;
    } finally {
      this.#download = undefined;
      this.#changed.fire(this.state);
    }
    await this.engine.load();
  }

  cancelDownload(): void {
    this.#download?.abort.abort(abortError());
  }

  dispose(): void {
    this.cancelDownload();
    this.#store.dispose();
    this.#changed.dispose();
  }

  async #receive(model: string, abort: AbortController): Promise<void> {
    let told = 0;
    for await (const progress of this.engine.download(model, abort.signal)) {
      const now = Date.now();
      if (now - told < tellMs && progress.phase === this.#download?.progress.phase) continue;
      told = now;
      this.#show({ model, ...progress }, abort);
    }
    abort.signal.throwIfAborted();
  }

  #show(progress: Download, abort: AbortController): void {
    this.#download = { progress, abort };
    this.#changed.fire(this.state);
  }
}
