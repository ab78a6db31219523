import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import { raceSignal, reasonOf } from "../common/raceSignal";
import type { EmbeddingInfo, EmbeddingModel } from "../engine/ports";
import type { CodeCorpus } from "./codeCorpus";
import { EmbeddingPace } from "./embeddingPace";
import { type EmbedPass, EmbeddingRound, type OpenedVectors } from "./embeddingRound";
import type { IndexConfig } from "./ports";
import { keptDimensions } from "./vectorLength";
import type { WorkspaceFolders } from "./workspaceFolders";

export interface EmbedderDeps {
  readonly folders: Pick<WorkspaceFolders, "read">;
  /** The folder of the vectors of all models. */
  readonly folder: string;
  readonly model: EmbeddingModel;
  readonly corpus: () => CodeCorpus;
  readonly config: Pick<IndexConfig, "vectorPrecision" | "vectorDimensions">;
  readonly log: Log;
}

/** A question does not wait longer for its own vector: then words alone decide. */
const queryLimitMs = 3_000;

/** Keeps the vectors of a corpus, and searches by them. Without a model it finds nothing, and loads nothing. */
export class Embedder {
  readonly #deps: EmbedderDeps;
  readonly #refused = new Set<string>();
  #pace = new EmbeddingPace();
  #opened: OpenedVectors | undefined;
  /** Renamed files whose vectors are still under the old path: from, to. */
  #moves: (readonly [from: string, to: string])[] = [];

  constructor(deps: EmbedderDeps) {
    this.#deps = deps;
  }

  /** Chunks that have a vector of the present model. */
  get count(): number {
    return this.#opened?.store.count ?? 0;
  }

  /** Chunks of a file that have a vector of the present model. */
  countIn(file: string): number {
    const corpus = this.#deps.corpus();
    const keys = new Set(corpus.chunkNumbersOf(file).flatMap((number) => corpus.chunk(number)?.key ?? []));
    return [...keys].filter((key) => this.#opened?.store.has(file, key)).length;
  }

  /** Lets a renamed file keep its vectors. To be called once the corpus has it under its new path. */
  move(from: string, to: string): void {
    this.#moves.push([from, to]);
    if (this.#opened) this.#applyMoves(this.#opened);
  }

  /** Forgets what is in memory, so that the next use reads what is on disk. */
  reload(): void {
    this.#opened = undefined;
  }

  /** Opens the present model's vectors. Undefined when no model is configured; rejects when it does not load. */
  async open(signal?: AbortSignal): Promise<OpenedVectors | undefined> {
    const info = await raceSignal(this.#deps.model.info(signal), signal, reasonOf);
    if (!info) return this.#forget();
    if (this.#opened?.info.hash !== info.hash || this.#opened.info.dimensions !== info.dimensions) this.#opened = await this.#load(info);
    this.#applyMoves(this.#opened);
    return this.#opened;
  }

  /** As `open`, with what another process has written since. */
  async follow(signal: AbortSignal): Promise<OpenedVectors | undefined> {
    const before = this.#opened;
    const opened = await this.open(signal);
    if (opened && opened === before) await opened.store.refresh();
    return opened;
  }

  /** Numbers of the nearest chunks, best first. Empty when embedding fails or takes too long. */
  async nearest(question: string, limit: number, signal?: AbortSignal): Promise<readonly number[]> {
    const opened = this.#opened;
    if (!opened) return [];
    try {
      const within = AbortSignal.any([AbortSignal.timeout(queryLimitMs), ...(signal ? [signal] : [])]);
      const [vector] = await raceSignal(this.#deps.model.embed([question], "query", within), within, reasonOf);
      if (!vector) return [];
      const hits = opened.store.search(vector.subarray(0, opened.store.dimensions), limit);
      const corpus = this.#deps.corpus();
      return hits.flatMap(({ pathHash: hash, key }) => corpus.chunksWith(hash, key)).slice(0, limit);
    } catch (error) {
      signal?.throwIfAborted();
      this.#deps.log.write("info", `This question was searched by words alone: ${describeError(error)}`);
      return [];
    }
  }

  /**
   * Embeds chunks that have no vector yet, open files first, then those worked on of late. Ends early when another model
   * takes the place of this one, or another process writes; rejects when the model fails.
   */
  async run(pass: EmbedPass): Promise<void> {
    const opened = await this.follow(pass.signal);
    if (!opened) return;
    await this.#clearPlace(opened);
    const { model, corpus, folders, log } = this.#deps;
    const common = { opened, model, read: (file: string) => folders.read(file), refused: this.#refused, pace: this.#pace, log };
    try {
      while ((await new EmbeddingRound({ ...common, corpus: corpus() }, pass).run()) === "chunksChanged");
    } finally {
      if (await pass.mayWrite()) await opened.store.flush();
    }
  }

  /** Vectors of a model that comes later are found by their texts. */
  #forget(): undefined {
    this.#opened = undefined;
    this.#moves = [];
  }

  #applyMoves({ store }: OpenedVectors): void {
    const corpus = this.#deps.corpus();
    for (const [from, to] of this.#moves) store.copy(from, to, new Set(corpus.chunkNumbersOf(to).flatMap((number) => corpus.chunk(number)?.key ?? [])));
    this.#moves = [];
  }

  async #load(info: EmbeddingInfo): Promise<OpenedVectors> {
    const { VectorStore } = await import("./vectorStore");
    this.#pace = new EmbeddingPace();
    this.#refused.clear();
    return { info, store: await VectorStore.open(this.#deps.folder, this.#kindOf(info), this.#deps.log) };
  }

  /** Vectors of the same model in another form are used before they are deleted. */
  async #clearPlace({ info, store }: OpenedVectors): Promise<void> {
    const { VectorStore } = await import("./vectorStore");
    await store.tidy();
    await store.adopt(this.#deps.folder);
    await VectorStore.deleteOthers(this.#deps.folder, { ...this.#kindOf(info), dimensions: store.dimensions });
  }

  #kindOf(info: EmbeddingInfo) {
    const { config, log } = this.#deps;
    return { hash: info.hash, dimensions: keptDimensions(info, config.vectorDimensions, log), precision: config.vectorPrecision ?? "int8" } as const;
  }
}
