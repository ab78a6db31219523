import { setImmediate as nextTurn } from "node:timers/promises";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import { raceSignal, reasonOf } from "../common/raceSignal";
import type { EmbeddingInfo, EmbeddingModel } from "../engine/ports";
import type { CodeCorpus, CorpusChunk } from "./codeCorpus";
import type { EmbeddingPace } from "./embeddingPace";
import { EmbeddingQueue, type Passage } from "./embeddingQueue";
import { pathHash } from "./sourceText";
import { vectorId } from "./vectorIds";
import type { VectorStore } from "./vectorStore";

/** The vectors of one model, opened. */
export interface OpenedVectors {
  readonly info: EmbeddingInfo;
  readonly store: VectorStore;
}

/** What a pass over the corpus needs to know while it runs. */
export interface EmbedPass {
  /** Files that come first, the most urgent one first. */
  readonly openFiles: () => readonly string[];
  /** Files worked on of late; the higher, the earlier they come. */
  readonly recency: () => ReadonlyMap<string, number>;
  /** Another number whenever chunks changed: what is missing is then looked for again. */
  readonly revision: () => number;
  /** Resolves when work may go on. */
  readonly rest: (signal: AbortSignal) => Promise<void>;
  /** Whether this process is the one that writes. */
  readonly mayWrite: () => Promise<boolean>;
  /** Of all chunks, how many have their vector; `secondsLeft` is undefined until it is known. */
  readonly onProgress: (done: number, total: number, secondsLeft: number | undefined) => void;
  readonly signal: AbortSignal;
}

export interface EmbeddingRoundDeps {
  readonly opened: OpenedVectors;
  readonly model: EmbeddingModel;
  readonly corpus: CodeCorpus;
  readonly read: (file: string) => Promise<Uint8Array | undefined>;
  /** Ids of chunks whose vector was useless; not asked for again. */
  readonly refused: Set<string>;
  readonly pace: EmbeddingPace;
  readonly log: Log;
}

export type RoundEnd = "done" | "chunksChanged" | "modelChanged" | "notWriter";

const mostInBatch = 16;
/** Whoever wants the work to rest waits for the running batch: it is to be over soon. */
const batchMs = 700;
/** Before it is known how fast the model is. */
const firstBatchCharacters = 2_000;
/** A crash loses at most so much work; each write costs a whole shard. */
const flushEveryMs = 15_000;

/** Embeds what has no vector at one moment, and ends early when that has changed. */
export class EmbeddingRound {
  readonly #deps: EmbeddingRoundDeps;
  readonly #pass: EmbedPass;
  readonly #began: number;
  /** Vectors by the text that they were made of. */
  readonly #known = new Map<string, Float32Array>();
  /** Texts that several chunks without a vector have. */
  readonly #repeated = new Set<string>();
  #total = 0;

  constructor(deps: EmbeddingRoundDeps, pass: EmbedPass) {
    this.#deps = deps;
    this.#pass = pass;
    this.#began = pass.revision();
  }

  async run(): Promise<RoundEnd> {
    const { signal, rest, mayWrite } = this.#pass;
    const queue = this.#makeQueue();
    let flushed = Date.now();
    while (queue.left > 0) {
      this.#report(queue.left);
      await rest(signal);
      const batch = await queue.next(mostInBatch, this.#deps.pace.charactersWithin(batchMs) ?? firstBatchCharacters);
      if (batch.length > 0 && !(await this.#embed(batch))) return "modelChanged";
      if (this.#hasChanged) return "chunksChanged";
      await nextTurn();
      if (Date.now() - flushed < flushEveryMs) continue;
      if (!(await mayWrite())) return "notWriter";
      await this.#deps.opened.store.flush();
      flushed = Date.now();
    }
    return this.#hasChanged ? "chunksChanged" : "done";
  }

  get #hasChanged(): boolean {
    return this.#pass.revision() !== this.#began;
  }

  #report(left: number): void {
    this.#pass.onProgress(this.#total - left, this.#total, this.#deps.pace.secondsFor(left));
  }

  /** What is no more leaves only after its vectors are known: a renamed file has the same texts. */
  #makeQueue(): EmbeddingQueue {
    const { opened, corpus, read, refused } = this.#deps;
    const { store } = opened;
    const recency = this.#pass.recency();
    const files = [...corpus.files.keys()].sort((a, b) => (recency.get(b) ?? 0) - (recency.get(a) ?? 0));
    const missing = new Map<string, readonly CorpusChunk[]>();
    const live = new Set<string>();
    for (const file of files) {
      const chunks = corpus.chunkNumbersOf(file).flatMap((number) => corpus.chunk(number) ?? []);
      // Chunks that wait for their syntax are soon others.
      const lasting = corpus.files.get(file)?.coarse ? [] : chunks;
      const waiting = lasting.filter((chunk) => !store.has(chunk.path, chunk.key) && !refused.has(idOf(chunk)));
      if (waiting.length > 0) missing.set(file, waiting);
      for (const chunk of chunks) live.add(idOf(chunk));
      this.#total += chunks.length;
    }
    this.#noteKnown([...missing.values()].flat());
    store.prune(live);
    return new EmbeddingQueue(missing, { read, first: this.#pass.openFiles, isDone: (chunk) => this.#copy(chunk) });
  }

  /** Vectors that chunks may have of others with the same text, and texts that come more than once. */
  #noteKnown(missing: readonly CorpusChunk[]): void {
    const { store } = this.#deps.opened;
    for (const { id, vector } of missing.length > 0 ? store.unsaved() : []) this.#known.set(id.slice(8), vector);
    const seen = new Set<string>();
    for (const { key } of missing) {
      if (seen.has(key)) this.#repeated.add(key);
      else seen.add(key);
      const vector = this.#known.has(key) ? undefined : store.withKey(key);
      if (vector) this.#known.set(key, vector);
    }
  }

  /** Gives a chunk the vector of another one with the same text, if there is one. */
  #copy(chunk: CorpusChunk): boolean {
    const vector = this.#known.get(chunk.key);
    if (vector) this.#deps.opened.store.add({ path: chunk.path, key: chunk.key, vector });
    return vector !== undefined;
  }

  /** False when the vectors came from another model: they would not go with those that are stored. */
  async #embed(batch: readonly Passage[]): Promise<boolean> {
    const { model, opened, pace } = this.#deps;
    const { signal } = this.#pass;
    const texts = new Map(batch.map(({ chunk, text }) => [chunk.key, text]));
    const began = performance.now();
    const vectors = await raceSignal(model.embed([...texts.values()], "document", signal), signal, reasonOf);
    pace.note(texts.size, [...texts.values()].reduce((sum, text) => sum + text.length, 0), performance.now() - began);
    const now = await raceSignal(model.info(signal), signal, reasonOf);
    if (now?.hash !== opened.info.hash) return false;
    const byKey = new Map([...texts.keys()].map((key, i) => [key, vectors[i]]));
    for (const { chunk } of batch) this.#keep(chunk, byKey.get(chunk.key));
    return true;
  }

  #keep(chunk: CorpusChunk, vector: Float32Array | undefined): void {
    const { opened, refused, log } = this.#deps;
    try {
      if (!vector) throw new RangeError("The model gave none.");
      const cut = vector.subarray(0, opened.store.dimensions);
      opened.store.add({ path: chunk.path, key: chunk.key, vector: cut });
      if (this.#repeated.has(chunk.key)) this.#known.set(chunk.key, cut);
    } catch (error) {
      refused.add(idOf(chunk));
      log.write("debug", `A part of ${chunk.path} has no vector: ${describeError(error)}`);
    }
  }
}

function idOf({ path: file, key }: CorpusChunk): string {
  return vectorId(pathHash(file), key);
}
