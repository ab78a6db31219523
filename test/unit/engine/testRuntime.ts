import { silentLog } from "../../../src/common/log";
import { ChatEngine, type ChatEngineOptions } from "../../../src/engine/chatEngine";
import { engineDefaults } from "../../../src/engine/engineConfig";
import { resolveFormat } from "../../../src/engine/formats/resolveFormat";
import { NativeLlama } from "../../../src/engine/llama";
import { loadChatEngine } from "../../../src/engine/loadChatEngine";
import type { EngineConfig, GenerateEvent, GenerateRequest, GenerateResult, ModelInfo, Sampling } from "../../../src/engine/ports";
import type { ChatRuntime, LlamaRuntime, LoadChatOptions } from "../../../src/engine/runtime";
import { type DecoderKind, testModel, type TestModelOptions } from "../../fixtures/models";

const never = new AbortController().signal;

/** Small models with random weights on one thread, and the engine over them. One for a whole suite: the library starts once. */
export class TestRuntime {
  readonly llama = new NativeLlama(() => undefined);
  readonly #engines: ChatEngine[] = [];
  readonly #runtimes: ChatRuntime[] = [];
  /** The library's side of the engine loaded last, for its token meters. */
  runtime: ChatRuntime | undefined;

  async engine(kind: DecoderKind, options: Partial<EngineConfig> = {}, modelOptions: TestModelOptions = {}): Promise<ChatEngine> {
    const config = testConfig(await testModel(kind, modelOptions), options);
    const llama: LlamaRuntime = {
      ...lentLlama(this.llama),
      loadChat: async (load: LoadChatOptions) => (this.runtime = await this.llama.loadChat(load)),
      dispose: () => this.llama.dispose(),
    };
    const engine = await loadChatEngine(config, { llama, log: silentLog }, never, () => undefined);
    this.#engines.push(engine);
    return engine;
  }

  /** An engine whose options are the test's own. */
  async engineWith(kind: DecoderKind, options: ChatEngineOptions, load: Partial<LoadChatOptions> = {}, modelOptions: TestModelOptions = {}): Promise<ChatEngine> {
    const runtime = (this.runtime = await this.chat(kind, modelOptions, { contextSize: 2048, ...load }));
    this.#runtimes.splice(this.#runtimes.indexOf(runtime), 1);
    const engine = new ChatEngine(runtime, resolveFormat(runtime.vocabulary, runtime.hints), testInfo(kind, runtime, load), options);
    this.#engines.push(engine);
    return engine;
  }

  async chat(kind: DecoderKind, modelOptions: TestModelOptions = {}, options: Partial<LoadChatOptions> = {}): Promise<ChatRuntime> {
    const file = await testModel(kind, modelOptions);
    const runtime = await this.llama.loadChat({
      file,
      gpuLayers: 0,
      contextSize: 512,
      threads: 1,
      sequences: 1,
      kvCacheType: "f16",
      flashAttention: false,
      signal: never,
      onProgress: () => undefined,
      ...options,
    });
    this.#runtimes.push(runtime);
    return runtime;
  }

  /** Frees the models; new ones may be loaded afterwards. */
  async clear(): Promise<void> {
    for (const engine of this.#engines.splice(0)) await engine.dispose("aborted");
    for (const runtime of this.#runtimes.splice(0)) await runtime.dispose();
  }

  async dispose(): Promise<void> {
    await this.clear();
    await this.llama.dispose();
  }
}

function testInfo(kind: DecoderKind, runtime: ChatRuntime, { kvCacheType = "f16", flashAttention = false }: Partial<LoadChatOptions>): ModelInfo {
  const { contextSize, trainedContextSize, gpuLayers, layers, device, libraryVersion } = runtime;
  const { name: format } = resolveFormat(runtime.vocabulary, runtime.hints);
  return {
    ...{ id: kind, file: kind, hash: kind, format, contextSize, trainedContextSize, gpuLayers, layers, device, libraryVersion },
    ...{ sequences: runtime.sequences.length, threads: 1, prefillThreads: 1, kvCacheType, flashAttention, loadMs: 0 },
    defaults: { sampling: greedy, maxTokens: 16, systemPrompt: "" },
  };
}

export function testConfig(model: string, options: Partial<EngineConfig> = {}): EngineConfig {
  return { ...engineDefaults, model, modelDirectories: [], gpuLayers: 0, contextSize: 2048, threads: 1, sequences: 1, promptLookup: "off", ...options };
}

export const greedy: Sampling = { sampler: "greedy", temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 };
export const warm: Sampling = { ...greedy, sampler: "categorical", temperature: 1 };

export interface Answer extends GenerateResult {
  readonly text: string;
  readonly events: readonly GenerateEvent[];
}

/** Anything that generates: the engine in this process or the supervised one. */
export interface Generator {
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent>;
}

/** Reads an answer to its end. `onEvent` may abort. */
export async function answer(
  engine: Generator,
  request: GenerateRequest,
  signal: AbortSignal = never,
  onEvent: (event: GenerateEvent) => void = () => undefined,
): Promise<Answer> {
  const events: GenerateEvent[] = [];
  let text = "";
  for await (const event of engine.generate(request, signal)) {
    events.push(event);
    if (event.type === "text") text += event.text;
    onEvent(event);
    if (event.type === "done") return { ...event, text, events };
  }
  throw new Error("The stream ended without a done event.");
}

/** A library that stays when its borrower disposes it: it starts once for a whole suite. */
export function lentLlama(llama: LlamaRuntime): LlamaRuntime {
  return {
    loadChat: (options) => llama.loadChat(options),
    loadEmbedding: (options) => llama.loadEmbedding(options),
    gpu: () => llama.gpu(),
    insights: (file, gpuLayers) => llama.insights(file, gpuLayers),
    vocabulary: (file) => llama.vocabulary(file),
    memory: (gpuLayers) => llama.memory(gpuLayers),
    dispose: () => Promise.resolve(),
  };
}
