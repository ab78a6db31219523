import type { CodeCorpus } from "./codeCorpus";
import { fuse, type Ranking } from "./fusionRanking";
import { questionNames } from "./questionNames";
import type { ScoreBoard } from "./scoreBoard";
import { queryTerms, words } from "./tokenize";
import { fusion, limits, named } from "./weights";

export interface RankedChunk {
  readonly chunk: number;
  readonly score: number;
}

export interface RankOptions {
  readonly limit: number;
  /** How much each file was worked on of late, by path. */
  readonly recency: ReadonlyMap<string, number>;
  /** Chunks by nearness of meaning, best first; empty when there is no embedding model. */
  readonly nearest: readonly number[];
}

/** Ranks the chunks of a corpus for one question. */
export function rankChunks(corpus: CodeCorpus, question: string, options: RankOptions): readonly RankedChunk[] {
  return new QuestionRanker(corpus, question, options).run();
}

class QuestionRanker {
  readonly #corpus: CodeCorpus;
  readonly #options: RankOptions;
  readonly #terms: readonly string[];
  readonly #question: string;
  readonly #chunkScores: ScoreBoard;

  constructor(corpus: CodeCorpus, question: string, options: RankOptions) {
    this.#corpus = corpus;
    this.#options = options;
    this.#question = question;
    this.#terms = queryTerms(question);
    this.#chunkScores = corpus.lexical.scoreChunks(this.#terms);
  }

  run(): readonly RankedChunk[] {
    const chunk = single(this.#chunkScores);
    const stemmed = single(this.#corpus.lexical.scoreStemmed(this.#terms));
    const file = this.#byFile();
    const symbol = this.#bySymbol();
    const vectors = this.#options.nearest.map((number) => [number]);
    const scores = fuse({ chunk, stemmed, file, symbol, vectors });
    for (const [number, score] of fuse({ recency: this.#byRecency(scores) })) scores.set(number, (scores.get(number) ?? 0) + score);
    const namedFiles = this.#liftPaths(scores);
    this.#liftIdentifiers(scores);
    return this.#best(scores, namedFiles);
  }

  /** Files by their whole text; what stands for a file are those of its chunks that have a word of the question. */
  #byFile(): Ranking {
    const { lexical } = this.#corpus;
    return lexical
      .scoreFiles(this.#terms)
      .top(fusion.depth)
      .map(({ document }) => lexical.chunksOf(document).filter((number) => this.#chunkScores.of(number) > 0));
  }

  /** Names that the question holds, rarest first. */
  #bySymbol(): Ranking {
    const names = [...new Set(words(this.#question))].filter((word) => this.#terms.includes(word.toLowerCase()));
    return names
      .map((name) => this.#corpus.symbols.exact(name))
      .filter((chunks) => chunks.length > 0 && chunks.length <= limits.definitionsPerName)
      .sort((a, b) => a.length - b.length);
  }

  /** Only chunks that something else found; being new is no reason of its own. */
  #byRecency(found: ReadonlyMap<number, number>): Ranking {
    const byPath = new Map<string, number[]>();
    for (const number of found.keys()) {
      const path = this.#corpus.chunk(number)?.path;
      if (path === undefined || !this.#options.recency.has(path)) continue;
      const group = byPath.get(path);
      if (group) group.push(number);
      else byPath.set(path, [number]);
    }
    const recency = (path: string) => this.#options.recency.get(path) ?? 0;
    return [...byPath].sort(([a], [b]) => recency(b) - recency(a) || (a < b ? -1 : 1)).map(([, chunks]) => chunks);
  }

  /** Chunks of files that the question names come before all others. Returns those files. */
  #liftPaths(scores: Map<number, number>): ReadonlySet<string> {
    const lifted = new Set<string>();
    for (const name of questionNames(this.#question).paths) {
      for (const path of this.#filesNamed(name).slice(0, named.filesPerPath)) lifted.add(path);
    }
    for (const path of lifted) {
      for (const number of this.#corpus.chunkNumbersOf(path)) {
        const score = scores.get(number) ?? this.#chunkScores.of(number) * 1e-6;
        scores.set(number, score + named.path);
      }
    }
    return lifted;
  }

  /** Files whose path is, or ends with, the name; shortest first, since that is nearest to the root. */
  #filesNamed(name: string): readonly string[] {
    const lower = name.toLowerCase();
    const matches = (path: string) => path === lower || path.endsWith(`/${lower}`);
    return [...this.#corpus.files.keys()].filter((path) => matches(path.toLowerCase())).sort((a, b) => a.length - b.length);
  }

  /** The best chunks that define a named identifier; where none does, those that speak of it most. */
  #liftIdentifiers(scores: Map<number, number>): void {
    for (const name of questionNames(this.#question).identifiers) {
      const chunks = this.#chunksNaming(name);
      const best = [...chunks].sort((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0) || a - b);
      for (const number of best.slice(0, named.chunksPerIdentifier)) scores.set(number, (scores.get(number) ?? 0) + named.identifier);
    }
  }

  #chunksNaming(name: string): readonly number[] {
    const defined = this.#corpus.symbols.exact(name);
    if (defined.length > 0) return defined;
    const board = this.#corpus.lexical.scoreChunks([name.toLowerCase()]);
    return board.touched.length > limits.definitionsPerName ? [] : board.top(named.chunksPerIdentifier).map(({ document }) => document);
  }

  #best(scores: ReadonlyMap<number, number>, namedFiles: ReadonlySet<string>): readonly RankedChunk[] {
    const ranked = [...scores].sort(([a, x], [b, y]) => y - x || a - b);
    const perFile = new Map<string, number>();
    const best: RankedChunk[] = [];
    for (const [chunk, score] of ranked) {
      const path = this.#corpus.chunk(chunk)?.path;
      if (path === undefined || best.length >= this.#options.limit) continue;
      const taken = perFile.get(path) ?? 0;
      if (taken >= (namedFiles.has(path) ? limits.chunksPerNamedFile : limits.chunksPerFile)) continue;
      perFile.set(path, taken + 1);
      best.push({ chunk, score });
    }
    return best;
  }
}

function single(board: ScoreBoard): Ranking {
  return board.top(fusion.depth).map(({ document }) => [document]);
}
