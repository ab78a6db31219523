import { isDeepStrictEqual } from "node:util";
import { AsyncQueue } from "../common/asyncQueue";
import { Emitter } from "../common/emitter";
import { describeError, HearthError, isAbortError } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { type ChatEngine, emptyResult } from "./chatEngine";
import { type EmbeddingEngine, loadEmbeddingEngine } from "./embedding";
import { hasArrived } from "./chooseModel";
import { checkEngineConfig, sameChatModel, sameEmbeddingModel } from "./engineConfig";
import { fitModel } from "./fitModel";
import { type Clock, IdleTimer, systemClock } from "./idleTimer";
import { inspectModel } from "./inspectModel";
import { loadChatEngine } from "./loadChatEngine";
import { modelDirectories } from "./modelFile";
import type { FitReport, FitRequest, ModelReport } from "./modelReports";
import type { EmbeddingInfo, EmbeddingKind, EngineConfig, GenerateEvent, GenerateRequest, ModelInfo, Prompt, PromptSize, ResumeResult } from "./ports";
import type { LlamaRuntime } from "./runtime";
import { drawSeed } from "./samplers";
import { forgetStates } from "./states/forgetStates";
import { trimStates } from "./states/trimStates";
import { Supersedable } from "./supersedable";

/** How far loading is: `fraction` from 0 to 1; `device` is "cpu", or the GPU backend that it is loaded on. */
interface LoadProgress {
  readonly model: string;
  readonly fraction: number;
  readonly device: string;
}

/**
 * What the engine process serves: one chat model and one embedding model, each loaded at the first need, and unloaded
 * when nobody has asked it for as long as the configuration says.
 */
export class EngineHost {
  readonly #llama: LlamaRuntime;
  readonly #log: Log;
  readonly #progress = new Emitter<LoadProgress>();
  readonly #infoChanged = new Emitter<ModelInfo>();
  readonly #unloaded = new Emitter<{ model: string }>();
  readonly #chat: Supersedable<ChatEngine>;
  readonly #embedding: Supersedable<EmbeddingEngine>;
  readonly #chatIdle: IdleTimer;
  readonly #embeddingIdle: IdleTimer;
  #config: EngineConfig | undefined;
  #disposed = false;

  constructor(llama: LlamaRuntime, log: Log, clock: Clock = systemClock) {
    this.#llama = llama;
    this.#log = log;
    this.#chatIdle = new IdleTimer(clock, () => this.#unloadChat());
    this.#embeddingIdle = new IdleTimer(clock, () => void this.#unload(this.#embedding, this.config.embeddingModel));
    this.#chat = new Supersedable(
      (signal) => this.#loadChat(signal),
      (engine) => engine.dispose(this.#disposed ? "aborted" : "modelChanged"),
    );
    this.#embedding = new Supersedable(
      (signal) => loadEmbeddingEngine(this.config, { llama, log }, signal),
      (engine) => engine.dispose(),
    );
  }

  readonly onProgress = this.#progress.subscribe;

  /** The loaded chat model goes on with other numbers of threads. */
  readonly onInfoChanged = this.#infoChanged.subscribe;

  /** The chat model is being unloaded, as nobody has asked it for a while. The next request loads it again. */
  readonly onUnloaded = this.#unloaded.subscribe;

  /** Throws "bad-use" before `configure`. */
  get config(): EngineConfig {
    if (this.#config) return this.#config;
    throw new HearthError("bad-use", "The engine has no configuration yet.", { remedy: "Call configure first." });
  }

  /** Loads nothing. What the change concerns is dropped, once its answers have ended; what needs no reload counts at once. */
  configure(config: EngineConfig): void {
    checkEngineConfig(config);
    const old = this.#config;
    if (isDeepStrictEqual(old, config)) return;
    this.#config = config;
    this.#chatIdle.setLimit(config.unloadAfterMinutes * 60_000);
    this.#embeddingIdle.setLimit(config.unloadAfterMinutes * 60_000);
    if (!old) return;
    if (config.stateBudgetBytes < old.stateBudgetBytes) void this.#trimStates(config);
    if (!sameChatModel(old, config)) void this.#freed(this.#chat.supersede());
    if (!sameEmbeddingModel(old, config)) void this.#freed(this.#embedding.supersede());
  }

  load(signal: AbortSignal): Promise<ModelInfo> {
    return this.#withChat(signal, ({ info }) => info);
  }

  measure(prompt: Prompt, signal: AbortSignal): Promise<PromptSize> {
    return this.#withChat(signal, (chat) => chat.measure(prompt));
  }

  countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[]> {
    return this.#withChat(signal, (chat) => chat.countTokens(texts));
  }

  resume(prompt: Prompt, signal: AbortSignal): Promise<ResumeResult> {
    return this.#withChat(signal, (chat) => chat.resume(prompt, signal));
  }

  async release(conversation: string): Promise<void> {
    await (await this.#chat.current())?.release(conversation);
  }

  /** Nothing of the conversation stays, in memory or on disk, be a model loaded or not. */
  async forget(conversation: string): Promise<void> {
    const chat = await this.#chat.current();
    if (chat) return chat.forget(conversation);
    // A model that is being freed may save the conversation yet.
    await this.#chat.cleared();
    await forgetStates(this.config.stateDirectory, conversation, this.#log);
  }

  /** Yields "load" events while the model loads; an abort meanwhile ends with a "done" too. */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    return this.#chatIdle.useWhile(() => this.#generate(request, signal));
  }

  async *#generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    try {
      yield* this.#loadEvents(signal);
      yield* (await this.#chat.get(signal)).generate(request, signal);
    } catch (error) {
      if (!isAbortError(error) || !signal.aborted) throw error;
      const seed = request.sampling.seed ?? drawSeed();
      yield { type: "done", ...emptyResult(request.sampling, seed, "aborted", this.config.model, "") };
    }
  }

  fit(request: FitRequest, signal: AbortSignal): Promise<FitReport> {
    return fitModel(request, this.config, this.#llama, signal);
  }

  inspect(model: string, signal: AbortSignal): Promise<ModelReport> {
    return inspectModel(model, this.config, this.#llama, signal);
  }

  /** Undefined when no embedding model is configured. */
  async embeddingInfo(signal: AbortSignal): Promise<EmbeddingInfo | undefined> {
    return this.config.embeddingModel === "" ? undefined : this.#withEmbedding(signal, ({ info }) => info);
  }

  /** Throws "bad-use" when no embedding model is configured. */
  embed(texts: readonly string[], kind: EmbeddingKind, signal: AbortSignal): Promise<readonly Float32Array[]> {
    return this.#withEmbedding(signal, (embedding) => embedding.embed(texts, kind, signal));
  }

  /** Throws "bad-use" when no embedding model is configured. */
  countInput(texts: readonly string[], kind: EmbeddingKind, signal: AbortSignal): Promise<readonly number[]> {
    return this.#withEmbedding(signal, (embedding) => embedding.countInput(texts, kind));
  }

  #checkEmbeddingModel(): void {
    if (this.config.embeddingModel !== "") return;
    throw new HearthError("bad-use", t("No embedding model is set."), { remedy: t("Set embeddingModel to a model of the catalog or to a .gguf file.") });
  }

  /** Answers end with "aborted", then contexts, models and the library are freed, in that order. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#chatIdle.stop();
    this.#embeddingIdle.stop();
    await Promise.all([this.#freed(this.#chat.close()), this.#freed(this.#embedding.close())]);
    await this.#llama.dispose();
  }

  /** Where another model stands in for the one that is set, and that has come meanwhile, the next request loads it. */
  async replaceStandIn(): Promise<void> {
    const model = (await this.#chat.current())?.info.standsInFor;
    if (model === undefined || !(await hasArrived(model, modelDirectories(this.config.modelDirectories)))) return;
    this.#unloaded.fire({ model: this.config.model });
    await this.#freed(this.#chat.supersede());
  }

  #withChat<T>(signal: AbortSignal, work: (chat: ChatEngine) => T | Promise<T>): Promise<T> {
    return this.#chatIdle.use(async () => work(await this.#chat.get(signal)));
  }

  async #withEmbedding<T>(signal: AbortSignal, work: (embedding: EmbeddingEngine) => T | Promise<T>): Promise<T> {
    this.#checkEmbeddingModel();
    return this.#embeddingIdle.use(async () => work(await this.#embedding.get(signal)));
  }

  #unloadChat(): void {
    if (this.#chat.isReady) this.#unloaded.fire({ model: this.config.model });
    void this.#unload(this.#chat, this.config.model);
  }

  async #unload(resource: Pick<Supersedable<never>, "isReady" | "supersede">, name: string): Promise<void> {
    if (!resource.isReady) return;
    this.#log.write("info", `${name} is unloaded: nobody has asked it for ${this.config.unloadAfterMinutes} minutes.`);
    await this.#freed(resource.supersede());
  }

  async #trimStates({ stateDirectory, stateBudgetBytes }: EngineConfig): Promise<void> {
    try {
      await trimStates(stateDirectory, stateBudgetBytes, this.#log);
    } catch (error) {
      this.#log.write("warn", `Saved states could not be removed: ${describeError(error)}`);
    }
  }

  /** A model that could not be freed keeps nothing else from going on. */
  #freed(freeing: Promise<void>): Promise<void> {
    return freeing.catch((error: unknown) => this.#log.write("error", `A model could not be freed: ${describeError(error)}`));
  }

  async #loadChat(signal: AbortSignal): Promise<ChatEngine> {
    const { config } = this;
    let last = -1;
    const report = (fraction: number, device: string) => {
      if (fraction > 0 && fraction < 1 && Math.abs(fraction - last) < 0.01) return;
      last = fraction;
      this.#progress.fire({ model: config.model, fraction, device });
    };
    const onInfoChanged = (info: ModelInfo) => this.#infoChanged.fire(info);
    const tools = { llama: this.#llama, log: this.#log, settings: () => this.config, onInfoChanged };
    const engine = await loadChatEngine(config, tools, signal, report);
    report(1, engine.info.device);
    return engine;
  }

  async *#loadEvents(signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    if (this.#chat.isReady) return;
    const fractions = new AsyncQueue<number>();
    const subscription = this.#progress.subscribe(({ fraction }) => fractions.push(fraction));
    const end = () => fractions.end();
    try {
      this.#chat.get(signal).then(end, (error: unknown) => fractions.fail(error as Error));
      for await (const fraction of fractions) yield { type: "load", fraction };
    } finally {
      subscription.dispose();
    }
  }
}
