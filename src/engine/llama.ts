import type * as LibraryModule from "node-llama-cpp";
import type { Llama, LlamaContext, LlamaContextSequence, LlamaEmbeddingContext, LlamaLogLevel, LlamaModel, Token } from "node-llama-cpp";
import { HearthError } from "../common/errors";
import type { LogLevel } from "../common/log";
import { physicalCores } from "./cpuCores";
import { contextError, libraryError, modelError } from "./llamaErrors";
import type {
  ChatRuntime,
  DecodeOptions,
  EmbeddingRuntime,
  LlamaRuntime,
  LoadChatOptions,
  LoadEmbeddingOptions,
  RuntimeLog,
  SequencePort,
  Vocabulary,
} from "./runtime";

type Library = typeof LibraryModule;
type Backend = "cpu" | "gpu";

/** Longest input of an embedding model, in tokens; memory grows with it. */
const longestEmbeddingInput = 2048;
/** BOS and EOS around an embedding's text, and the cell the library keeps free. */
const embeddingOverhead = 3;

/** node-llama-cpp behind a narrow port; nothing is loaded before the first model. */
export class NativeLlama implements LlamaRuntime {
  readonly #log: RuntimeLog;
  readonly #backends = new Map<Backend, Promise<Llama>>();

  constructor(log: RuntimeLog) {
    this.#log = log;
  }

  async loadChat(options: LoadChatOptions): Promise<ChatRuntime> {
    const llama = await this.#backend(options.gpuLayers);
    const model = await openModel(llama, options, options.contextSize * options.sequences);
    const contextSize = boundedContext(options.contextSize, model.trainContextSize);
    try {
      const context = await model.createContext({
        contextSize,
        sequences: options.sequences,
        threads: options.threads,
        createSignal: options.signal,
        failedCreationRemedy: false,
      });
      return new NativeChat(llama, model, context, contextSize);
    } catch (error) {
      await model.dispose();
      throw contextError(error, options.signal, await loadLibrary());
    }
  }

  async loadEmbedding(options: LoadEmbeddingOptions): Promise<EmbeddingRuntime> {
    const llama = await this.#backend(options.gpuLayers);
    const model = await openModel(llama, options, longestEmbeddingInput);
    const contextSize = boundedContext(longestEmbeddingInput, model.trainContextSize);
    try {
      // The library's default batch of 512 silently corrupts longer inputs of encoder models.
      const context = await model.createEmbeddingContext({
        contextSize,
        batchSize: contextSize,
        threads: options.threads,
        createSignal: options.signal,
      });
      return new NativeEmbedding(model, context, contextSize - embeddingOverhead);
    } catch (error) {
      await model.dispose();
      throw contextError(error, options.signal, await loadLibrary());
    }
  }

  async dispose(): Promise<void> {
    const backends = await Promise.allSettled(this.#backends.values());
    this.#backends.clear();
    for (const backend of backends) if (backend.status === "fulfilled") await backend.value.dispose();
  }

  #backend(gpuLayers: "auto" | "max" | number): Promise<Llama> {
    const backend: Backend = gpuLayers === 0 ? "cpu" : "gpu";
    const known = this.#backends.get(backend) ?? this.#start(backend);
    this.#backends.set(backend, known);
    known.catch(() => this.#backends.delete(backend));
    return known;
  }

  async #start(backend: Backend): Promise<Llama> {
    const library = await loadLibrary();
    try {
      return await library.getLlama({
        gpu: backend === "cpu" ? false : "auto",
        build: "never",
        skipDownload: true,
        progressLogs: false,
        logLevel: library.LlamaLogLevel.info,
        logger: (level, message) => this.#log(logLevel(level, message), message.trimEnd()),
        maxThreads: await physicalCores(),
      });
    } catch (error) {
      throw libraryError(error);
    }
  }
}

async function loadLibrary(): Promise<Library> {
  try {
    return await import("node-llama-cpp");
  } catch (error) {
    throw libraryError(error);
  }
}

async function openModel(llama: Llama, options: LoadEmbeddingOptions & { onProgress?: (fraction: number) => void }, tokens: number) {
  try {
    return await llama.loadModel({
      modelPath: options.file,
      gpuLayers: options.gpuLayers === "auto" ? { fitContext: { contextSize: tokens } } : options.gpuLayers,
      // Without it a model whose file names a sliding window keeps a full copy of its KV cache for every turn.
      defaultContextSwaFullCache: true,
      loadSignal: options.signal,
      ...(options.onProgress && { onLoadProgress: options.onProgress }),
    });
  } catch (error) {
    throw modelError(error, options.signal, await loadLibrary());
  }
}

/** A file that does not name its trained size has no bound. */
function boundedContext(wanted: number, trained: number): number {
  return trained > 0 ? Math.min(wanted, trained) : wanted;
}

/** Said at every load by files that work; of no use to the person. */
const noise = /control-looking token|not marked as EOG|n_ctx_seq|n_ctx_per_seq|special_eos_id|tokenizer configuration|Phi SWA is currently disabled/;

function logLevel(level: LlamaLogLevel, message: string): LogLevel {
  const name: string = level;
  switch (name) {
    case "fatal":
    case "error":
      return "error";
    case "warn":
      return noise.test(message) ? "debug" : "warn";
    case "info":
      return "debug";
    default:
      return "trace";
  }
}

class NativeChat implements ChatRuntime {
  readonly vocabulary: Vocabulary;
  readonly sequences: readonly SequencePort[];
  readonly trainedContextSize: number;
  readonly gpuLayers: number;
  readonly device: string;
  readonly #native: readonly LlamaContextSequence[];

  constructor(
    llama: Llama,
    readonly model: LlamaModel,
    readonly context: LlamaContext,
    readonly contextSize: number,
  ) {
    this.vocabulary = new NativeVocabulary(model);
    this.#native = Array.from({ length: context.totalSequences }, () => context.getSequence({ contextShift: { strategy: refuseShift } }));
    this.sequences = this.#native.map((sequence) => new NativeSequence(sequence));
    this.trainedContextSize = model.trainContextSize;
    this.gpuLayers = model.gpuLayers;
    this.device = llama.gpu !== false && model.gpuLayers > 0 ? llama.gpu : "cpu";
  }

  get hints() {
    const { general, tokenizer } = this.model.fileInfo.metadata;
    return { architecture: general.architecture, name: general.name ?? "", template: tokenizer.chat_template };
  }

  async dispose(): Promise<void> {
    for (const sequence of this.#native) await sequence.dispose();
    await this.context.dispose();
    await this.model.dispose();
  }
}

/** The budget is checked before, so the library is never to make room by itself. */
function refuseShift(): never {
  throw new HearthError("internal", "The KV cache is full.");
}

class NativeSequence implements SequencePort {
  constructor(readonly sequence: LlamaContextSequence) {}

  get length(): number {
    return this.sequence.nextTokenIndex;
  }

  get meter() {
    const { usedInputTokens, usedOutputTokens } = this.sequence.tokenMeter.getState();
    return { input: usedInputTokens, output: usedOutputTokens };
  }

  prefill(tokens: readonly number[]): Promise<void> {
    return this.sequence.evaluateWithoutGeneratingNewTokens([...tokens] as Token[]);
  }

  decode(tokens: readonly number[], options: DecodeOptions): AsyncGenerator<number, void, undefined> {
    const { repeatPenalty, ...rest } = options;
    return this.sequence.evaluate([...tokens] as Token[], {
      ...rest,
      ...(repeatPenalty && { repeatPenalty: { ...repeatPenalty, punishTokens: () => repeatPenalty.punishTokens() as Token[] } }),
      yieldEogToken: true,
    });
  }

  async eraseTail(from: number): Promise<void> {
    await this.sequence.eraseContextTokenRanges([{ start: from, end: this.sequence.nextTokenIndex }]);
  }
}

class NativeVocabulary implements Vocabulary {
  readonly kind: "spm" | "other";
  readonly size: number;
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly addsBos: boolean;
  readonly #model: LlamaModel;

  constructor(model: LlamaModel) {
    this.#model = model;
    const kind: string = model.vocabularyType;
    this.kind = kind === "spm" ? "spm" : "other";
    this.size = model.fileInfo.metadata.tokenizer.ggml.tokens.length;
    this.bos = model.tokens.bos ?? undefined;
    this.eos = model.tokens.eos ?? undefined;
    this.addsBos = model.tokens.shouldPrependBosToken;
  }

  tokenize(text: string): number[] {
    return this.#model.tokenize(text, false);
  }

  tokenizeSpecial(text: string): number[] {
    return this.#model.tokenize(text, true);
  }

  detokenize(tokens: readonly number[], before: readonly number[] = []): string {
    return this.#model.detokenize(tokens as readonly Token[], false, before as readonly Token[]);
  }

  pieceOf(token: number): string {
    return this.#model.detokenize([token as Token], true);
  }

  isEndOfGeneration(token: number): boolean {
    return this.#model.isEogToken(token as Token);
  }

  isSpecial(token: number): boolean {
    return this.#model.isSpecialToken(token as Token);
  }
}

class NativeEmbedding implements EmbeddingRuntime {
  readonly dimensions: number;

  constructor(
    readonly model: LlamaModel,
    readonly context: LlamaEmbeddingContext,
    readonly longestInput: number,
  ) {
    this.dimensions = model.embeddingVectorSize;
  }

  async embed(text: string): Promise<readonly number[] | undefined> {
    const tokens = this.model.tokenize(text, false).slice(0, this.longestInput);
    return tokens.length === 0 ? undefined : (await this.context.getEmbeddingFor(tokens)).vector;
  }

  async dispose(): Promise<void> {
    await this.context.dispose();
    await this.model.dispose();
  }
}
