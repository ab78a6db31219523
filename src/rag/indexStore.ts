import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Emitter } from "../common/emitter";
import { abortError, describeError, HearthError, serializeError } from "../common/errors";
import type { Log } from "../common/log";
import type { EmbeddingModel } from "../engine/ports";
import { Chunker } from "./chunker";
import { CodeCorpus } from "./codeCorpus";
import { CorpusStore } from "./corpusStore";
import { Debounce } from "./debounce";
import { Embedder } from "./embedder";
import { EmbeddingPass } from "./embeddingPass";
import { FileIndexer } from "./fileIndexer";
import { GitHistory } from "./gitHistory";
import { IndexUpdate, type UpdateCounts } from "./indexUpdate";
import { JoinedTask } from "./joinedTask";
import type { IndexConfig, IndexStatus, IndexSummary, RetrievedChunk, Retriever, RetrieveQuery, UnsavedReason } from "./ports";
import { CorpusRetriever } from "./retriever";
import { scan } from "./scanner";
import { Syntax } from "./syntax";
import { TouchedFiles } from "./touchedFiles";
import { WorkHistory } from "./workHistory";
import { WriterLock } from "./writerLock";

export interface IndexStoreOptions {
  readonly config: IndexConfig;
  /** The folder with tree-sitter.js and its grammars. */
  readonly grammars: string;
  readonly embeddings: EmbeddingModel;
  readonly log: Log;
}

type LastUpdate = Pick<IndexSummary, "changed" | "removed" | "elapsedMs">;

const touchDelayMs = 300;
/** When another process is the writer: how often to see whether it is gone. */
const retrySaveMs = 3_000;
const progressEveryMs = 100;
/** How long an update waits to learn whether there is an embedding model before it reports. */
const modelGraceMs = 250;

/** The index of one workspace: kept up to date, saved, searched. Everything here runs in the index process. */
export class IndexStore implements Retriever {
  readonly #config: IndexConfig;
  readonly #log: Log;
  readonly #lock: WriterLock;
  readonly #store: CorpusStore;
  readonly #indexer: FileIndexer;
  readonly #embedder: Embedder;
  readonly #retriever: CorpusRetriever;
  readonly #status = new Emitter<IndexStatus>();
  readonly #closing = new AbortController();
  readonly #updates: JoinedTask<IndexSummary>;
  readonly #touched = new Set<string>();
  readonly #touchedFiles: TouchedFiles;
  readonly #touchDebounce = new Debounce(() => void this.#refreshTouched(), touchDelayMs);
  readonly #pass: EmbeddingPass;
  readonly #history = new WorkHistory();
  readonly #gitHistory: GitHistory | undefined;
  #corpus = new CodeCorpus();
  #skipped: Readonly<Record<string, number>> = {};
  /** Changes to the corpus happen one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** What the last update did. */
  #last: LastUpdate = { changed: 0, removed: 0, elapsedMs: 0 };
  #unsaved: UnsavedReason | undefined;
  /** While files are scanned and read, the status is theirs, not that of a pass that goes on meanwhile. */
  #updating = false;
  #saveTimer: NodeJS.Timeout | undefined;
  #reportedAt = 0;

  constructor({ config, grammars, embeddings, log }: IndexStoreOptions) {
    const { root, storage, useGit = true } = config;
    const corpus = () => this.#corpus;
    this.#config = config;
    this.#touchedFiles = new TouchedFiles(config, {
      has: (file) => this.#corpus.files.has(file),
      hasBelow: (folder) => [...this.#corpus.files.keys()].some((file) => file.startsWith(folder)),
    });
    this.#gitHistory = useGit ? new GitHistory(root) : undefined;
    this.#log = log;
    this.#lock = new WriterLock(storage, log);
    this.#store = new CorpusStore(storage, this.#lock, log);
    this.#indexer = new FileIndexer(root, new Chunker(new Syntax(grammars, log)));
    this.#embedder = new Embedder({ root, folder: path.join(storage, "vectors"), model: embeddings, corpus, log });
    this.#pass = new EmbeddingPass({
      embedder: this.#embedder,
      lock: this.#lock,
      recency: () => this.#history.recency,
      onProgress: (done, total) => this.#reportEmbedding(done, total),
      onEnd: () => this.#embedded(),
      log,
    });
    this.#retriever = new CorpusRetriever({
      root,
      corpus,
      history: this.#history,
      nearest: (question, limit, signal) => this.#embedder.nearest(question, limit, signal),
      onStale: (paths) => this.touch(paths),
    });
    this.#updates = new JoinedTask((signal) => this.#enqueue(() => this.#update(AbortSignal.any([signal, this.#closing.signal]))));
  }

  readonly onDidChangeStatus = this.#status.subscribe;

  /** Loads what was saved, so that questions can be answered before the first update. */
  async open(): Promise<void> {
    await this.#enqueue(async () => {
      if (!(await this.#store.load(this.#corpus))) this.#corpus = new CodeCorpus();
    });
  }

  /** Rejects with "index-failed" when the folder cannot be scanned; aborting keeps what was done so far. */
  update(signal?: AbortSignal): Promise<IndexSummary> {
    return this.#updates.run(signal);
  }

  retrieve(query: RetrieveQuery, signal?: AbortSignal): Promise<readonly RetrievedChunk[]> {
    return this.#retriever.retrieve(query, signal);
  }

  touch(paths: readonly string[]): void {
    for (const file of paths) this.#touched.add(file);
    if (this.#touched.size === 0 || this.#closing.signal.aborted) return;
    this.#touchDebounce.schedule();
  }

  /** Stops, saves and gives the lock back. */
  async close(): Promise<void> {
    this.#closing.abort(new HearthError("disposed", "The index was closed."));
    this.#touchDebounce.cancel();
    clearTimeout(this.#saveTimer);
    await this.#pass.stop();
    await this.#enqueue(() => this.#store.save(this.#corpus));
    await this.#lock.release();
    this.#status.dispose();
  }

  #enqueue<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(act);
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async #update(signal: AbortSignal): Promise<IndexSummary> {
    const began = performance.now();
    const { root, exclude, useGit = true } = this.#config;
    this.#updating = true;
    this.#status.fire({ kind: "scanning" });
    try {
      const found = await scan(root, exclude, { useGit, signal });
      const update = this.#newUpdate(signal);
      await update.toScan(found, (done, total) => this.#report({ kind: "indexing", done, total }));
      await this.#readHistory(signal);
      this.#skipped = tally([...found.skipped.values(), ...update.counts.unreadable.map(() => "unreadable")]);
      return await this.#finish(update.counts, began);
    } catch (error) {
      await this.#save();
      await this.#pass.stop();
      this.#updating = false;
      const failure = signal.aborted ? abortError() : indexFailed(root, error);
      this.#status.fire({ kind: "failed", error: serializeError(failure) });
      throw failure;
    }
  }

  /** Files that are known are read again; anything else (a new file, an ignore file, a folder) takes a full update. */
  async #refreshTouched(): Promise<void> {
    const touched = [...this.#touched];
    this.#touched.clear();
    try {
      const work = await this.#touchedFiles.workFor(touched, this.#closing.signal);
      if (work.kind === "files") await this.#enqueue(() => this.#refresh(work.paths));
      if (work.kind === "scan") await this.#updateAnew();
      this.#history.noteEdits(touched.filter((file) => this.#corpus.files.has(file)));
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#log.write("warn", `Changed files could not be indexed: ${describeError(error)}`);
    }
  }

  /** A running update may have scanned before the change: it is waited for, not joined. */
  async #updateAnew(): Promise<void> {
    await this.#updates.settled();
    this.#closing.signal.throwIfAborted();
    await this.update();
  }

  async #refresh(paths: readonly string[]): Promise<void> {
    const began = performance.now();
    const update = this.#newUpdate(this.#closing.signal);
    await update.toFiles(paths);
    await this.#readHistory(this.#closing.signal);
    await this.#finish(update.counts, began);
  }

  /** A branch switch and a commit bring another past. */
  async #readHistory(signal: AbortSignal): Promise<void> {
    const commits = await this.#gitHistory?.readIfMoved(signal);
    if (commits) this.#history.setCommits(commits);
  }

  #newUpdate(signal: AbortSignal): IndexUpdate {
    return new IndexUpdate({ root: this.#config.root, corpus: this.#corpus, store: this.#store, indexer: this.#indexer }, signal);
  }

  async #finish(counts: UpdateCounts, began: number): Promise<IndexSummary> {
    if (this.#corpus.rebuildIfSparse()) this.#store.invalidate();
    await this.#save();
    if (counts.changed > 0) this.#corpus.lexical.dictionary.forgetWords();
    this.#last = { changed: counts.changed, removed: counts.removed, elapsedMs: performance.now() - began };
    this.#updating = false;
    const embedded = this.#pass.start(counts.changed + counts.removed > 0);
    // Without a model the pass is over at once, and the index is ready by the time the caller hears of it.
    await Promise.race([embedded, delay(modelGraceMs, undefined, { ref: false })]);
    return this.#summary();
  }

  async #save(): Promise<void> {
    clearTimeout(this.#saveTimer);
    const result = await this.#store.save(this.#corpus);
    this.#unsaved = result === "saved" ? undefined : result;
    if (result === "saved" || this.#closing.signal.aborted) return;
    this.#saveTimer = setTimeout(() => void this.#enqueue(() => this.#save()), retrySaveMs);
  }

  /** While an update runs, its own pass is to come, and tells. */
  #embedded(): void {
    if (!this.#updating && !this.#closing.signal.aborted) this.#status.fire({ kind: "ready", summary: this.#summary() });
  }

  #reportEmbedding(done: number, total: number): void {
    if (!this.#updating) this.#report({ kind: "embedding", done, total });
  }

  #summary(): IndexSummary {
    const all = [...this.#corpus.files.values()];
    const left = tally(all.flatMap(({ skipped }) => skipped ?? []));
    const unsaved = this.#unsaved ?? (this.#pass.leftToOther ? "other-writer" : undefined);
    return {
      files: all.filter(({ skipped }) => skipped === undefined).length,
      chunks: this.#corpus.lexical.chunkCount,
      embedded: this.#embedder.count,
      ...this.#last,
      skipped: merged(this.#skipped, left),
      ...(this.#pass.error && { embeddingError: this.#pass.error }),
      ...(unsaved && { unsaved }),
    };
  }

  #report(status: IndexStatus & { done: number; total: number }): void {
    const now = performance.now();
    if (status.done > 0 && now - this.#reportedAt < progressEveryMs) return;
    this.#reportedAt = now;
    this.#status.fire(status);
  }
}

function indexFailed(root: string, cause: unknown): HearthError {
  if (cause instanceof HearthError) return cause;
  return new HearthError("index-failed", `${root} could not be indexed: ${describeError(cause)}`, {
    remedy: "See that the folder can be read, then index it again.",
    cause,
  });
}

function tally(reasons: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function merged(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum = { ...a };
  for (const [reason, count] of Object.entries(b)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
