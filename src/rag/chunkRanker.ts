import { blend, scaled, type SourceScores } from "./blend";
import type { CodeCorpus } from "./codeCorpus";
import { fileKind, kindWeightsFor } from "./fileKinds";
import { liftNamed } from "./namedCode";
import { questionWords } from "./questionWords";
import type { ScoreBoard } from "./scoreBoard";
import type { QueryWord } from "./termGroups";
import { limits } from "./weights";
import type { WorkHistory } from "./workHistory";

export interface RankedChunk {
  readonly chunk: number;
  readonly score: number;
}

export interface RankOptions {
  readonly limit: number;
  readonly history: Pick<WorkHistory, "recency" | "scoreFiles">;
  /** Chunks by nearness of meaning, best first; empty when there is no embedding model. */
  readonly nearest: readonly number[];
}

/** Ranks the chunks of a corpus for one question. */
export function rankChunks(corpus: CodeCorpus, question: string, options: RankOptions): readonly RankedChunk[] {
  return new QuestionRanker(corpus, question, options).run();
}

/** How fast a chunk's nearness fades with its rank. */
const nearestFade = 20;

class QuestionRanker {
  readonly #corpus: CodeCorpus;
  readonly #options: RankOptions;
  readonly #words: readonly QueryWord[];
  readonly #question: string;
  readonly #chunkScores: ScoreBoard;
  readonly #stemScores: ScoreBoard;

  constructor(corpus: CodeCorpus, question: string, options: RankOptions) {
    this.#corpus = corpus;
    this.#options = options;
    this.#question = question;
    this.#words = questionWords(question);
    this.#chunkScores = corpus.lexical.scoreChunks(this.#words);
    this.#stemScores = corpus.lexical.scoreStemmed(this.#words);
  }

  run(): readonly RankedChunk[] {
    const { nearest } = this.#options;
    const file = this.#byFile();
    const history = this.#byHistory();
    const vectors = new Map(nearest.map((chunk, i) => [chunk, nearestFade / (nearestFade + i)]));
    const found = new Set([...topChunks(this.#chunkScores), ...topChunks(this.#stemScores), ...file.keys(), ...history.keys(), ...nearest]);
    const [chunk, stemmed] = [scaled(scoresOf(this.#chunkScores, found)), scaled(scoresOf(this.#stemScores, found))];
    const scores = blend({ chunk, stemmed, file, history, recency: this.#byRecency(found), vectors });
    this.#weighKinds(scores);
    const namedFiles = liftNamed(this.#corpus, this.#question, scores);
    return this.#best(scores, namedFiles);
  }

  /** Files by their whole text; what stands for a file are those of its chunks that have a word of the question. */
  #byFile(): SourceScores {
    const { lexical } = this.#corpus;
    const files = lexical.scoreFiles(this.#words).top(limits.filesPerSource);
    const hasWord = (chunk: number) => this.#chunkScores.of(chunk) > 0 || this.#stemScores.of(chunk) > 0;
    return scaled(new Map(files.flatMap(({ document, score }) => lexical.chunksOf(document).filter(hasWord).map((chunk) => [chunk, score] as const))));
  }

  /** Past commits speak for whole files, also for those that have no word of the question. */
  #byHistory(): SourceScores {
    const files = this.#options.history.scoreFiles(this.#words);
    return scaled(new Map([...files].flatMap(([path, score]) => this.#corpus.chunkNumbersOf(path).map((chunk) => [chunk, score] as const))));
  }

  /** Only chunks that something else found; being new is no reason of its own. */
  #byRecency(found: ReadonlySet<number>): SourceScores {
    const { recency } = this.#options.history;
    return new Map([...found].flatMap((chunk) => {
      const score = recency.get(this.#corpus.chunk(chunk)?.path ?? "");
      return score === undefined ? [] : [[chunk, score] as const];
    }));
  }

  #weighKinds(scores: Map<number, number>): void {
    const weights = kindWeightsFor(this.#question);
    for (const [chunk, score] of scores) {
      const file = this.#corpus.files.get(this.#corpus.chunk(chunk)?.path ?? "");
      scores.set(chunk, score * weights[fileKind(file?.language ?? "")]);
    }
  }

  #best(scores: ReadonlyMap<number, number>, namedFiles: ReadonlySet<string>): readonly RankedChunk[] {
    const ranked = [...scores].sort(([a, x], [b, y]) => y - x || a - b);
    const perFile = new Map<string, number>();
    const best: RankedChunk[] = [];
    for (const [chunk, score] of ranked) {
      if (best.length >= this.#options.limit) break;
      const path = this.#corpus.chunk(chunk)?.path;
      if (path === undefined) continue;
      const taken = perFile.get(path) ?? 0;
      if (taken >= (namedFiles.has(path) ? limits.chunksPerNamedFile : limits.chunksPerFile)) continue;
      perFile.set(path, taken + 1);
      best.push({ chunk, score });
    }
    return best;
  }
}

function topChunks(board: ScoreBoard): number[] {
  return board.top(limits.chunksPerSource).map(({ document }) => document);
}

function scoresOf(board: ScoreBoard, chunks: ReadonlySet<number>): SourceScores {
  return new Map([...chunks].map((chunk) => [chunk, board.of(chunk)] as const).filter(([, score]) => score > 0));
}
