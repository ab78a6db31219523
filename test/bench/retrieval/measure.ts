import path from "node:path";
import { silentLog } from "../../../src/common/log";
import type { CodeRange } from "../../../src/rag/ports";
import { Syntax } from "../../../src/rag/syntax";
import { ChunkBags, FileBm25, KeywordRank } from "./baselines";
import { Checkout } from "./checkout";
import { type CommitTask, sampleCommits } from "./commits";
import { type DocTask, stripDocs } from "./docComments";
import { changedRanges, hunkRecall } from "./hunks";
import { IndexedTree } from "./indexedTree";
import { ndcgAt, recallAt, reciprocalRank } from "./metrics";
import { type NameTask, namedDefinitions } from "./namedDefinitions";
import { Past, ProductSearch } from "./product";
import type { Baseline, Found, Searcher } from "./searcher";
import { trigramSearch } from "./trigram";

export const budgets = [1000, 2000, 4000] as const;
export const metrics = ["R@5", "R@10", "MRR", "nDCG@10", "hunks 1k", "hunks 2k", "hunks 4k", "doc R@1", "doc R@5", "doc R@10", "doc MRR", "name R@1", "name R@5", "name MRR"] as const;
export type Metric = (typeof metrics)[number];

/** One figure a question, by way of searching and metric. */
export type Scores = Map<string, Map<Metric, number[]>>;

export interface RepositoryScores {
  readonly name: string;
  readonly scores: Scores;
  readonly commits: number;
  readonly docs: number;
  readonly names: number;
}

export interface MeasureOptions {
  /** Commits to sample. */
  readonly commits: number;
  /** Doc comments to sample. */
  readonly docs: number;
  /** Definitions to ask for by name. */
  readonly names: number;
  readonly seed: number;
}

/** A tree with fewer files has everything among the first ten. */
const leastFiles = 30;
/** Ranges that the product asks of its retriever for one question. */
const candidates = 24;

/** Stands for the chunk that is looked for, whose place it is. */
const wanted = "wanted";
const wantedOnly: ReadonlySet<string> = new Set([wanted]);

/** Asks all questions of one repository. */
export async function measureRepository(gitDir: string, name: string, options: MeasureOptions): Promise<RepositoryScores> {
  const checkout = await Checkout.create(gitDir);
  try {
    return await new Measurement(gitDir, checkout, await allBaselines(), options).run(name);
  } finally {
    await checkout.dispose();
  }
}

async function allBaselines(): Promise<readonly Baseline[]> {
  const own = [new KeywordRank(), new FileBm25("plain"), new FileBm25("split"), new ChunkBags("cosine"), new ChunkBags("bm25")];
  const trigram = await trigramSearch();
  return trigram ? [...own, trigram] : own;
}

class Measurement {
  readonly #gitDir: string;
  readonly #checkout: Checkout;
  readonly #options: MeasureOptions;
  readonly #tree: IndexedTree;
  readonly #past = new Past();
  readonly #syntax = new Syntax(path.resolve("dist/wasm"), silentLog);
  readonly #searchers: readonly Searcher[];
  readonly #scores: Scores = new Map();

  constructor(gitDir: string, checkout: Checkout, baselines: readonly Baseline[], options: MeasureOptions) {
    this.#gitDir = gitDir;
    this.#checkout = checkout;
    this.#options = options;
    this.#tree = new IndexedTree(checkout.root, checkout.scratch, baselines);
    this.#searchers = [...baselines, ...(["text", "recency", "all"] as const).map((uses) => new ProductSearch(this.#tree, this.#past, uses))];
  }

  async run(name: string): Promise<RepositoryScores> {
    const { commits: wanted, seed } = this.#options;
    const tasks = await sampleCommits(this.#gitDir, wanted, seed);
    let commits = 0;
    for (const task of tasks) if (await this.#askCommit(task)) commits++;
    const last = tasks.at(-1);
    if (last) await this.#goTo(last.parent);
    const names = last ? await this.#askNames() : 0;
    const docs = last ? await this.#askDocs() : 0;
    return { name, scores: this.#scores, commits, docs, names };
  }

  /** False when the parent's tree is too small, or has none of the files. */
  async #askCommit(task: CommitTask): Promise<boolean> {
    await this.#goTo(task.parent);
    const present = new Set(this.#tree.files);
    const files = task.files.filter((file) => present.has(file));
    if (files.length === 0 || present.size < leastFiles) return false;
    const ranges = await changedRanges(this.#gitDir, task, files);
    for (const searcher of this.#searchers) await this.#noteCommit(searcher.name, await searcher.search(task.question), new Set(files), ranges);
    return true;
  }

  async #noteCommit(searcher: string, { files, ranges }: Found, wanted: ReadonlySet<string>, changed: readonly CodeRange[]): Promise<void> {
    this.#note(searcher, "R@5", recallAt(files, wanted, 5));
    this.#note(searcher, "R@10", recallAt(files, wanted, 10));
    this.#note(searcher, "MRR", reciprocalRank(files, wanted));
    this.#note(searcher, "nDCG@10", ndcgAt(files, wanted, 10));
    if (changed.length === 0) return;
    const chunks = ranges.slice(0, candidates).map((range) => this.#tree.chunk(range));
    for (const budget of budgets) this.#note(searcher, `hunks ${budget / 1000 as 1 | 2 | 4}k`, await hunkRecall(chunks, changed, budget));
  }

  /** Definitions of the newest sampled tree, by their names. */
  async #askNames(): Promise<number> {
    const tasks = await namedDefinitions(this.#tree, this.#syntax, this.#options.names, this.#options.seed);
    await this.#askDefinitions(tasks, (searcher, found) => {
      for (const k of [1, 5] as const) this.#note(searcher, `name R@${k}`, recallAt(found, wantedOnly, k));
      this.#note(searcher, "name MRR", reciprocalRank(found, wantedOnly));
    });
    return tasks.length;
  }

  /** Doc comments of the same tree, taken out of it before it is indexed again. */
  async #askDocs(): Promise<number> {
    const tasks = await stripDocs(this.#tree, this.#syntax, this.#options.docs, this.#options.seed);
    await this.#tree.update();
    await this.#askDefinitions(tasks, (searcher, found) => {
      for (const k of [1, 5, 10] as const) this.#note(searcher, `doc R@${k}`, recallAt(found, wantedOnly, k));
      this.#note(searcher, "doc MRR", reciprocalRank(found, wantedOnly));
    });
    return tasks.length;
  }

  /** Tells of each way of searching where the chunk with the definition came. */
  async #askDefinitions(tasks: readonly (DocTask | NameTask)[], note: (searcher: string, found: readonly string[]) => void): Promise<void> {
    for (const task of tasks) {
      const isWanted = ({ path: file, startLine, endLine }: CodeRange) => file === task.path && startLine <= task.line && task.line <= endLine;
      for (const searcher of this.#searchers) {
        const { ranges } = await searcher.search(task.question);
        note(searcher.name, ranges.map((range, i) => (isWanted(range) ? wanted : String(i))));
      }
    }
  }

  async #goTo(commit: string): Promise<void> {
    await this.#checkout.goTo(commit);
    await this.#tree.update();
    await this.#past.read(this.#checkout.root);
  }

  #note(searcher: string, metric: Metric, value: number): void {
    let byMetric = this.#scores.get(searcher);
    if (!byMetric) this.#scores.set(searcher, (byMetric = new Map<Metric, number[]>()));
    const values = byMetric.get(metric);
    if (values) values.push(value);
    else byMetric.set(metric, [value]);
  }
}
