import type { LlamaEmbeddingContext, LlamaModel } from "node-llama-cpp";
import type { EmbeddingRuntime } from "../runtime";

export class NativeEmbedding implements EmbeddingRuntime {
  readonly dimensions: number;
  readonly gpuLayers: number;

  constructor(
    readonly model: LlamaModel,
    readonly context: LlamaEmbeddingContext,
    readonly longestInput: number,
  ) {
    this.dimensions = model.embeddingVectorSize;
    this.gpuLayers = model.gpuLayers;
  }

  async embed(text: string): Promise<readonly number[] | undefined> {
    const tokens = this.#tokens(text);
    return tokens.length === 0 ? undefined : (await this.context.getEmbeddingFor(tokens)).vector;
  }

  countTokens(text: string): number {
    return this.#tokens(text).length;
  }

  #tokens(text: string) {
    return this.model.tokenize(text, false).slice(0, this.longestInput);
  }

  async dispose(): Promise<void> {
    await this.context.dispose();
    await this.model.dispose();
  }
}
