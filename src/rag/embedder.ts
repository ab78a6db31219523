import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { abortError, describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { EmbeddingInfo, EmbeddingModel } from "../engine/ports";
import type { CodeCorpus, CorpusChunk } from "./codeCorpus";
import { decodeSource, pathHash, shortHash, splitLines, textOfRange } from "./sourceText";
import { vectorId } from "./vectorIds";
import type { VectorStore } from "./vectorStore";

export interface EmbedderDeps {
  readonly root: string;
  /** The folder of the vectors of all models. */
  readonly folder: string;
  readonly model: EmbeddingModel;
  readonly corpus: () => CodeCorpus;
  readonly log: Log;
}

export interface EmbedPass {
  readonly recency: () => ReadonlyMap<string, number>;
  /** Another number whenever chunks changed: what is missing is then looked for again. */
  readonly revision: () => number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

const batchSize = 16;
/** A crash loses at most so much work; each write costs a whole shard. */
const flushEveryMs = 15_000;
/** A question does not wait longer for its own vector: then words alone decide. */
const queryLimitMs = 3_000;

type RoundEnd = "done" | "chunksChanged" | "modelChanged";

type Opened = { readonly info: EmbeddingInfo; readonly store: VectorStore };

/** Keeps the vectors of a corpus, and searches by them. Without a model it finds nothing, and loads nothing. */
export class Embedder {
  readonly #deps: EmbedderDeps;
  /** Chunks whose vector was useless; not asked for again. */
  readonly #refused = new Set<string>();
  #opened: Opened | undefined;

  constructor(deps: EmbedderDeps) {
    this.#deps = deps;
  }

  /** Chunks that have a vector of the present model. */
  get count(): number {
    return this.#opened?.store.count ?? 0;
  }

  /** Forgets what is in memory, so that the next use reads what another process wrote. */
  reload(): void {
    this.#opened = undefined;
  }

  /** Opens the present model's vectors. Undefined when no model is configured; rejects when it does not load. */
  async open(signal?: AbortSignal): Promise<Opened | undefined> {
    const info = await orAbort(this.#deps.model.info(signal), signal);
    if (!info) this.#opened = undefined;
    else if (this.#opened?.info.hash !== info.hash || this.#opened.info.dimensions !== info.dimensions) {
      const { VectorStore: Store } = await import("./vectorStore");
      this.#opened = { info, store: await Store.open(this.#deps.folder, info) };
    }
    return this.#opened;
  }

  /** Numbers of the nearest chunks, best first. Empty when embedding fails or takes too long. */
  async nearest(question: string, limit: number, signal?: AbortSignal): Promise<readonly number[]> {
    const opened = this.#opened;
    if (!opened) return [];
    try {
      const within = AbortSignal.any([AbortSignal.timeout(queryLimitMs), ...(signal ? [signal] : [])]);
      const [vector] = await orAbort(this.#deps.model.embed([question], "query", within), within);
      if (!vector) return [];
      const hits = await opened.store.search(vector, limit);
      const corpus = this.#deps.corpus();
      return hits.flatMap(({ pathHash: hash, key }) => corpus.chunksWith(hash, key));
    } catch (error) {
      signal?.throwIfAborted();
      this.#deps.log.write("info", `This question was searched by words alone: ${describeError(error)}`);
      return [];
    }
  }

  /**
   * Embeds chunks that have no vector yet, files worked on of late first. Ends early when another model takes the
   * place of this one; rejects when the model fails.
   */
  async run(pass: EmbedPass): Promise<void> {
    const opened = await this.open(pass.signal);
    if (!opened) return;
    const { VectorStore: Store } = await import("./vectorStore");
    await Store.deleteOthers(this.#deps.folder, opened.info);
    try {
      while ((await this.#round(opened, pass)) === "chunksChanged") await opened.store.flush();
    } finally {
      await opened.store.flush();
    }
  }

  async #round(opened: Opened, { recency, revision, onProgress, signal }: EmbedPass): Promise<RoundEnd> {
    const { store } = opened;
    const began = revision();
    await store.prune(this.#liveIds());
    const waiting = this.#missing(store, recency());
    let flushed = Date.now();
    for (let done = 0; done < waiting.length; done += batchSize) {
      onProgress(done, waiting.length);
      if (!(await this.#embed(waiting.slice(done, done + batchSize), opened, signal))) return "modelChanged";
      if (revision() !== began) return "chunksChanged";
      if (Date.now() - flushed < flushEveryMs) continue;
      await store.flush();
      flushed = Date.now();
    }
    return revision() === began ? "done" : "chunksChanged";
  }

  #missing(store: VectorStore, recency: ReadonlyMap<string, number>): CorpusChunk[] {
    const corpus = this.#deps.corpus();
    const files = [...corpus.files.keys()].sort((a, b) => (recency.get(b) ?? 0) - (recency.get(a) ?? 0));
    const chunks = files.flatMap((file) => corpus.chunkNumbersOf(file)).map((number) => corpus.chunk(number));
    return chunks.filter((chunk) => chunk !== undefined).filter((chunk) => !store.has(chunk.path, chunk.key) && !this.#refused.has(idOf(chunk)));
  }

  /** False when the vectors came from another model: they would not go with those that are stored. */
  async #embed(chunks: readonly CorpusChunk[], { info, store }: Opened, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const texts = await Promise.all(chunks.map((chunk) => this.#text(chunk)));
    const present = chunks.flatMap((chunk, i) => {
      const text = texts[i];
      return text === undefined ? [] : [{ chunk, text }];
    });
    if (present.length === 0) return true;
    const sources = present.map(({ text }) => text);
    const vectors = await orAbort(this.#deps.model.embed(sources, "document", signal), signal);
    const now = await orAbort(this.#deps.model.info(signal), signal);
    if (now?.hash !== info.hash) return false;
    for (const [i, { chunk }] of present.entries()) this.#keep(store, chunk, vectors[i]);
    await delay(0, undefined, { signal });
    return true;
  }

  #keep(store: VectorStore, chunk: CorpusChunk, vector: Float32Array | undefined): void {
    try {
      if (vector) store.add({ path: chunk.path, key: chunk.key, vector });
    } catch (error) {
      this.#refused.add(idOf(chunk));
      this.#deps.log.write("debug", `A part of ${chunk.path} has no vector: ${describeError(error)}`);
    }
  }

  /** The chunk under its header `path > symbol`; undefined when the file has changed meanwhile. */
  async #text({ path: file, startLine, endLine, key, symbol, signature }: CorpusChunk): Promise<string | undefined> {
    const bytes = await readFile(path.join(this.#deps.root, file)).catch(() => undefined);
    const text = bytes && textOfRange(splitLines(decodeSource(bytes)), startLine, endLine);
    if (text === undefined || shortHash(text) !== key) return undefined;
    return `${[file, symbol, signature].filter((part) => part !== undefined).join(" > ")}\n${text}`;
  }

  #liveIds(): Set<string> {
    const corpus = this.#deps.corpus();
    const numbers = [...corpus.files.keys()].flatMap((file) => corpus.chunkNumbersOf(file));
    return new Set(numbers.map((number) => corpus.chunk(number)).flatMap((chunk) => (chunk ? [idOf(chunk)] : [])));
  }
}

function idOf({ path: file, key }: CorpusChunk): string {
  return vectorId(pathHash(file), key);
}

/** Rejects at once when the signal is aborted, whatever the promise does. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal?.reason instanceof Error ? signal.reason : abortError());
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", stop));
  });
}
