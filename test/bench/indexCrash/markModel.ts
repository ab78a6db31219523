import type { EmbeddingModel } from "../../../src/engine/ports";
import { pathHash } from "../../../src/rag/sourceText";
import type { VectorPrecision } from "../../../src/rag/vectorCodec";
import { seeded } from "../../fixtures/seeded";

export const markModel = { id: "marks", hash: "marks", dimensions: 32 } as const;
export const markEmbeddings: EmbeddingModel = { info: () => Promise.resolve(markModel), embed: (texts) => Promise.resolve(texts.map(markVector)) };

/** A vector that stands for the marks of a text, whatever else is put to the model with it. */
export function markVector(text: string): Float32Array {
  const random = seeded(pathHash((text.match(/mark\w+/g) ?? []).join(" ")));
  return Float32Array.from({ length: markModel.dimensions }, () => random() - 0.5);
}

/** Half of the trials keep vectors as they are, half rounded. */
export function precisionOf(seed: number): VectorPrecision {
  return seed % 2 === 0 ? "f32" : "int8";
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += (a[i] ?? 0) * (b[i] ?? 0);
    ofA += (a[i] ?? 0) ** 2;
    ofB += (b[i] ?? 0) ** 2;
  }
  return dot / Math.sqrt(ofA * ofB);
}
