import type { CodeCorpus } from "./codeCorpus";

export interface SpeakingChunks {
  /** How many there are. */
  readonly count: number;
  /** Those that speak of it most, best first. */
  readonly best: readonly number[];
}

/** The chunks whose text, labels or names have a name as a whole word, in any case. */
export function chunksSpeakingOf(corpus: CodeCorpus, name: string, most: number): SpeakingChunks {
  const board = corpus.lexical.scoreChunks([{ text: name.toLowerCase(), weight: 1 }]);
  const { count } = board;
  const best = board.top(most).map(({ document }) => document);
  board.release();
  return { count, best };
}
