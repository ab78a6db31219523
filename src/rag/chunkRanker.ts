import type { QuestionBoards } from "./bm25";
import { blend, scaled, sharesOf, type Sources, type SourceScores } from "./blend";
import type { CodeCorpus } from "./codeCorpus";
import { fileKind, kindWeightsFor } from "./fileKinds";
import { liftNamed } from "./namedCode";
import { isBlank, type Question } from "./question";
import type { ScoreBoard } from "./scoreBoard";
import { type Scored, TopScores } from "./topScores";
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
/** So many times the chunks wanted are mostly enough where files have a share each. */
const spareChunks = 4;

class QuestionRanker {
  readonly #corpus: CodeCorpus;
  readonly #options: RankOptions;
  readonly #question: Question;
  readonly #boards: QuestionBoards;
  readonly #kindWeights: ReturnType<typeof kindWeightsFor>;

  constructor(corpus: CodeCorpus, question: Question, options: RankOptions) {
    this.#corpus = corpus;
    this.#options = options;
    this.#question = question;
    this.#boards = corpus.lexical.scoreQuestion(question.words);
    this.#kindWeights = kindWeightsFor(question.text);
  }

  run(): readonly RankedChunk[] {
    const sources = this.#sources();
    const scores = blend(sources);
    for (const [chunk, score] of scores) scores.set(chunk, score * this.#kindWeight(chunk));
    const namedFiles = liftNamed(this.#corpus, this.#question, scores, (chunk) => this.#kindWeight(chunk));
    const best = this.#best(scores, namedFiles);
    for (const board of [this.#boards.exact, this.#boards.stemmed, this.#boards.whole]) board.release();
    return this.#options.explain === true ? best.map((ranked) => ({ ...ranked, scores: this.#explain(ranked, sources) })) : best;
  }

  #sources(): Sources {
    const { nearest } = this.#options;
    const { exact, stemmed: byStem } = this.#boards;
    const file = this.#byFile();
    const history = this.#byHistory();
    const vectors = new Map(nearest.map((chunk, i) => [chunk, nearestFade / (nearestFade + i)]));
    const found = new Set([...topChunks(exact), ...topChunks(byStem), ...file.keys(), ...history.keys(), ...nearest]);
    const [chunk, stemmed] = [scaled(scoresOf(exact, found)), scaled(scoresOf(byStem, found))];
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
    const { exact, stemmed, whole } = this.#boards;
    const scores = new Map<number, number>();
    for (const { document, score } of whole.top(limits.filesPerSource)) {
      for (const chunk of lexical.chunksOf(document)) if (exact.of(chunk) > 0 || stemmed.of(chunk) > 0) scores.set(chunk, score);
    }
    return scaled(scores);
  }

  /** Past commits speak for whole files, also for those that have no word of the question. */
  #byHistory(): SourceScores {
    const files = this.#options.history.scoreFiles(this.#question.words);
    return scaled(new Map([...files].flatMap(([path, score]) => this.#corpus.chunkNumbersOf(path).map((chunk) => [chunk, score] as const))));
  }

  /** Only chunks that something else found; being new is no reason of its own. */
  #byRecency(found: ReadonlySet<number>): SourceScores {
    const { recency } = this.#options.history;
    const scores = new Map<number, number>();
    if (recency.size === 0) return scores;
    for (const chunk of found) {
      const score = recency.get(this.#corpus.pathOf(chunk) ?? "");
      if (score !== undefined) scores.set(chunk, score);
    }
    return scores;
  }

  #kindWeight(chunk: number): number {
    return this.#kindWeights[fileKind(this.#corpus.fileOf(chunk)?.language ?? "")];
  }

  /** Looks at more of the best until enough of them are left once each file has its share. */
  #best(scores: ReadonlyMap<number, number>, namedFiles: ReadonlySet<string>): readonly RankedChunk[] {
    const { limit } = this.#options;
    for (let most = limit * spareChunks; ; most *= spareChunks) {
      const top = new TopScores(Math.min(most, scores.size));
      for (const [chunk, score] of scores) top.offer(chunk, score);
      const best = this.#shared(top.inOrder(), namedFiles);
      if (best.length >= limit || most >= scores.size) return best;
    }
  }

  /** At most so many chunks of a file. */
  #shared(ranked: readonly Scored[], namedFiles: ReadonlySet<string>): readonly RankedChunk[] {
    const perFile = new Map<string, number>();
    const best: RankedChunk[] = [];
    for (const { document: chunk, score } of ranked) {
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
  const scores = new Map<number, number>();
  for (const chunk of chunks) {
    const score = board.of(chunk);
    if (score > 0) scores.set(chunk, score);
  }
  return scores;
}
