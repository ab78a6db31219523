import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Emitter } from "../common/emitter";
import { abortError, describeError, HearthError, serializeError, type SerializedError } from "../common/errors";
import type { Log } from "../common/log";
import type { EmbeddingModel } from "../engine/ports";
import { Chunker } from "./chunker";
import { CodeCorpus } from "./codeCorpus";
import { CorpusStore } from "./corpusStore";
import { Embedder } from "./embedder";
import { FileIndexer } from "./fileIndexer";
import { gitRecency } from "./gitFiles";
import { IndexUpdate, type UpdateCounts } from "./indexUpdate";
import { JoinedTask } from "./joinedTask";
import type { IndexConfig, IndexStatus, IndexSummary, RetrievedChunk, Retriever, RetrieveQuery } from "./ports";
import { CorpusRetriever } from "./retriever";
import { ownIgnoreFile, scan } from "./scanner";
import { Syntax } from "./syntax";
import { WriterLock } from "./writerLock";

export interface IndexStoreOptions {
  readonly config: IndexConfig;
  /** The folder with tree-sitter.js and its grammars. */
  readonly grammars: string;
  readonly embeddings: EmbeddingModel;
  readonly log: Log;
}

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
  #corpus = new CodeCorpus();
  #recency: ReadonlyMap<string, number> = new Map();
  #skipped: Readonly<Record<string, number>> = {};
  /** Changes to the corpus happen one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #embedding: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  #touchTimer: NodeJS.Timeout | undefined;
  #saveTimer: NodeJS.Timeout | undefined;
  #reportedAt = 0;

  constructor({ config, grammars, embeddings, log }: IndexStoreOptions) {
    const { root, storage } = config;
    const corpus = () => this.#corpus;
    this.#config = config;
    this.#log = log;
    this.#lock = new WriterLock(storage, log);
    this.#store = new CorpusStore(storage, this.#lock, log);
    this.#indexer = new FileIndexer(root, new Chunker(new Syntax(grammars, log)));
    this.#embedder = new Embedder({ root, folder: path.join(storage, "vectors"), model: embeddings, corpus, log });
    this.#retriever = new CorpusRetriever({
      root,
      corpus,
      recency: () => this.#recency,
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
    clearTimeout(this.#touchTimer);
    this.#touchTimer = setTimeout(() => void this.#refreshTouched(), touchDelayMs);
  }

  /** Stops, saves and gives the lock back. */
  async close(): Promise<void> {
    this.#closing.abort(new HearthError("disposed", "The index was closed."));
    clearTimeout(this.#touchTimer);
    clearTimeout(this.#saveTimer);
    await this.#stopEmbedding();
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
    await this.#stopEmbedding();
    this.#status.fire({ kind: "scanning" });
    try {
      const found = await scan(this.#config.root, this.#config.exclude, signal);
      const update = this.#newUpdate(signal);
      await update.toScan(found, (done, total) => this.#report({ kind: "indexing", done, total }));
      this.#recency = await gitRecency(this.#config.root, signal);
      this.#skipped = tally([...found.skipped.values(), ...update.counts.unreadable.map(() => "unreadable")]);
      return await this.#finish(update.counts, began);
    } catch (error) {
      await this.#save();
      const failure = signal.aborted ? abortError() : indexFailed(this.#config.root, error);
      this.#status.fire({ kind: "failed", error: serializeError(failure) });
      throw failure;
    }
  }

  /** Files that are known are read again; anything else (a new file, an ignore file, a folder) takes a full update. */
  async #refreshTouched(): Promise<void> {
    const paths = [...this.#touched];
    this.#touched.clear();
    const simple = paths.every((file) => this.#corpus.files.has(file) && !isIgnoreFile(file));
    try {
      if (simple) await this.#enqueue(() => this.#refresh(paths));
      else await this.update();
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#log.write("warn", `Changed files could not be indexed: ${describeError(error)}`);
    }
  }

  async #refresh(paths: readonly string[]): Promise<void> {
    const began = performance.now();
    await this.#stopEmbedding();
    const update = this.#newUpdate(this.#closing.signal);
    await update.toFiles(paths);
    await this.#finish(update.counts, began);
  }

  #newUpdate(signal: AbortSignal): IndexUpdate {
    return new IndexUpdate({ root: this.#config.root, corpus: this.#corpus, store: this.#store, indexer: this.#indexer }, signal);
  }

  async #finish(counts: UpdateCounts, began: number): Promise<IndexSummary> {
    if (this.#corpus.rebuildIfSparse()) this.#store.invalidate();
    await this.#save();
    if (counts.changed > 0) this.#corpus.lexical.dictionary.forgetWords();
    const elapsedMs = performance.now() - began;
    const summary = (error?: SerializedError) => this.#summary(counts, elapsedMs, error);
    this.#startEmbedding(summary);
    // Without a model the pass is over at once, and the index is ready by the time the caller hears of it.
    await Promise.race([this.#embedding?.done, delay(modelGraceMs, undefined, { ref: false })]);
    return summary();
  }

  async #save(): Promise<void> {
    clearTimeout(this.#saveTimer);
    if ((await this.#store.save(this.#corpus)) || this.#closing.signal.aborted) return;
    this.#saveTimer = setTimeout(() => void this.#enqueue(() => this.#save()), retrySaveMs);
  }

  #startEmbedding(summary: (error?: SerializedError) => IndexSummary): void {
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.#closing.signal]);
    const done = this.#embed(signal).then(
      (error) => {
        if (!signal.aborted) this.#status.fire({ kind: "ready", summary: summary(error) });
      },
    );
    this.#embedding = { abort, done };
  }

  /** Only the process that writes the index embeds; others search what it has written. */
  async #embed(signal: AbortSignal): Promise<SerializedError | undefined> {
    try {
      if (!(await this.#lock.tryAcquire())) {
        this.#embedder.reload();
        await this.#embedder.open(signal);
        return undefined;
      }
      const onProgress = (done: number, total: number) => this.#report({ kind: "embedding", done, total });
      await this.#embedder.run({ recency: this.#recency, onProgress, signal });
      return undefined;
    } catch (error) {
      if (!signal.aborted) this.#log.write("warn", `Embedding failed, so search goes by words alone: ${describeError(error)}`);
      return serializeError(error);
    }
  }

  async #stopEmbedding(): Promise<void> {
    this.#embedding?.abort.abort();
    await this.#embedding?.done;
    this.#embedding = undefined;
  }

  #summary({ changed, removed }: UpdateCounts, elapsedMs: number, embeddingError?: SerializedError): IndexSummary {
    const all = [...this.#corpus.files.values()];
    const left = tally(all.flatMap(({ skipped }) => skipped ?? []));
    return {
      files: all.filter(({ skipped }) => skipped === undefined).length,
      chunks: this.#corpus.lexical.chunkCount,
      embedded: this.#embedder.count,
      changed,
      removed,
      skipped: merged(this.#skipped, left),
      elapsedMs,
      ...(embeddingError && { embeddingError }),
    };
  }

  #report(status: IndexStatus & { done: number; total: number }): void {
    const now = performance.now();
    if (status.done > 0 && now - this.#reportedAt < progressEveryMs) return;
    this.#reportedAt = now;
    this.#status.fire(status);
  }
}

function isIgnoreFile(file: string): boolean {
  return [".gitignore", ownIgnoreFile].includes(path.posix.basename(file));
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
