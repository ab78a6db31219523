/** The one place of every number that decides the order of results; docs/retrieval.md says how they were found. */
export const bm25 = {
  /** How soon more of the same word stops counting. */
  k1: 1.2,
  /** How much long texts are held back. */
  b: 0.75,
} as const;

/** Fields that are added to the score for the body, each a BM25 of its own. */
export const fieldWeights = {
  chunk: { definitions: 3, path: 1 },
  file: { path: 1 },
} as const;

/** What the sources count in the sum; each gives the best that it found 1. */
export const sourceWeights = {
  /** Chunks by their words, names and path. */
  chunk: 1,
  /** Chunks by the stems of their words. */
  stemmed: 1.2,
  /** Files by the stems of all their words and of their path. */
  file: 1,
  /** Files by what past commits that changed them say. */
  history: 0.7,
  /** Files by how much they were worked on of late. */
  recency: 0.5,
  /** Chunks by nearness of meaning. */
  vectors: 0.8,
} as const;

export type Source = keyof typeof sourceWeights;

/** What a word counts that says what is to be done rather than where, such as "fix". */
export const taskWordWeight = 0.4;

/** The whole score of a file is multiplied by this, unless the question is about such files. */
export const kindWeights = { source: 1, prose: 0.4, data: 0.4 } as const;

export const history = {
  /** After so many newer commits a commit's words count 1/e. */
  wordsFade: 300,
  /** After so many newer commits a commit's say on what is worked on counts 1/e. */
  workFade: 30,
  /** After so many newer ones an edit counts 1/e. */
  editFade: 10,
  /** Commits that speak for their files in one question. */
  commits: 20,
  /** A commit that changed more files says nothing about any of them. */
  filesPerCommit: 50,
} as const;

/** How a question that says little by itself draws on those before it. */
export const followUp = {
  /** Questions with content that it may draw on. */
  questions: 3,
  /** Each counts this much of the one after it. */
  fade: 0.3,
  /** What they count where the question has one word of content and a pronoun. */
  pronoun: 0.5,
} as const;

/** What the question names outright. */
export const named = {
  /** Added to the chunks of a named file, far above any sum of the sources. */
  path: 20,
  /** At most so many of the chunks that define a named identifier come no later than about this rank. */
  identifier: { rank: 5, most: 1 },
  /** The same where the question is about what it names and nothing else. */
  subject: { rank: 1, most: 3 },
  /** Files that one named path may lift: `index.ts` alone can mean many. */
  filesPerPath: 5,
} as const;

export const limits = {
  /** Chunks that a chunk-level source may bring in. */
  chunksPerSource: 200,
  /** Files that a file-level source may bring in. */
  filesPerSource: 60,
  /** Chunks of one file in an answer. */
  chunksPerFile: 8,
  /** Chunks of a file that the question names. */
  chunksPerNamedFile: 12,
  /** A word of the question that so many definitions bear is no name but a common word. */
  definitionsPerName: 20,
} as const;
