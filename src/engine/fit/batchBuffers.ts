/** Tokens that are evaluated in one go, the library's default. */
export const batchSize = 512;

const floatBytes = 4;

export interface BatchShape {
  /** Length of a token's vector. */
  readonly width: number;
  /** Attention heads. */
  readonly heads: number;
}

/** Bytes of the attention scores of a batch over the whole context, with the mask and what is computed besides. */
export function attentionBytes({ width, heads }: BatchShape, contextSize: number, flashAttention: boolean): number {
  const scores = flashAttention ? contextSize / 2 : contextSize * (heads + 1);
  return Math.min(batchSize, contextSize) * floatBytes * (scores + 6 * width);
}

/**
 * Bytes of the logits of a batch. llama.cpp sets memory aside for the logits of every token; only those of the last one
 * are computed, so the processor's pages for the others are never touched, while a GPU's memory is taken all the same.
 */
export function logitsBytes({ width }: BatchShape, vocabularySize: number, contextSize: number): number {
  return Math.min(batchSize, contextSize) * floatBytes * (vocabularySize + 2 * width);
}

/** Measured with files of 32,000 to 408,000 entries: what the tokenizer takes, here and in the library. */
export function vocabularyBytes(entries: number): number {
  return 15e6 + 520 * entries;
}
