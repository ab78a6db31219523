import type { LogLevel } from "../common/log";

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
    readonly maxPunishTokens: number;
    /** Asked for anew before each token. */
    readonly punishTokens: () => number[];
  };
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
  /** "cpu" or the GPU backend in use. */
  readonly device: string;
  dispose(): Promise<void>;
}

export interface LoadEmbeddingOptions {
  readonly file: string;
  readonly gpuLayers: "auto" | "max" | number;
  readonly threads: number;
  readonly signal: AbortSignal;
}

export interface EmbeddingRuntime {
  readonly dimensions: number;
  /** Raw vector, not normalised. Text beyond the model's context is cut. Undefined when the text has no tokens. */
  embed(text: string): Promise<readonly number[] | undefined>;
  dispose(): Promise<void>;
}

/** The native library, as the rest of the engine sees it. */
export interface LlamaRuntime {
  loadChat(options: LoadChatOptions): Promise<ChatRuntime>;
  loadEmbedding(options: LoadEmbeddingOptions): Promise<EmbeddingRuntime>;
  /** Dispose the models first. */
  dispose(): Promise<void>;
}

export type RuntimeLog = (level: LogLevel, message: string) => void;
