import type { EmbeddingModel } from "../../../src/engine/ports";
import { pathHash } from "../../../src/rag/sourceText";
import { seeded } from "../../fixtures/seeded";

/** The vectors are made up: the same text always has the same one, and none means anything. */
export const madeKind = { id: "made-up", hash: "made-up", dimensions: 384, precision: "int8" } as const;

export function madeVector(text: string): Float32Array {
  const random = seeded(pathHash(text));
  return Float32Array.from({ length: madeKind.dimensions }, () => random() - 0.5);
}

export const madeEmbeddings: EmbeddingModel = {
  info: () => Promise.resolve(madeKind),
  embed: (texts) => Promise.resolve(texts.map(madeVector)),
};
