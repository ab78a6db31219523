import { DisposableStore } from "../common/disposable";
import { Emitter } from "../common/emitter";
import type { FitReport, FitRequest, ModelReport } from "../engine/modelReports";
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
  ResumeResult,
} from "../engine/ports";
import { raceSignal } from "../common/raceSignal";

/** An engine that can be ended and made anew while others hold it, for a person whose model hangs. */
export class RestartableEngine implements Engine {
  readonly #make: (config: EngineConfig) => Engine;
  readonly #changed = new Emitter<EngineState>();
  #config: EngineConfig;
  #inner: { readonly engine: Engine; readonly store: DisposableStore };
  /** Settles when the processes of earlier engines have ended: two models may not fit in memory. Never rejects. */
  #ended: Promise<unknown> = Promise.resolve();

  constructor(make: (config: EngineConfig) => Engine, config: EngineConfig) {
    this.#make = make;
    this.#config = config;
    this.#inner = this.#start();
  }

  readonly onDidChangeState = this.#changed.subscribe;

  get state(): EngineState {
    return this.#engine.state;
  }

  /** Ends the process with all that runs in it; the next request starts a fresh one, once the old one has ended. */
  async restart(): Promise<void> {
    const { engine, store } = this.#inner;
    store.dispose();
    const ending = engine.dispose();
    this.#ended = Promise.allSettled([this.#ended, ending]);
    this.#inner = this.#start();
    this.#changed.fire(this.state);
    await ending;
  }

  configure(config: EngineConfig): Promise<void> {
    this.#config = config;
    return this.#engine.configure(config);
  }

  async load(signal?: AbortSignal): Promise<ModelInfo> {
    return (await this.#ready(signal)).load(signal);
  }

  async measure(prompt: Prompt, signal?: AbortSignal): Promise<PromptSize> {
    return (await this.#ready(signal)).measure(prompt, signal);
  }

  async countTokens(texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]> {
    return (await this.#ready(signal)).countTokens(texts, signal);
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    yield* (await this.#ready()).generate(request, signal);
  }

  async resume(prompt: Prompt, signal?: AbortSignal): Promise<ResumeResult> {
    return (await this.#ready(signal)).resume(prompt, signal);
  }

  release(conversation: string): Promise<void> {
    return this.#engine.release(conversation);
  }

  forget(conversation: string): Promise<void> {
    return this.#engine.forget(conversation);
  }

  async info(signal?: AbortSignal): Promise<EmbeddingInfo | undefined> {
    return (await this.#ready(signal)).info(signal);
  }

  async embed(texts: readonly string[], kind: EmbeddingKind, signal?: AbortSignal): Promise<readonly Float32Array[]> {
    return (await this.#ready(signal)).embed(texts, kind, signal);
  }

  async *download(model: string, signal: AbortSignal): AsyncGenerator<DownloadProgress, void, undefined> {
    yield* (await this.#ready()).download(model, signal);
  }

  async discardDownload(model: string): Promise<void> {
    return (await this.#ready()).discardDownload(model);
  }

  async fit(request: FitRequest, signal?: AbortSignal): Promise<FitReport> {
    return (await this.#ready(signal)).fit(request, signal);
  }

  async inspect(model: string, signal?: AbortSignal): Promise<ModelReport> {
    return (await this.#ready(signal)).inspect(model, signal);
  }

  async models(): Promise<readonly ModelListing[]> {
    return (await this.#ready()).models();
  }

  async dispose(): Promise<void> {
    this.#inner.store.dispose();
    await Promise.all([this.#engine.dispose(), this.#ended]);
    this.#changed.dispose();
  }

  /** The engine for what may start its process. Rejects with an AbortError when `signal` fires before. */
  async #ready(signal?: AbortSignal): Promise<Engine> {
    await raceSignal(this.#ended, signal);
    return this.#engine;
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
