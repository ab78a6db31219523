import { DisposableStore } from "../common/disposable";
import { Emitter } from "../common/emitter";
import type {
  DownloadProgress,
  EmbeddingInfo,
  EmbeddingKind,
  Engine,
  EngineConfig,
  EngineState,
  GenerateEvent,
  GenerateRequest,
  ModelInfo,
  ModelListing,
  Prompt,
  PromptSize,
} from "../engine/ports";

/** An engine that can be ended and made anew while others hold it, for a person whose model hangs. */
export class RestartableEngine implements Engine {
  readonly #make: (config: EngineConfig) => Engine;
  readonly #changed = new Emitter<EngineState>();
  #config: EngineConfig;
  #inner: { readonly engine: Engine; readonly store: DisposableStore };

  constructor(make: (config: EngineConfig) => Engine, config: EngineConfig) {
    this.#make = make;
    this.#config = config;
    this.#inner = this.#start();
  }

  readonly onDidChangeState = this.#changed.subscribe;

  get state(): EngineState {
    return this.#engine.state;
  }

  /** Ends the process with all that runs in it; the next request starts a fresh one. */
  async restart(): Promise<void> {
    const { engine, store } = this.#inner;
    store.dispose();
    this.#inner = this.#start();
    this.#changed.fire(this.state);
    await engine.dispose();
  }

  configure(config: EngineConfig): Promise<void> {
    this.#config = config;
    return this.#engine.configure(config);
  }

  load(signal?: AbortSignal): Promise<ModelInfo> {
    return this.#engine.load(signal);
  }

  measure(prompt: Prompt, signal?: AbortSignal): Promise<PromptSize> {
    return this.#engine.measure(prompt, signal);
  }

  countTokens(texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]> {
    return this.#engine.countTokens(texts, signal);
  }

  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent> {
    return this.#engine.generate(request, signal);
  }

  forget(conversation: string): Promise<void> {
    return this.#engine.forget(conversation);
  }

  info(signal?: AbortSignal): Promise<EmbeddingInfo | undefined> {
    return this.#engine.info(signal);
  }

  embed(texts: readonly string[], kind: EmbeddingKind, signal?: AbortSignal): Promise<readonly Float32Array[]> {
    return this.#engine.embed(texts, kind, signal);
  }

  download(model: string, signal: AbortSignal): AsyncIterable<DownloadProgress> {
    return this.#engine.download(model, signal);
  }

  models(): Promise<readonly ModelListing[]> {
    return this.#engine.models();
  }

  async dispose(): Promise<void> {
    this.#inner.store.dispose();
    await this.#engine.dispose();
    this.#changed.dispose();
  }

  get #engine(): Engine {
    return this.#inner.engine;
  }

  #start(): { engine: Engine; store: DisposableStore } {
    const engine = this.#make(this.#config);
    const store = new DisposableStore();
    store.add(engine.onDidChangeState((state) => this.#changed.fire(state)));
    return { engine, store };
  }
}
