import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
// The package's own entry loads every part of it (1 s, 120 MB) and names no other: this is the one that is needed.
import { LocalIndex } from "../../node_modules/vectra/lib/LocalIndex.js";
import type { IndexCodec } from "../../node_modules/vectra/lib/codecs/IndexCodec.js";
import type { FileDetails, FileStorage } from "../../node_modules/vectra/lib/storage/FileStorage.js";
import type { IndexData } from "../../node_modules/vectra/lib/types.js";
import { writeAtomic } from "./atomicFile";
import type { EmbeddingInfo } from "../engine/ports";
import { pathHash } from "./sourceText";
import { decodeVectors, encodeVectors } from "./vectorCodec";
import { vectorId } from "./vectorIds";

/** A chunk's vector. The key is the short hash of the chunk's text. */
export interface ChunkVector {
  readonly path: string;
  readonly key: string;
  readonly vector: Float32Array;
}

export interface VectorHit {
  readonly pathHash: number;
  readonly key: string;
  /** Cosine, -1 to 1. */
  readonly score: number;
}

/** vectra writes and searches a shard as a whole: small ones keep both quick. */
export const maxShardItems = 2048;
const firstShards = 4;
const extension = ".vec";

/**
 * Vectors of one embedding model, in vectra, spread over shards by the path's hash. The folder is the model's: vectors
 * of another model are never seen. What was added is found and kept after `flush`.
 */
export class VectorStore {
  readonly dimensions: number;
  readonly #folder: string;
  #shards: Shard[];

  private constructor(folder: string, dimensions: number, shards: number) {
    this.#folder = folder;
    this.dimensions = dimensions;
    this.#shards = makeShards(folder, shards);
  }

  /** `folder` holds the vectors of all models. */
  static async open(folder: string, model: EmbeddingInfo): Promise<VectorStore> {
    const own = path.join(folder, modelFolder(model));
    await mkdir(own, { recursive: true });
    const store = new VectorStore(own, model.dimensions, readShardCount(own));
    for (const shard of store.#shards) await shard.load();
    return store;
  }

  /** Deletes the vectors of all models but this one. */
  static async deleteOthers(folder: string, model: EmbeddingInfo): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    const others = names.filter((name) => name !== modelFolder(model));
    await Promise.all(others.map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
  }

  has(file: string, key: string): boolean {
    return this.#shardOf(pathHash(file)).has(vectorId(pathHash(file), key));
  }

  /** How many vectors are kept; what waits for `flush` is not counted. */
  get count(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.size, 0);
  }

  /** Throws a RangeError for a vector of the wrong length, without direction (all zeros) or with a NaN. */
  add({ path: file, key, vector }: ChunkVector): void {
    const unit = normalized(vector, this.dimensions);
    const hash = pathHash(file);
    this.#shardOf(hash).add(vectorId(hash, key), unit);
  }

  /** Writes shards that changed. */
  async flush(): Promise<void> {
    for (const shard of this.#shards) await shard.flush();
    if (this.#shards.some(({ size }) => size > maxShardItems)) await this.#split();
  }

  /** Deletes the vectors of chunks that are no more. `live` holds ids made by `vectorId`. */
  async prune(live: ReadonlySet<string>): Promise<void> {
    for (const shard of this.#shards) await shard.keepOnly(live);
  }

  /** The nearest chunks by cosine, best first. None for a vector without direction. */
  async search(vector: Float32Array, limit: number): Promise<VectorHit[]> {
    if (vector.length !== this.dimensions || !(length(vector) > 0)) return [];
    const found: VectorHit[] = [];
    for (const shard of this.#shards) found.push(...(await shard.search(vector, limit)));
    return found.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1)).slice(0, limit);
  }

  #shardOf(hash: number): Shard {
    const shard = this.#shards[hash % this.#shards.length];
    if (!shard) throw new RangeError("There is no shard.");
    return shard;
  }

  /** Doubles the shards until each is small enough. The note of how many there are decides which files count. */
  async #split(): Promise<void> {
    const old = this.#shards;
    const items = (await Promise.all(old.map((shard) => shard.items()))).flat();
    let next = old;
    do {
      next = makeShards(this.#folder, next.length * 2);
      for (const { id, vector } of items) next[Number.parseInt(id.slice(0, 8), 16) % next.length]?.add(id, vector);
    } while (next.some((shard) => shard.waiting > maxShardItems) && next.length < items.length);
    for (const shard of next) {
      await shard.load();
      await shard.flush();
    }
    await writeAtomic(path.join(this.#folder, countFile), [Buffer.from(String(next.length))]);
    this.#shards = next;
    await Promise.all(old.map((shard) => shard.delete()));
  }
}

/** One vectra index in one file. */
class Shard {
  readonly #file: string;
  readonly #index: LocalIndex;
  readonly #waiting = new Map<string, Float32Array>();
  #ids = new Set<string>();

  constructor(folder: string, name: string) {
    this.#file = path.join(folder, name);
    this.#index = new LocalIndex(folder, name, storage, codec);
  }

  get size(): number {
    return this.#ids.size;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** A damaged file counts as empty: its chunks are embedded again. */
  async load(): Promise<void> {
    if (!(await this.#index.isIndexCreated())) await this.#create();
    try {
      this.#ids = new Set((await this.#index.listItems()).map(({ id }) => id));
    } catch {
      // A shard that cannot be read holds nothing: it is made again and its chunks are embedded again.
      await this.delete();
      await this.#create();
    }
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  async items(): Promise<{ id: string; vector: Float32Array }[]> {
    return (await this.#index.listItems()).map(({ id, vector }) => ({ id, vector: vector as unknown as Float32Array }));
  }

  add(id: string, vector: Float32Array): void {
    this.#waiting.set(id, vector);
  }

  async flush(): Promise<void> {
    const fresh = [...this.#waiting].filter(([id]) => !this.#ids.has(id));
    this.#waiting.clear();
    if (fresh.length === 0) return;
    await this.#index.batchInsertItems(fresh.map(([id, vector]) => ({ id, vector: asNumbers(vector) })));
    for (const [id] of fresh) this.#ids.add(id);
  }

  async keepOnly(live: ReadonlySet<string>): Promise<void> {
    const gone = [...this.#ids].filter((id) => !live.has(id));
    if (gone.length === 0) return;
    await this.#index.deleteItems(gone);
    for (const id of gone) this.#ids.delete(id);
  }

  async search(vector: Float32Array, limit: number): Promise<VectorHit[]> {
    if (this.#ids.size === 0) return [];
    const results = await this.#index.queryItems(asNumbers(vector), "", limit);
    return results.map(({ item, score }) => ({
      pathHash: Number.parseInt(item.id.slice(0, 8), 16),
      key: item.id.slice(8),
      score,
    }));
  }

  delete(): Promise<void> {
    return rm(this.#file, { force: true });
  }

  #create(): Promise<void> {
    return this.#index.createIndex({ version: 1 });
  }
}

function makeShards(folder: string, count: number): Shard[] {
  return Array.from({ length: count }, (_, i) => new Shard(folder, `${count}-${i}${extension}`));
}

const countFile = "shards";

function readShardCount(folder: string): number {
  try {
    const count = Number(readFileSync(path.join(folder, countFile), "utf8"));
    return Number.isInteger(count) && count >= firstShards && count <= 65_536 ? count : firstShards;
  } catch {
    // Not written until the first split.
    return firstShards;
  }
}

function modelFolder({ hash, dimensions }: EmbeddingInfo): string {
  return `${hash.replaceAll(/[^\w-]/g, "_")}-${dimensions}`;
}

function length(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

function normalized(vector: Float32Array, dimensions: number): Float32Array {
  const norm = length(vector);
  if (vector.length !== dimensions) throw new RangeError(`A vector has ${vector.length} numbers instead of ${dimensions}.`);
  if (!(norm > 0) || !Number.isFinite(norm)) throw new RangeError("A vector has no direction.");
  return vector.map((value) => value / norm);
}

/** vectra only reads its vectors by index and length, which typed arrays have too, at half the memory. */
function asNumbers(vector: Float32Array): number[] {
  return vector as unknown as number[];
}

const codec: IndexCodec = {
  extension,
  serializeIndex: ({ items }) => encodeVectors(items.map(({ id, vector }) => ({ id, vector: vector as unknown as Float32Array }))),
  deserializeIndex: (bytes): IndexData => ({
    version: 1,
    metadata_config: {},
    items: decodeVectors(bytes).map(({ id, vector }) => ({ id, vector: asNumbers(vector), norm: 1, metadata: {} })),
  }),
  serializeCatalog: () => unused("catalogs"),
  deserializeCatalog: () => unused("catalogs"),
  serializeMetadata: () => unused("metadata files"),
  deserializeMetadata: () => unused("metadata files"),
};

function unused(what: string): never {
  throw new Error(`The vector store keeps no ${what}.`);
}

/** Files as vectra asks for them, each written whole or not at all. */
const storage: FileStorage = {
  createFile: (file, content) => writeAtomic(file, [Buffer.from(content)]),
  upsertFile: (file, content) => writeAtomic(file, [Buffer.from(content)]),
  createFolder: async (folder) => {
    await mkdir(folder, { recursive: true });
  },
  deleteFile: (file) => rm(file, { force: true }),
  deleteFolder: () => unused("folder that it may delete"),
  getDetails: (file) => Promise.resolve(details(file)),
  listFiles: async (folder) => (await readdir(folder)).map((name) => details(path.join(folder, name))),
  pathExists: (file) =>
    stat(file).then(
      () => true,
      () => false,
    ),
  readFile: (file) => readFile(file),
};

function details(file: string): FileDetails {
  return { name: path.basename(file), path: file, isFolder: false };
}
