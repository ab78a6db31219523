import type { Llama, LlamaContext, LlamaContextSequence, LlamaModel } from "node-llama-cpp";
import { HearthError } from "../../common/errors";
import type { ChatRuntime, SequencePort, ThreadCounts, Vocabulary } from "../runtime";
import type { BeginGrammar } from "./nativeGrammar";
import { NativeSequence } from "./nativeSequence";
import { NativeThreads } from "./nativeThreads";
import { NativeVocabulary } from "./nativeVocabulary";
import { StepCosts } from "./stepCosts";

/** The budget is checked before, so the library is never to make room by itself. */
function refuseShift(): never {
  throw new HearthError("internal", "The KV cache is full.");
}

export interface NativeChatParts {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly contextSize: number;
  /** CPU threads until `setThreads`. */
  readonly threads: number;
  readonly libraryVersion: string;
  readonly kvBytesPerToken: number;
  readonly beginGrammar: BeginGrammar;
}

/** A model with one context. Disposing it frees both. */
export class NativeChat implements ChatRuntime {
  readonly vocabulary: Vocabulary;
  readonly sequences: readonly SequencePort[];
  readonly contextSize: number;
  readonly trainedContextSize: number;
  readonly gpuLayers: number;
  readonly layers: number;
  readonly device: string;
  readonly libraryVersion: string;
  readonly kvBytesPerToken: number;
  readonly #parts: NativeChatParts;
  readonly #threads: NativeThreads;
  readonly #native: readonly LlamaContextSequence[];

  constructor(parts: NativeChatParts) {
    const { llama, model, context } = parts;
    this.#parts = parts;
    this.#threads = new NativeThreads(context, parts.threads);
    this.vocabulary = new NativeVocabulary(model);
    this.#native = Array.from({ length: context.totalSequences }, () => context.getSequence({ contextShift: { strategy: refuseShift } }));
    const costs = new StepCosts();
    this.sequences = this.#native.map((sequence) => new NativeSequence(sequence, this.#threads, costs, parts.beginGrammar));
    this.contextSize = parts.contextSize;
    this.trainedContextSize = model.trainContextSize;
    this.gpuLayers = model.gpuLayers;
    this.layers = model.fileInsights.totalLayers;
    this.device = llama.gpu !== false && model.gpuLayers > 0 ? llama.gpu : "cpu";
    this.libraryVersion = parts.libraryVersion;
    this.kvBytesPerToken = parts.kvBytesPerToken;
  }

  get hints() {
    const { general, tokenizer } = this.#parts.model.fileInfo.metadata;
    return { architecture: general.architecture, name: general.name ?? "", template: tokenizer.chat_template };
  }

  setThreads(threads: ThreadCounts): void {
    this.#threads.set(threads);
  }

  async dispose(): Promise<void> {
    for (const sequence of this.#native) await sequence.dispose();
    await this.#parts.context.dispose();
    await this.#parts.model.dispose();
  }
}
