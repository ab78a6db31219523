import { blend, scaled, sharesOf, type Sources, type SourceScores } from "./blend";
import type { CodeCorpus } from "./codeCorpus";
import { fileKind, kindWeightsFor } from "./fileKinds";
import { liftNamed } from "./namedCode";
import { isBlank, type Question } from "./question";
import type { ScoreBoard } from "./scoreBoard";
import { limits } from "./weights";
import type { WorkHistory } from "./workHistory";

export interface RankedChunk {
  readonly chunk: number;
  readonly score: number;
  /** What each source gave to the score, when that was asked for. */
  readonly scores?: Readonly<Record<string, number>>;
}

export interface RankOptions {
  readonly limit: number;
  readonly history: Pick<WorkHistory, "recency" | "scoreFiles">;
  /** Chunks by nearness of meaning, best first; empty when there is no embedding model. */
  readonly nearest: readonly number[];
  /** Whether the ranked chunks say what each source gave. */
  readonly explain?: boolean;
}

/** Ranks the chunks of a corpus for one question. */
export function rankChunks(corpus: CodeCorpus, question: Question, options: RankOptions): readonly RankedChunk[] {
  return isBlank(question) ? [] : new QuestionRanker(corpus, question, options).run();
}

/** How fast a chunk's nearness fades with its rank. */
const nearestFade = 20;
/** Less is what adding up fractions leaves. */
const leastLift = 1e-9;

class QuestionRanker {
  readonly #corpus: CodeCorpus;
  readonly #options: RankOptions;
  readonly #question: Question;
  readonly #chunkScores: ScoreBoard;
  readonly #stemScores: ScoreBoard;
  readonly #kindWeights: ReturnType<typeof kindWeightsFor>;

  constructor(corpus: CodeCorpus, question: Question, options: RankOptions) {
    this.#corpus = corpus;
    this.#options = options;
    this.#question = question;
    this.#chunkScores = corpus.lexical.scoreChunks(question.words);
    this.#stemScores = corpus.lexical.scoreStemmed(question.words);
    this.#kindWeights = kindWeightsFor(question.text);
  }

  run(): readonly RankedChunk[] {
    const sources = this.#sources();
    const scores = new Map([...blend(sources)].map(([chunk, score]) => [chunk, score * this.#kindWeight(chunk)]));
    const namedFiles = liftNamed(this.#corpus, this.#question.names, scores);
    const best = this.#best(scores, namedFiles);
    this.#chunkScores.release();
    this.#stemScores.release();
    return this.#options.explain === true ? best.map((ranked) => ({ ...ranked, scores: this.#explain(ranked, sources) })) : best;
  }

  #sources(): Sources {
    const { nearest } = this.#options;
    const file = this.#byFile();
    const history = this.#byHistory();
    const vectors = new Map(nearest.map((chunk, i) => [chunk, nearestFade / (nearestFade + i)]));
    const found = new Set([...topChunks(this.#chunkScores), ...topChunks(this.#stemScores), ...file.keys(), ...history.keys(), ...nearest]);
    const [chunk, stemmed] = [scaled(scoresOf(this.#chunkScores, found)), scaled(scoresOf(this.#stemScores, found))];
    return { chunk, stemmed, file, history, recency: this.#byRecency(found), vectors };
  }

  /** Shares add up to the score; what is not from a source is for being named in the question. */
  #explain({ chunk, score }: RankedChunk, sources: Sources): Readonly<Record<string, number>> {
    const kind = this.#kindWeight(chunk);
    const shares = Object.fromEntries(Object.entries(sharesOf(sources, chunk)).map(([source, share]) => [source, share * kind]));
    const lift = score - Object.values(shares).reduce((sum, share) => sum + share, 0);
    return lift > leastLift ? { ...shares, named: lift } : shares;
  }

  /** Files by their whole text; what stands for a file are those of its chunks that have a word of the question. */
  #byFile(): SourceScores {
    const { lexical } = this.#corpus;
    const board = lexical.scoreFiles(this.#question.words);
    const files = board.top(limits.filesPerSource);
    board.release();
    const hasWord = (chunk: number) => this.#chunkScores.of(chunk) > 0 || this.#stemScores.of(chunk) > 0;
    return scaled(new Map(files.flatMap(({ document, score }) => lexical.chunksOf(document).filter(hasWord).map((chunk) => [chunk, score] as const))));
  }

  /** Past commits speak for whole files, also for those that have no word of the question. */
  #byHistory(): SourceScores {
    const files = this.#options.history.scoreFiles(this.#question.words);
    return scaled(new Map([...files].flatMap(([path, score]) => this.#corpus.chunkNumbersOf(path).map((chunk) => [chunk, score] as const))));
  }

  /** Only chunks that something else found; being new is no reason of its own. */
  #byRecency(found: ReadonlySet<number>): SourceScores {
    const { recency } = this.#options.history;
    return new Map([...found].flatMap((chunk) => {
      const score = recency.get(this.#corpus.pathOf(chunk) ?? "");
      return score === undefined ? [] : [[chunk, score] as const];
    }));
  }

  #kindWeight(chunk: number): number {
    const file = this.#corpus.files.get(this.#corpus.pathOf(chunk) ?? "");
    return this.#kindWeights[fileKind(file?.language ?? "")];
  }

  #best(scores: ReadonlyMap<number, number>, namedFiles: ReadonlySet<string>): readonly RankedChunk[] {
    const ranked = [...scores].sort(([a, x], [b, y]) => y - x || a - b);
    const perFile = new Map<string, number>();
    const best: RankedChunk[] = [];
    for (const [chunk, score] of ranked) {
      if (best.length >= this.#options.limit) break;
      const path = this.#corpus.pathOf(chunk);
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
