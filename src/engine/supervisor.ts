import path from "node:path";
import { describeError, HearthError, isAbortError, serializeError } from "../common/errors";
import { Emitter } from "../common/emitter";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { RecentDeaths } from "../common/recentDeaths";
import { checkEngineConfig, sameChatModel } from "./engineConfig";
import { deathError, type EngineDeath, gpuDeathReason } from "./engineDeath";
import { EngineProcess, type EngineProcessOptions } from "./engineProcess";
import { bundledFolder, modelDirectories } from "./modelFile";
import type { FitReport, FitRequest, ModelReport } from "./modelReports";
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
} from "./ports";
import type { EngineContract } from "./protocol";
import { raceSignal } from "../common/raceSignal";
import { forgetStates } from "./states/forgetStates";

export interface EngineOptions extends EngineProcessOptions {
  readonly config: EngineConfig;
  readonly log: Log;
}

/** An engine in a process of its own, started at the first need and again after it died. */
export function createEngine(options: EngineOptions): Engine {
  return new SupervisedEngine(options);
}

type Requests = EngineContract["requests"];
type RequestName = keyof Requests;

const mostDeaths = 3;
const restartDelayMs = 300;

class SupervisedEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #changed = new Emitter<EngineState>();
  #config: EngineConfig;
  #state: EngineState;
  #process: EngineProcess | undefined;
  #loading: Promise<ModelInfo> | undefined;
  /** Grows when the model or the process changes, so that a late reply of the old one is told apart. */
  #epoch = 0;
  readonly #deaths = new RecentDeaths();
  #lastDeath: EngineDeath | undefined;
  /** Where the process said last that it loads: "cpu", or a GPU backend. */
  #loadingOn = "cpu";
  /** Why the processor is used although the GPU was tried: loading there ended the process. */
  #gpuFallback: string | undefined;
  #disposed = false;
  #disposal: Promise<void> | undefined;

  constructor(options: EngineOptions) {
    checkEngineConfig(options.config);
    this.#options = options;
    this.#config = options.config;
    this.#state = { kind: "idle", model: options.config.model };
  }

  readonly onDidChangeState = this.#changed.subscribe;

  get state(): EngineState {
    return this.#state;
  }

  async load(signal?: AbortSignal): Promise<ModelInfo> {
    this.#deaths.clear();
    return raceSignal(this.#ensureLoaded(), signal);
  }

  async measure(prompt: Prompt, signal?: AbortSignal): Promise<PromptSize> {
    this.#followLoad();
    return this.#call("measure", prompt, signal);
  }

  async countTokens(texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]> {
    this.#followLoad();
    return this.#call("countTokens", texts, signal);
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    this.#followLoad();
    try {
      yield* (await this.#connect()).stream("generate", request, signal);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async resume(prompt: Prompt, signal?: AbortSignal): Promise<ResumeResult> {
    this.#followLoad();
    return this.#call("resume", prompt, signal);
  }

  async release(conversation: string): Promise<void> {
    if (this.#process) await this.#call("release", conversation);
  }

  /** Needs no process, and starts none. */
  async forget(conversation: string): Promise<void> {
    const running = this.#process;
    try {
      if (running) return await this.#call("forget", conversation);
    } catch (error) {
      if (running === this.#process || this.#disposed) throw error;
    }
    await forgetStates(this.#config.stateDirectory, conversation, this.#options.log);
  }

  info(signal?: AbortSignal): Promise<EmbeddingInfo | undefined> {
    return this.#config.embeddingModel === "" ? Promise.resolve(undefined) : this.#call("embeddingInfo", undefined, signal);
  }

  embed(texts: readonly string[], kind: EmbeddingKind, signal?: AbortSignal): Promise<readonly Float32Array[]> {
    return this.#call("embed", { texts, kind }, signal);
  }

  countInput(texts: readonly string[], kind: EmbeddingKind, signal?: AbortSignal): Promise<readonly number[]> {
    return this.#call("countInput", { texts, kind }, signal);
  }

  async configure(config: EngineConfig): Promise<void> {
    checkEngineConfig(config);
    this.#deaths.clear();
    const stays = sameChatModel(this.#config, config);
    this.#config = config;
    if (!stays) this.#forgetModel();
    await this.#process?.configure(this.#effectiveConfig());
  }

  async *download(model: string, signal: AbortSignal): AsyncGenerator<DownloadProgress, void, undefined> {
    try {
      yield* (await this.#connect()).stream("download", model, signal);
    } catch (error) {
      throw this.#explain(error);
    }
    if (this.#state.kind === "missing") this.#setState({ kind: "idle", model: this.#config.model });
  }

  discardDownload(model: string): Promise<void> {
    return this.#call("discardDownload", model);
  }

  fit(request: FitRequest, signal?: AbortSignal): Promise<FitReport> {
    return this.#call("fit", request, signal);
  }

  inspect(model: string, signal?: AbortSignal): Promise<ModelReport> {
    return this.#call("inspect", model, signal);
  }

  models(): Promise<readonly ModelListing[]> {
    return this.#call("models", undefined);
  }

  dispose(): Promise<void> {
    return (this.#disposal ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    this.#disposed = true;
    await this.#process?.shutDown();
    this.#changed.dispose();
  }

  /** A running process learns of the new model by `configure`; a load that others wait for goes on with it. */
  #forgetModel(): void {
    this.#epoch++;
    const wasLoading = this.#loading !== undefined;
    this.#loading = undefined;
    this.#gpuFallback = undefined;
    this.#setState({ kind: "idle", model: this.#config.model });
    if (wasLoading) queueMicrotask(() => this.#followLoad());
  }

  /** Keeps `state` true while something else makes the process load. */
  #followLoad(): void {
    this.#ensureLoaded().catch((error: unknown) => {
      this.#options.log.write("debug", `The model is not loaded: ${describeError(error)}`);
    });
  }

  #ensureLoaded(): Promise<ModelInfo> {
    if (this.#state.kind === "ready" && !this.#disposed) return Promise.resolve(this.#state.info);
    this.#loading ??= this.#load(this.#epoch);
    return this.#loading;
  }

  async #load(epoch: number): Promise<ModelInfo> {
    const { kind } = this.#state;
    // What could not be loaded before stays said until the file is found and sound.
    if (kind !== "missing" && kind !== "failed") this.#setState({ kind: "loading", model: this.#config.model, fraction: 0 });
    try {
      const loaded = await this.#call("load", undefined);
      const info = this.#gpuFallback === undefined ? loaded : { ...loaded, gpuFallback: this.#gpuFallback };
      if (epoch === this.#epoch) this.#setState({ kind: "ready", info });
      return info;
    } catch (error) {
      if (epoch === this.#epoch) this.#setState(this.#failure(error));
      throw error;
    } finally {
      if (epoch === this.#epoch) this.#loading = undefined;
    }
  }

  #failure(error: unknown): EngineState {
    const model = this.#config.model;
    if (isAbortError(error)) return { kind: "idle", model };
    const isMissing = error instanceof HearthError && error.code === "model-not-found";
    return { kind: isMissing ? "missing" : "failed", model, error: serializeError(error) };
  }

  async #call<K extends RequestName>(name: K, params: Requests[K][0], signal?: AbortSignal): Promise<Requests[K][1]> {
    try {
      return await (await this.#connect()).call(name, params, signal);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** The running process, or a new one that has the configuration. */
  async #connect(): Promise<EngineProcess> {
    if (this.#disposed) throw new HearthError("disposed", t("The engine was closed."));
    if (this.#deaths.count >= mostDeaths) throw stoppedTooOften();
    const running = (this.#process ??= this.#start());
    await running.configured;
    return running;
  }

  #start(): EngineProcess {
    this.#loadingOn = "cpu";
    const started = new EngineProcess(this.#options, this.#effectiveConfig(), {
      onProgress: (progress) => this.#progress(progress),
      onInfoChanged: (info) => this.#infoChanged(info),
      onUnloaded: ({ model }) => this.#unloaded(model),
      onExit: (reason) => this.#died(started, reason),
    });
    return started;
  }

  /** With the folder of the models that come with Hearth, which lies beside the engine. */
  #effectiveConfig(): EngineConfig {
    const bundled = path.join(path.dirname(this.#options.entry), bundledFolder);
    const config = { ...this.#config, modelDirectories: [...modelDirectories(this.#config.modelDirectories), bundled] };
    return this.#gpuFallback === undefined ? config : { ...config, gpuLayers: 0 };
  }

  #progress({ model, fraction, device }: EngineContract["events"]["loadProgress"]): void {
    this.#loadingOn = device;
    if (model !== this.#config.model) return;
    // A request that was on its way when the model was unloaded has it loaded again.
    if (!this.#loading && this.#state.kind === "idle") this.#followLoad();
    if (this.#loading) this.#setState({ kind: "loading", model, fraction });
  }

  #infoChanged(info: ModelInfo): void {
    const state = this.#state;
    if (state.kind === "ready" && state.info.hash === info.hash) this.#setState({ kind: "ready", info: { ...state.info, ...info } });
  }

  /** Nobody had asked for it for a while; the next request loads it again. */
  #unloaded(model: string): void {
    if (model === this.#config.model && this.#state.kind === "ready") this.#setState({ kind: "idle", model });
  }

  #died(process: EngineProcess, reason: Error): void {
    if (this.#disposed || process !== this.#process) return;
    const was = this.#loading ? "loading" : this.#state.kind;
    const { model } = this.#config;
    const death = { reason, lastWords: process.lastWords, loading: was === "loading" };
    this.#options.log.write("warn", `${reason.message} ${process.lastWords}`.trimEnd());
    this.#process = undefined;
    this.#loading = undefined;
    this.#lastDeath = death;
    this.#epoch++;
    this.#deaths.add();
    if (this.#deaths.count >= mostDeaths) this.#setState({ kind: "failed", model, error: serializeError(stoppedTooOften()) });
    else if (death.loading && this.#config.gpuLayers === "auto" && this.#loadingOn !== "cpu") this.#leaveGpu(death);
    else if (death.loading) this.#setState({ kind: "failed", model, error: serializeError(deathError(death)) });
    else if (was === "ready" || was === "restarting") this.#restart(reason);
  }

  /** A driver that ends the process would do it each time. */
  #leaveGpu(death: EngineDeath): void {
    this.#gpuFallback = gpuDeathReason(death, this.#loadingOn);
    this.#options.log.write("warn", `${this.#gpuFallback} The model is loaded on the processor.`);
    this.#restart(death.reason);
  }

  /** What was loaded is loaded again; a request that comes before that does it at once. */
  #restart(reason: Error): void {
    this.#setState({ kind: "restarting", model: this.#config.model, reason: reason.message });
    const epoch = this.#epoch;
    const timer = setTimeout(() => {
      if (!this.#disposed && epoch === this.#epoch) this.#followLoad();
    }, restartDelayMs * this.#deaths.count);
    timer.unref();
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof HearthError) || error.code !== "engine-stopped" || error.remedy !== undefined) return error;
    if (this.#disposed) return new HearthError("disposed", t("The engine was closed."));
    return deathError(this.#lastDeath?.reason === error ? this.#lastDeath : { reason: error, lastWords: "", loading: false });
  }

  #setState(state: EngineState): void {
    if (this.#disposed) return;
    this.#state = state;
    this.#changed.fire(state);
  }
}

function stoppedTooOften(): HearthError {
  return new HearthError("engine-stopped", t("The engine stopped {0} times within a minute, so it is not started again by itself.", mostDeaths), {
    remedy: t("Set a smaller context size, fewer GPU layers or another model, or restart the engine."),
  });
}
