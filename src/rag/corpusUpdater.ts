import { setTimeout as delay } from "node:timers/promises";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { CorpusStore } from "./corpusStore";
import { Debounce } from "./debounce";
import type { Embedder } from "./embedder";
import type { EmbeddingPass } from "./embeddingPass";
import type { FileIndexer } from "./fileIndexer";
import type { IndexReporter } from "./indexReporter";
import { countFiles, leftOutBy } from "./indexSummary";
import { IndexUpdate, type UpdateCounts } from "./indexUpdate";
import type { LiveCorpus } from "./liveCorpus";
import type { IndexConfig, IndexSummary } from "./ports";
import { SyntaxPass } from "./syntaxPass";
import type { WorkHistory } from "./workHistory";
import type { WorkspaceFolders } from "./workspaceFolders";
import { WorkspaceHistory } from "./workspaceHistory";
import { scanWorkspace, type WorkspaceScan } from "./workspaceScan";

export interface CorpusUpdaterDeps {
  readonly config: IndexConfig;
  readonly folders: WorkspaceFolders;
  readonly corpus: LiveCorpus;
  readonly store: CorpusStore;
  readonly indexer: FileIndexer;
  readonly embedder: Embedder;
  readonly pass: EmbeddingPass;
  readonly history: WorkHistory;
  readonly reporter: IndexReporter;
  readonly log: Log;
}

/** After saved files the past is looked at once it has been quiet for so long, and at the latest after the limit. Milliseconds. */
const pastQuietMs = 2_000;
const pastLimitMs = 30_000;
const pastTimeoutMs = 60_000;

type LastUpdate = Pick<IndexSummary, "changed" | "removed" | "moved" | "elapsedMs">;

const noUpdate: LastUpdate = { changed: 0, removed: 0, elapsedMs: 0 };
/** How long an update waits to learn whether there is an embedding model before it reports. Milliseconds. */
const modelGraceMs = 250;
/** When more than this is to be read, files are searchable by lines first, and get their syntax in the background. Bytes. */
const coarseAbove = 1_500_000;

/** Brings the corpus up to date with the files and starts the passes behind it. To be called within changes of the corpus. */
export class CorpusUpdater {
  readonly #deps: CorpusUpdaterDeps;
  readonly #syntax: SyntaxPass;
  readonly #past: WorkspaceHistory | undefined;
  #leftOut: ReadonlyMap<string, string> = new Map();
  #last = noUpdate;
  #isResting = false;
  /** To start git holds the process up for some tens of milliseconds: not while somebody waits for a saved file. */
  readonly #pastLater = new Debounce(() => void this.#readPastLater(), pastQuietMs, pastLimitMs);

  /** `onSyntax` is told when files got their syntax. */
  constructor(deps: CorpusUpdaterDeps, onSyntax: () => void) {
    const { config, corpus, folders, history, log } = deps;
    this.#deps = deps;
    this.#syntax = new SyntaxPass({
      corpus: () => corpus.current,
      recency: () => history.recency,
      refine: (paths, signal) => corpus.change(() => this.refine(paths, signal)),
      save: () => corpus.change(() => corpus.save()),
      onProgress: onSyntax,
      log,
    });
    this.#past = config.useGit === false ? undefined : new WorkspaceHistory(folders);
  }

  /** Files that the scan or the reading of files left out, with the reasons. */
  get leftOut(): ReadonlyMap<string, string> {
    return this.#leftOut;
  }

  /** While it rests, an update goes on slowly, and files that wait for their syntax wait longer. */
  setResting(resting: boolean): void {
    this.#isResting = resting;
    this.#syntax.setResting(resting);
  }

  /** Scans all folders and takes in what changed. */
  async update(signal: AbortSignal): Promise<void> {
    const began = performance.now();
    const { reporter } = this.#deps;
    const found = await this.scan(signal);
    const update = this.#newUpdate(signal);
    await update.toScan(found, (done, total) => reporter.tellProgress({ kind: "indexing", done, total }));
    await this.#readPast(signal);
    this.#leftOut = leftOutBy(found, update.counts);
    await this.#finish(update.counts, began);
  }

  /** Reads files that the corpus knows again. */
  async refresh(paths: readonly string[], signal: AbortSignal): Promise<void> {
    const began = performance.now();
    const update = this.#newUpdate(signal);
    await update.toFiles(paths);
    await this.#finish(update.counts, began);
    this.#pastLater.schedule();
  }

  /** Cuts files by their syntax that are cut by lines. */
  refine(paths: readonly string[], signal: AbortSignal): Promise<void> {
    return this.#newUpdate(signal).refine(paths);
  }

  /** Notes what there is besides the files of a corpus that another process keeps. */
  async noteScan(found: WorkspaceScan, signal: AbortSignal): Promise<void> {
    this.#leftOut = found.skipped;
    this.#last = noUpdate;
    await this.#readPast(signal);
  }

  scan(signal: AbortSignal): Promise<WorkspaceScan> {
    const { folders, config } = this.#deps;
    return scanWorkspace(folders, config.exclude, { useGit: config.useGit ?? true, signal });
  }

  /**
   * Starts the passes that fill in syntax and vectors. Comes back when they have ended or go on for long: without a
   * model they are over at once, and the index is ready by the time the caller hears of it. Who reads what another
   * process writes leaves the syntax to that one.
   */
  async startPasses({ hasChanged, isWriter }: { readonly hasChanged: boolean; readonly isWriter: boolean }): Promise<void> {
    const { pass } = this.#deps;
    // At once: a pass that ends meanwhile would tell that all chunks have their vectors.
    if (hasChanged) pass.noteChange();
    const ended = (isWriter ? this.#syntax.start() : Promise.resolve()).then(() => pass.start(false));
    await Promise.race([ended, delay(modelGraceMs, undefined, { ref: false })]);
  }

  /** Takes over the vectors that another process made; true when there were some. */
  async followVectors(signal: AbortSignal): Promise<boolean> {
    const { embedder } = this.#deps;
    const before = embedder.count;
    await embedder.follow(signal);
    return embedder.count !== before;
  }

  async stopPasses(): Promise<void> {
    this.#pastLater.cancel();
    await Promise.all([this.#syntax.stop(), this.#deps.pass.stop()]);
  }

  /** As things stand, of an update that did nothing. */
  idleSummary(): IndexSummary {
    return { ...this.summary(), ...noUpdate };
  }

  summary(): IndexSummary {
    const { corpus, embedder, pass } = this.#deps;
    const unsaved = corpus.unsaved ?? (pass.leftToOther ? "other-writer" : undefined);
    return {
      ...countFiles(corpus.current, this.#leftOut),
      embedded: embedder.count,
      ...this.#last,
      ...(pass.error && { embeddingError: pass.error }),
      ...(unsaved && { unsaved }),
    };
  }

  async #finish({ changed, removed, moved }: UpdateCounts, began: number): Promise<void> {
    const { corpus } = this.#deps;
    await corpus.save();
    if (changed > 0) corpus.current.lexical.dictionary.forgetWords();
    this.#last = { changed, removed, ...(moved > 0 && { moved }), elapsedMs: performance.now() - began };
  }

  /** A branch switch and a commit bring another past. */
  async #readPast(signal: AbortSignal): Promise<void> {
    const commits = await this.#past?.readIfMoved(signal);
    if (commits) this.#deps.history.setCommits(commits);
  }

  async #readPastLater(): Promise<void> {
    try {
      await this.#readPast(AbortSignal.timeout(pastTimeoutMs));
    } catch (error) {
      this.#deps.log.write("info", `The past of the workspace could not be read: ${describeError(error)}`);
    }
  }

  async #recency(signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    await this.#readPast(signal);
    return this.#deps.history.recency;
  }

  #newUpdate(signal: AbortSignal): IndexUpdate {
    const { folders, corpus, store, indexer, embedder } = this.#deps;
    const onMove = (from: string, to: string) => embedder.move(from, to);
    const recency = () => this.#recency(signal);
    const isResting = () => this.#isResting;
    return new IndexUpdate({ folders, corpus: corpus.current, store, indexer, coarseAbove, recency, isResting, onMove }, signal);
  }
}
