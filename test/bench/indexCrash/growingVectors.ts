import { shortHash } from "../../../src/rag/sourceText";
import { type ChunkVector, VectorStore } from "../../../src/rag/vectorStore";
import type { VectorPrecision } from "../../../src/rag/vectorCodec";
import { markModel, markVector } from "./markModel";

/** So many vectors come with each step: the shards split in the third one, and again in the sixth. */
export const vectorsPerStep = 3_000;
export const growthSteps = 6;

/** The vector of a number; the number tells all of it. */
export function numberedVector(number: number): ChunkVector {
  return { path: `src/part${number % 997}/file${number}.ts`, key: shortHash(`chunk ${number}`), vector: markVector(`mark${number}`) };
}

export function openVectors(folder: string, precision: VectorPrecision): Promise<VectorStore> {
  return VectorStore.open(folder, { hash: markModel.hash, dimensions: markModel.dimensions, precision });
}

/** Adds the vectors of a step, from 1, and writes them. */
export async function addStep(store: VectorStore, step: number): Promise<void> {
  for (let number = (step - 1) * vectorsPerStep; number < step * vectorsPerStep; number++) store.add(numberedVector(number));
  await store.flush();
}
