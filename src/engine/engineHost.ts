import { isDeepStrictEqual } from "node:util";
import { AsyncQueue } from "../common/asyncQueue";
import { Emitter } from "../common/emitter";
import { describeError, HearthError, isAbortError } from "../common/errors";
import type { Log } from "../common/log";
import { type ChatEngine, emptyResult } from "./chatEngine";
import { type EmbeddingEngine, loadEmbeddingEngine } from "./embedding";
import { checkEngineConfig, sameChatModel, sameEmbeddingModel } from "./engineConfig";
import { loadChatEngine } from "./loadChatEngine";
import type { EmbeddingInfo, EmbeddingKind, EngineConfig, GenerateEvent, GenerateRequest, ModelInfo, Prompt, PromptSize } from "./ports";
import type { LlamaRuntime } from "./runtime";
import { drawSeed } from "./samplers";
import { Supersedable } from "./supersedable";

/** What the engine process serves: one chat model and one embedding model, each loaded at the first need. */
export class EngineHost {
  readonly #llama: LlamaRuntime;
  readonly #log: Log;
  readonly #progress = new Emitter<{ model: string; fraction: number }>();
  readonly #chat: Supersedable<ChatEngine>;
  readonly #embedding: Supersedable<EmbeddingEngine>;
  #config: EngineConfig | undefined;
  #disposed = false;

  constructor(llama: LlamaRuntime, log: Log) {
    this.#llama = llama;
    this.#log = log;
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

  /** Throws "bad-use" before `configure`. */
  get config(): EngineConfig {
    if (this.#config) return this.#config;
    throw new HearthError("bad-use", "The engine has no configuration yet.", { remedy: "Call configure first." });
  }

  /** Loads nothing. Same config: nothing happens. Otherwise what it concerns is dropped, once its answers have ended. */
  configure(config: EngineConfig): void {
    checkEngineConfig(config);
    const old = this.#config;
    if (isDeepStrictEqual(old, config)) return;
    this.#config = config;
    if (!old) return;
    if (!sameChatModel(old, config)) void this.#freed(this.#chat.supersede());
    if (!sameEmbeddingModel(old, config)) void this.#freed(this.#embedding.supersede());
  }

  async load(signal: AbortSignal): Promise<ModelInfo> {
    return (await this.#chat.get(signal)).info;
  }

  async measure(prompt: Prompt, signal: AbortSignal): Promise<PromptSize> {
    return (await this.#chat.get(signal)).measure(prompt);
  }

  async countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[]> {
    return (await this.#chat.get(signal)).countTokens(texts);
  }

  async forget(conversation: string): Promise<void> {
    await (await this.#chat.current())?.forget(conversation);
  }

  /** Yields "load" events while the model loads; an abort meanwhile ends with a "done" too. */
  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    try {
      yield* this.#loadEvents(signal);
      yield* (await this.#chat.get(signal)).generate(request, signal);
    } catch (error) {
      if (!isAbortError(error) || !signal.aborted) throw error;
      const seed = request.sampling.seed ?? drawSeed();
      yield { type: "done", ...emptyResult(request.sampling, seed, "aborted", this.config.model, "") };
    }
  }

  /** Undefined when no embedding model is configured. */
  async embeddingInfo(signal: AbortSignal): Promise<EmbeddingInfo | undefined> {
    return this.config.embeddingModel === "" ? undefined : (await this.#embedding.get(signal)).info;
  }

  /** Throws "bad-use" when no embedding model is configured. */
  async embed(texts: readonly string[], kind: EmbeddingKind, signal: AbortSignal): Promise<readonly Float32Array[]> {
    if (this.config.embeddingModel !== "") return (await this.#embedding.get(signal)).embed(texts, kind, signal);
    throw new HearthError("bad-use", "No embedding model is set.", { remedy: "Set embeddingModel to a model of the catalog or to a .gguf file." });
  }

  /** Answers end with "aborted", then contexts, models and the library are freed, in that order. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all([this.#freed(this.#chat.close()), this.#freed(this.#embedding.close())]);
    await this.#llama.dispose();
  }

  /** A model that could not be freed keeps nothing else from going on. */
  #freed(freeing: Promise<void>): Promise<void> {
    return freeing.catch((error: unknown) => this.#log.write("error", `A model could not be freed: ${describeError(error)}`));
  }

  async #loadChat(signal: AbortSignal): Promise<ChatEngine> {
    const { config } = this;
    let last = -1;
    const report = (fraction: number) => {
      if (fraction < 1 && fraction - last < 0.01) return;
      last = fraction;
      this.#progress.fire({ model: config.model, fraction });
    };
    const engine = await loadChatEngine(config, { llama: this.#llama, log: this.#log }, signal, report);
    report(1);
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
