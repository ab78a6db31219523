import type { LogLevel } from "../common/log";
import type { MemoryNeed } from "./modelReports";
import type { EngineConfig, KvCacheType, LookupStats } from "./ports";

/** The tokenizer of a loaded model. Nothing here adds tokens of its own accord: no BOS, no EOS. */
export interface Vocabulary {
  /** "spm" puts a space before a text of its own; the others take text as it is. */
  readonly kind: "spm" | "other";
  /** Number of token ids; an id at or above it must never reach the model. */
  readonly size: number;
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  /** Whether a prompt of this model begins with BOS. */
  readonly addsBos: boolean;
  /** Tokens of plain text: what looks like a special token stays text. */
  tokenize(text: string): number[];
  /** Tokens of a template's own text: special tokens count as such. */
  tokenizeSpecial(text: string): number[];
  /** The text of tokens; `before` are those in front of them, for the space that a word begins with. */
  detokenize(tokens: readonly number[], before?: readonly number[]): string;
  /** Text of a single token, special ones included. */
  pieceOf(token: number): string;
  isEndOfGeneration(token: number): boolean;
  isSpecial(token: number): boolean;
}

/** How the library is to draw tokens. */
export interface DecodeOptions {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly seed: number;
  readonly repeatPenalty?: {
    readonly penalty: number;
    readonly presencePenalty?: number;
    readonly frequencyPenalty?: number;
    readonly maxPunishTokens: number;
    /** Asked for anew before each token. */
    readonly punishTokens: () => number[];
  };
  /** What may be drawn, as a GBNF grammar whose first rule is `root`. */
  readonly grammar?: string;
  /** Changes the logits of each step's likeliest tokens before anything else does; prompt lookup is not used then. */
  readonly guide?: StepGuide;
  /** Prompt-lookup decoding; heeded for greedy draws only. */
  readonly lookup?: {
    /** `auto` stops where guessing turns out not to pay. */
    readonly mode: "on" | "auto";
    /** Text to guess from: the whole prompt. */
    readonly prompt: readonly number[];
    /** Called once, when the drawing ends. */
    readonly onEnd: (stats: LookupStats) => void;
  };
}

/** Has a say in which token is drawn. */
export interface StepGuide {
  /** How many of a step's likeliest tokens it wants to see. */
  readonly candidates: number;
  /**
   * Called once for each token that is drawn.
   * @param tokens likeliest first
   * @param shares the probability of each among them; together 1
   * @returns what is added to the logit of each
   */
  adjust(tokens: Uint32Array, shares: Float32Array): Float32Array;
}

/** One KV cache row. Callers keep the ledger of what is in it; nothing is shifted or cut here. */
export interface SequencePort {
  /** Tokens in the KV cache. */
  readonly length: number;
  /** Tokens the library has evaluated for this sequence since it was made, as its own meter counts them. */
  readonly meter: { readonly input: number; readonly output: number };
  /** Evaluates tokens at the end of the cache. Cannot be interrupted, so keep chunks small. */
  prefill(tokens: readonly number[]): Promise<void>;
  /** Evaluates `tokens`, then yields sampled ones, end-of-generation included. The last one yielded is not in the cache. */
  decode(tokens: readonly number[], options: DecodeOptions): AsyncGenerator<number, void, undefined>;
  /** Drops everything from position `from` on. */
  eraseTail(from: number): Promise<void>;
  /**
   * Drops ranges of positions; what stands behind moves up, in one go. Moved tokens count in the meter's input. The
   * library evaluates what stays anew where a cache cannot be shifted, and where position 0 goes while others stay.
   * Moving ends the process where keys are not F16.
   */
  erase(ranges: readonly TokenRange[]): Promise<void>;
  /**
   * Writes the row's state to a file and resolves with its bytes. The file is not synced. After an `erase` that moved
   * tokens, evaluate one before: until then the file would have their old positions.
   */
  saveState(file: string): Promise<number>;
  /**
   * Replaces the row by a state and resolves with the tokens that it holds. A damaged file or one of another model
   * ends the process or loads in silence: verify it before. Rejects when the context differs; the row is empty then.
   */
  loadState(file: string): Promise<readonly number[]>;
}

/** Positions from `start` up to, not including, `end`. */
export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

/** What a model file says about its prompt format. */
export interface FormatHints {
  readonly architecture: string;
  readonly name: string;
  readonly template: string | undefined;
}

export interface LoadChatOptions {
  readonly file: string;
  readonly gpuLayers: "auto" | "max" | number;
  /** Tokens per sequence; bounded by what the model was trained on. */
  readonly contextSize: number;
  readonly threads: number;
  readonly sequences: number;
  readonly kvCacheType: KvCacheType;
  readonly flashAttention: boolean;
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

export interface ChatRuntime {
  readonly vocabulary: Vocabulary;
  readonly hints: FormatHints;
  readonly sequences: readonly SequencePort[];
  readonly contextSize: number;
  readonly trainedContextSize: number;
  readonly gpuLayers: number;
  /** Layers of the model, the output layer included. */
  readonly layers: number;
  /** "cpu" or the GPU backend in use. */
  readonly device: string;
  readonly libraryVersion: string;
  /** Bytes that one token takes in the KV cache. */
  readonly kvBytesPerToken: number;
  /** CPU threads from the next evaluation on: `prefill` for batches of tokens, `decode` for single ones. */
  setThreads(threads: ThreadCounts): void;
  dispose(): Promise<void>;
}

export interface ThreadCounts {
  readonly prefill: number;
  readonly decode: number;
}

export interface LoadEmbeddingOptions {
  readonly file: string;
  readonly gpuLayers: "auto" | "max" | number;
  readonly threads: number;
  readonly signal: AbortSignal;
}

export interface EmbeddingRuntime {
  readonly dimensions: number;
  readonly gpuLayers: number;
  /** Raw vector, not normalised. Text beyond the model's context is cut. Undefined when the text has no tokens. */
  embed(text: string): Promise<readonly number[] | undefined>;
  /** Tokens of a text that `embed` takes. */
  countTokens(text: string): number;
  dispose(): Promise<void>;
}

/** What a context is to be made with. */
export interface ContextShape {
  /** Tokens per sequence. */
  readonly contextSize: number;
  readonly sequences: number;
  /** Layers on the GPU, the output layer included. */
  readonly gpuLayers: number;
  readonly kvCacheType: KvCacheType;
  readonly flashAttention: boolean;
}

export interface ContextNeed {
  readonly kvCache: MemoryNeed;
  /** Compute buffers. */
  readonly compute: MemoryNeed;
}

/** What a model file would take, known from its header alone: nothing is loaded. */
export interface ModelInsights {
  /** Layers of the model, the output layer included. */
  readonly layers: number;
  /** 0 where the file does not say. */
  readonly trainedContextSize: number;
  readonly parameters: number;
  /** The model without a context. */
  weights(gpuLayers: number): Promise<MemoryNeed>;
  context(shape: ContextShape): Promise<ContextNeed>;
  /** The model's context for embedding texts, with one sequence. */
  embeddingContext(gpuLayers: number): Promise<ContextNeed>;
}

/** Memory that models may take, in bytes. What this process holds for models counts as free: loading another one frees it. */
export interface MachineMemory {
  readonly ram: MemoryState;
  /** Zeros without a GPU. */
  readonly vram: MemoryState;
  /** The GPU's memory is the processor's: what one takes, the other lacks. */
  readonly unified: boolean;
  /** "cpu", or the GPU backend that models are loaded on. */
  readonly device: string;
}

export interface MemoryState {
  readonly free: number;
  readonly total: number;
}

/** What came of the search for a GPU. */
export type GpuReport =
  | {
      readonly kind: "gpu";
      /** "cuda", "vulkan" or "metal". */
      readonly backend: string;
      /** Of the GPUs that it drives. */
      readonly names: readonly string[];
      /** Of all of them together. */
      readonly vram: MemoryState;
      /** The GPU's memory is the processor's. */
      readonly unified: boolean;
    }
  /** `reason`: why not, as a sentence. */
  | { readonly kind: "none"; readonly reason: string };

/** The tokenizer of a file whose weights are not loaded. */
export interface FileVocabulary {
  readonly vocabulary: Vocabulary;
  readonly hints: FormatHints;
  dispose(): Promise<void>;
}

/** The native library, as the rest of the engine sees it. */
export interface LlamaRuntime {
  loadChat(options: LoadChatOptions): Promise<ChatRuntime>;
  loadEmbedding(options: LoadEmbeddingOptions): Promise<EmbeddingRuntime>;
  /** The GPU that models can be loaded on. Never rejects for want of one. */
  gpu(): Promise<GpuReport>;
  /**
   * Check the file before: a damaged one ends the process.
   * @param gpuLayers as configured; 0 leaves the GPU out of account
   */
  insights(file: string, gpuLayers: EngineConfig["gpuLayers"]): Promise<ModelInsights>;
  /** Check the file before: a damaged one ends the process. */
  vocabulary(file: string): Promise<FileVocabulary>;
  /** @param gpuLayers as configured; 0 leaves the GPU out of account */
  memory(gpuLayers: EngineConfig["gpuLayers"]): Promise<MachineMemory>;
  /** Dispose the models first. */
  dispose(): Promise<void>;
}

export type RuntimeLog = (level: LogLevel, message: string) => void;
