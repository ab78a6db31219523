import { type Disposable, DisposableStore } from "../common/disposable";
import { Emitter } from "../common/emitter";
import type { Engine } from "../engine/ports";
import type { ViewModelState } from "../webview/protocol";
import { type Download, Downloads } from "./downloads";
import { serverName } from "./servers/serverName";
import type { ServersInUse } from "./servers/serversInUse";
import { toViewModel } from "./viewModel";

/** What the views say about the model: the engine's state, or a download that runs or is paused. */
export class ModelStatus implements Disposable {
  readonly #changed = new Emitter<ViewModelState>();
  readonly #store = new DisposableStore();
  readonly #downloads: Downloads;

  /** @param servers those that are asked whatever this machine can load, as they are set */
  constructor(
    readonly engine: Pick<Engine, "state" | "onDidChangeState" | "download" | "discardDownload" | "load">,
    readonly servers: () => ServersInUse = () => ({}),
  ) {
    this.#downloads = this.#store.add(new Downloads(engine));
    this.#store.add(engine.onDidChangeState(() => this.#changed.fire(this.state)));
    this.#store.add(this.#downloads.onDidChange(() => this.#changed.fire(this.state)));
  }

  readonly onDidChange = this.#changed.subscribe;

  get state(): ViewModelState {
    const { chat, embedding } = this.servers();
    const state = toViewModel(this.engine.state, this.#shown, chat);
    return embedding ? { ...state, embeddingServer: serverName(embedding.url) } : state;
  }

  /** To be called when other servers are set: the engine's state may be the same. */
  serversChanged(): void {
    this.#changed.fire(this.state);
  }

  /** The model as it is set: a catalog id or a path. */
  get model(): string {
    const { state } = this.engine;
    return state.kind === "ready" ? (state.info.standsInFor ?? state.info.id) : state.model;
  }

  get downloading(): boolean {
    return this.#downloads.isRunning;
  }

  downloadOf(model: string): Download | undefined {
    return this.#downloads.of(model);
  }

  /** Fetches a catalog model, and loads it where it is the one that is set. Rejects when it fails; one that is paused or cancelled ends quietly. */
  async download(model: string): Promise<void> {
    if ((await this.#downloads.start(model)) && model === this.model) await this.engine.load();
  }

  /** Pauses a download, by default the one that is shown; `download` goes on with it. */
  pauseDownload(model = this.#shownModel): void {
    if (model !== undefined) this.#downloads.pause(model);
  }

  /** Ends a download, by default the one that is shown, and removes what has come of it. */
  async cancelDownload(model = this.#shownModel): Promise<void> {
    if (model !== undefined) await this.#downloads.cancel(model);
  }

  /** Goes on with the download that is shown, if it is paused. */
  async resumeDownload(): Promise<void> {
    const model = this.#shownModel;
    if (model !== undefined) await this.download(model);
  }

  dispose(): void {
    this.#store.dispose();
    this.#changed.dispose();
  }

  get #shownModel(): string | undefined {
    return this.#shown?.model;
  }

  /** While a model is ready, only its own download goes before it. */
  get #shown(): Download | undefined {
    return this.engine.state.kind === "ready" ? this.#downloads.of(this.model) : this.#downloads.shown(this.model);
  }
}
