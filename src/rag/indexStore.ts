import path from "node:path";
import type { Log } from "../common/log";
import type { EmbeddingModel } from "../engine/ports";
import { Chunker } from "./chunker";
import { checkCitations } from "./citations";
import type { CodeCorpus } from "./codeCorpus";
import { CorpusStore } from "./corpusStore";
import { Embedder } from "./embedder";
import { EmbeddingPass } from "./embeddingPass";
import { FileIndexer } from "./fileIndexer";
import { FileVerdicts } from "./fileVerdicts";
import { IndexReporter } from "./indexReporter";
import { LiveCorpus } from "./liveCorpus";
import type { CitationState, FileVerdict, HashedRange, IndexConfig, IndexSummary, MapEntry, RetrievedChunk, Retriever, RetrieveQuery, SymbolHit, SymbolQuery } from "./ports";
import { batteryWatch } from "./powerSource";
import { CorpusRetriever } from "./retriever";
import { sourceLines } from "./sourceFile";
import { decodeSource } from "./sourceText";
import { searchSymbols } from "./symbolSearch";
import { Syntax } from "./syntax";
import { UpdateRunner } from "./updateRunner";
import { WarmUp } from "./warmUp";
import { WorkHistory } from "./workHistory";
import { WorkspaceFolders } from "./workspaceFolders";
import { WorkspaceMap } from "./workspaceMap";
import { WriterLock } from "./writerLock";

export interface IndexStoreOptions {
  readonly config: IndexConfig;
  /** The folder with tree-sitter.js and its grammars. */
  readonly grammars: string;
  readonly embeddings: EmbeddingModel;
  readonly log: Log;
}

/** The index of one workspace: kept up to date, saved, searched. Everything here runs in the index process. */
export class IndexStore implements Retriever {
  readonly #folders: WorkspaceFolders;
  readonly #lock: WriterLock;
  readonly #corpus: LiveCorpus;
  readonly #retriever: CorpusRetriever;
  readonly #reporter = new IndexReporter();
  readonly #pass: EmbeddingPass;
  readonly #history = new WorkHistory();
  readonly #updates: UpdateRunner;
  readonly #verdicts: FileVerdicts;
  readonly #map: WorkspaceMap;
  readonly #warmUp: WarmUp;

  constructor({ config, grammars, embeddings, log }: IndexStoreOptions) {
    const folders = new WorkspaceFolders(config.roots);
    const vectors = path.join(config.storage, "vectors");
    const lock = new WriterLock(config.storage, log);
    const store = new CorpusStore(config.storage, lock, log);
    const live = new LiveCorpus(store);
    const corpus = () => live.current;
    const embedder = new Embedder({ folders, folder: vectors, model: embeddings, corpus, config, log });
    this.#folders = folders;
    this.#lock = lock;
    this.#corpus = live;
    this.#pass = this.#embeddingPass({ config, log }, embedder);
    this.#updates = new UpdateRunner({
      config,
      folders,
      corpus: live,
      store,
      lock,
      indexer: new FileIndexer(folders, new Chunker(new Syntax(grammars, log))),
      embedder,
      pass: this.#pass,
      vectors,
      history: this.#history,
      reporter: this.#reporter,
      log,
    });
    this.#retriever = this.#corpusRetriever(folders, corpus, embedder);
    this.#verdicts = new FileVerdicts({ config, folders, corpus, embedded: (file) => embedder.countIn(file), leftOut: () => this.#updates.leftOut });
    this.#map = new WorkspaceMap({ corpus, readLines: (file) => this.#readLines(file) });
    this.#warmUp = new WarmUp(corpus);
    this.#reporter.onDidChangeStatus(({ kind }) => {
      if (kind === "ready") this.#warmUp.start();
    });
  }

  #embeddingPass({ config, log }: Pick<IndexStoreOptions, "config" | "log">, embedder: Embedder): EmbeddingPass {
    return new EmbeddingPass({
      embedder,
      lock: this.#lock,
      recency: () => this.#history.recency,
      onProgress: (done, total, secondsLeft) => this.#updates.embedding(done, total, secondsLeft),
      onEnd: () => this.#updates.passEnded(),
      ...(config.restOnBattery && { watchPower: (onChange) => batteryWatch(onChange, log) }),
      log,
    });
  }

  #corpusRetriever(folders: WorkspaceFolders, corpus: () => CodeCorpus, embedder: Embedder): CorpusRetriever {
    return new CorpusRetriever({
      folders,
      corpus,
      history: this.#history,
      nearest: (question, limit, signal) => embedder.nearest(question, limit, signal),
      refine: (paths) => this.#updates.refine(paths),
      onStale: (paths) => this.touch(paths),
    });
  }

  get onDidChangeStatus(): IndexReporter["onDidChangeStatus"] {
    return this.#reporter.onDidChangeStatus;
  }

  /** Loads what was saved, so that questions can be answered before the first update. */
  async open(): Promise<void> {
    await this.#corpus.change(() => this.#corpus.load());
    this.#warmUp.start();
  }

  /** Rejects with "index-failed" when no folder can be scanned; aborting keeps what was done so far. Paused, it does nothing. */
  update(signal?: AbortSignal): Promise<IndexSummary> {
    return this.#updates.update(signal);
  }

  retrieve(query: RetrieveQuery, signal?: AbortSignal): Promise<readonly RetrievedChunk[]> {
    return this.#retriever.retrieve(query, signal);
  }

  touch(paths: readonly string[]): void {
    this.#updates.touch(paths);
  }

  setOpenFiles(paths: readonly string[]): void {
    this.#pass.setOpenFiles(paths);
    this.#history.setOpenFiles(paths);
  }

  setResting(resting: boolean): void {
    this.#pass.setResting(resting);
    this.#updates.setResting(resting);
    this.#warmUp.setResting(resting);
  }

  pause(): Promise<void> {
    return this.#updates.pause();
  }

  resume(): void {
    this.#updates.resume();
  }

  rebuild(signal?: AbortSignal): Promise<IndexSummary> {
    return this.#updates.rebuild(signal);
  }

  explain(file: string): Promise<FileVerdict> {
    return this.#verdicts.explain(file);
  }

  leftOut(limit: number): readonly FileVerdict[] {
    return this.#verdicts.leftOut(limit);
  }

  symbols(query: SymbolQuery): Promise<readonly SymbolHit[]> {
    const graph = this.#map.latestGraph;
    const rankOf = (file: string) => graph?.rankOf(file) ?? 0;
    return searchSymbols({ corpus: this.#corpus.current, readLines: (file) => this.#readLines(file), rankOf }, query);
  }

  map(limit: number): Promise<readonly MapEntry[]> {
    return this.#map.entries(limit);
  }

  checkCitations(ranges: readonly HashedRange[]): Promise<readonly CitationState[]> {
    return checkCitations(ranges, async (file) => {
      const bytes = await this.#folders.read(file);
      return bytes && decodeSource(bytes);
    });
  }

  async #readLines(file: string): Promise<readonly string[]> {
    const bytes = await this.#folders.read(file);
    return bytes ? sourceLines(file, decodeSource(bytes)) : [];
  }

  /** Stops, saves and gives the lock back. */
  async close(): Promise<void> {
    this.#warmUp.close();
    await this.#updates.close();
    await this.#corpus.close();
    await this.#lock.release();
    this.#reporter.dispose();
  }
}
