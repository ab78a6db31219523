/** The one place of every number that decides the order of results. */
export const bm25 = {
  /** How soon more of the same word stops counting. */
  k1: 1.2,
  /** How much long texts are held back. */
  b: 0.75,
} as const;

/** Fields that are added to a chunk's score for its body, each a BM25 of its own. */
export const fieldWeights = { path: 2, definitions: 1 } as const;

/** Reciprocal rank fusion: a source adds weight / (k + rank) to what it found; rank counts from 1. */
export const fusion = {
  k: 20,
  weights: { chunk: 1, stemmed: 0.7, file: 1, symbol: 1.5, vectors: 0.7, recency: 0.5 },
  /** Candidates taken from each source. */
  depth: 200,
} as const;

export type Source = keyof typeof fusion.weights;

/** Added for what the question names, far above any sum of the sources. */
export const named = {
  path: 2,
  identifier: 1,
  /** Chunks that one named identifier may lift. */
  chunksPerIdentifier: 2,
  /** Files that one named path may lift: `index.ts` alone can mean many. */
  filesPerPath: 5,
} as const;

export const limits = {
  /** Chunks of one file in an answer. */
  chunksPerFile: 3,
  /** Chunks of a file that the question names. */
  chunksPerNamedFile: 6,
  /** A word of the question that so many definitions bear is no name but a common word. */
  definitionsPerName: 20,
} as const;
