import type { PromptFormatName } from "./ports";

/** What to try to fit; what is absent is taken from the engine's configuration. */
export interface FitRequest {
  /** Catalog id or path of a .gguf; a catalog model need not be downloaded. Default: the configured one. */
  readonly model?: string;
  readonly contextSize?: number;
  readonly sequences?: number;
  readonly gpuLayers?: "auto" | "max" | number;
}

/** Bytes of one part of what a model needs. */
export interface MemoryNeed {
  readonly ram: number;
  readonly vram: number;
}

export type FitVerdict =
  /** As configured. */
  | { readonly kind: "fits" }
  /** With this many layers on the GPU, fewer than asked for; the rest runs on the processor. */
  | { readonly kind: "fitsWithLayers"; readonly gpuLayers: number }
  /** With so many conversations held at once. */
  | { readonly kind: "fitsWithSequences"; readonly sequences: number; readonly gpuLayers: number }
  /** With a context of so many tokens. */
  | { readonly kind: "fitsWithContext"; readonly contextSize: number; readonly gpuLayers: number }
  | { readonly kind: "doesNotFit" };

/** A verdict with what it rests on: the needs are those of what was asked for, whether it fits or not. */
export interface FitReport {
  readonly model: string;
  /** Tokens of one conversation: as asked for, bounded by what the model was trained on. */
  readonly contextSize: number;
  /** What was asked for, where the model was trained on fewer. */
  readonly askedContextSize?: number;
  readonly sequences: number;
  readonly verdict: FitVerdict;
  /** The verdict as a sentence. */
  readonly summary: string;
  /** The setting that would make it fit, such as { key: "contextSize", value: 2048 }; absent when it fits. */
  readonly setting?: { readonly key: "contextSize" | "gpuLayers" | "sequences" | "model"; readonly value: string | number };
  /** Layers on the GPU that the needs below are for. */
  readonly gpuLayers: number;
  /** Layers of the model, the output layer included. */
  readonly layers: number;
  readonly weights: MemoryNeed;
  readonly kvCache: MemoryNeed;
  /** Compute buffers. */
  readonly compute: MemoryNeed;
  /** The embedding model, all in all; absent when none is configured. */
  readonly embedding?: MemoryNeed;
  readonly total: MemoryNeed;
  /** What models may take: what the machine has free, less a reserve for everything else. */
  readonly free: MemoryNeed;
  /** "cpu", or the GPU backend that was looked at. */
  readonly device: string;
  /** From the catalog's figures: the file is not here yet. */
  readonly estimated: boolean;
}

/** What a model file holds, for `hearth models inspect`. */
export interface ModelReport {
  readonly file: string;
  readonly sizeBytes: number;
  readonly name: string;
  readonly role: "chat" | "embedding";
  readonly architecture: string;
  readonly parameters: number;
  /** Such as "Q4_K_M"; "unknown" where the file does not say. */
  readonly quantization: string;
  /** The output layer included. */
  readonly layers: number;
  /** 0 where the file does not say. */
  readonly trainedContextSize: number;
  /** Tokens of the vocabulary. */
  readonly vocabularySize: number;
  readonly tokenizer: string;
  readonly template: string | undefined;
  /** The prompt format that would be used; absent for embedding models, and where the file's template cannot be used. */
  readonly format?: PromptFormatName;
  /** Why that one, as a sentence. */
  readonly formatReason: string;
  /** Memory by context size, smallest first; embedding models have one size. */
  readonly memory: readonly ContextMemory[];
  /** Conversations at once that `memory` counts. */
  readonly sequences: number;
}

export interface ContextMemory {
  readonly contextSize: number;
  /** Layers on the GPU that it is for. */
  readonly gpuLayers: number;
  /** Weights, KV cache and compute buffers. */
  readonly need: MemoryNeed;
  readonly fits: boolean;
}
