import { readFileSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { type Log, silentLog } from "../common/log";
import type { EmbeddingInfo } from "../engine/ports";
import { replaceFile } from "../common/replaceFile";
import { NearestVectors } from "./nearestVectors";
import { pathHash } from "./sourceText";
import type { VectorItem, VectorPrecision } from "./vectorCodec";
import { vectorId } from "./vectorIds";
import { shardExtension, VectorShard } from "./vectorShard";

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

/** Which vectors a store keeps: those of one model, all of one length and number format. */
export interface VectorKind extends Pick<EmbeddingInfo, "hash" | "dimensions"> {
  /** On disk and in memory. */
  readonly precision: VectorPrecision;
}

/** vectra writes and searches a shard as a whole: small ones keep both quick. */
export const maxShardItems = 2048;
const firstShards = 4;
/** Raise it when a chunk is put to the model in another way: older vectors are then not used. */
const textVersion = 1;

/**
 * Vectors of one kind, in vectra, spread over shards by the path's hash. The folder is the kind's: vectors of another
 * model, length or format are never seen. What was added is found at once, and kept after `flush`. One process writes.
 */
export class VectorStore {
  readonly dimensions: number;
  readonly #folder: string;
  readonly #kind: VectorKind;
  readonly #log: Log;
  #shards: VectorShard[];

  private constructor(folder: string, kind: VectorKind, log: Log) {
    this.#folder = folder;
    this.#kind = kind;
    this.#log = log;
    this.dimensions = kind.dimensions;
    this.#shards = this.#makeShards(readShardCount(folder));
  }

  /** `folder` holds the vectors of all kinds. */
  static async open(folder: string, kind: VectorKind, log: Log = silentLog): Promise<VectorStore> {
    const own = path.join(folder, folderName(kind));
    const store = new VectorStore(own, kind, log);
    await Promise.all(store.#shards.map((shard) => shard.load()));
    return store;
  }

  /** Deletes the vectors of all kinds but this one. */
  static async deleteOthers(folder: string, kind: VectorKind): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    const others = names.filter((name) => name !== folderName(kind));
    await Promise.all(others.map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
  }

  has(file: string, key: string): boolean {
    return this.#shardOf(pathHash(file)).has(vectorId(pathHash(file), key));
  }

  get count(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.size, 0);
  }

  /** The vector of any chunk with this text that was saved. */
  withKey(key: string): Float32Array | undefined {
    for (const shard of this.#shards) {
      const vector = shard.withKey(key);
      if (vector) return vector;
    }
    return undefined;
  }

  /** What waits for `flush`. */
  *unsaved(): Generator<VectorItem, void, undefined> {
    for (const shard of this.#shards) yield* shard.unsaved();
  }

  *items(): Generator<VectorItem, void, undefined> {
    for (const shard of this.#shards) yield* shard.items();
  }

  /** Throws a RangeError for a vector of the wrong length, without direction (all zeros) or with a NaN. */
  add({ path: file, key, vector }: ChunkVector): void {
    this.#add(vectorId(pathHash(file), key), unitVector(vector, this.dimensions));
  }

  /** Gives the vectors of chunks to another path, too; under the old one they go when they are pruned. */
  copy(from: string, to: string, keys: Iterable<string>): void {
    for (const key of keys) {
      const vector = this.#shardOf(pathHash(from)).get(vectorId(pathHash(from), key));
      if (vector) this.#add(vectorId(pathHash(to), key), vector);
    }
  }

  /** Writes shards that changed. */
  async flush(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    if (this.#shards.some(({ size }) => size > maxShardItems)) return this.#split();
    for (const shard of this.#shards) await shard.flush();
  }

  /** Reads what another process wrote since. */
  async refresh(): Promise<void> {
    const count = readShardCount(this.#folder);
    const isSame = count === this.#shards.length;
    const shards = isSame ? this.#shards : this.#makeShards(count);
    await Promise.all(shards.map((shard) => (isSame ? shard.refresh() : shard.load())));
    this.#shards = shards;
  }

  /** Forgets the vectors of chunks that are no more. `live` holds ids made by `vectorId`. On disk they go with `flush`. */
  prune(live: ReadonlySet<string>): void {
    for (const shard of this.#shards) shard.keepOnly(live);
  }

  /** Deletes what a process that ended in the middle of a write has left behind. */
  async tidy(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const own = new Set(this.#shards.map((_, i) => shardName(this.#shards.length, i)));
    const left = names.filter((name) => name.endsWith(".tmp") || (name.endsWith(shardExtension) && !own.has(name)));
    await Promise.all(left.map((name) => rm(path.join(this.#folder, name), { force: true })));
  }

  /**
   * Takes over the vectors of the same model that are longer and unrounded, cut to this store's length, so that nothing
   * need be embedded again. Does nothing where there are vectors already.
   */
  async adopt(folder: string): Promise<void> {
    if (this.count > 0) return;
    for (const kind of await keptKinds(folder)) {
      if (kind.hash !== safeHash(this.#kind.hash) || kind.precision !== "f32" || kind.dimensions < this.dimensions) continue;
      const other = await VectorStore.open(folder, kind, this.#log);
      for (const { id, vector } of other.items()) this.#add(id, unitVector(vector.subarray(0, this.dimensions), this.dimensions));
      if (this.count > 0) return this.flush();
    }
  }

  /** The nearest chunks by cosine, best first. None for a vector without direction. */
  search(vector: Float32Array, limit: number): VectorHit[] {
    if (vector.length !== this.dimensions || !hasDirection(lengthOf(vector))) return [];
    const nearest = new NearestVectors(unitVector(vector, this.dimensions), limit);
    for (const shard of this.#shards) shard.offerTo(nearest);
    return nearest.result().map(({ id, score }) => ({ pathHash: hashOf(id), key: id.slice(8), score }));
  }

  #add(id: string, unit: Float32Array): void {
    this.#shardOf(hashOf(id)).add(id, unit);
  }

  #shardOf(hash: number): VectorShard {
    return shardOf(this.#shards, hash);
  }

  /** Doubles the shards until each is small enough. The note of how many there are decides which files count. */
  async #split(): Promise<void> {
    const old = this.#shards;
    const next = this.#makeShards(this.#countWanted());
    // A vector's next shard is one of those that its old one falls into: one after the other, few are unpacked at once.
    for (const [number, shard] of old.entries()) {
      for (const { id, vector } of shard.items()) shardOf(next, hashOf(id)).add(id, vector);
      for (let at = number; at < next.length; at += old.length) await next[at]?.flush();
    }
    await replaceFile(path.join(this.#folder, countFile), String(next.length));
    this.#shards = next;
    await Promise.all(old.map((shard) => shard.delete()));
  }

  /** Paths of one hash stay together, however many shards there are. */
  #countWanted(): number {
    const hashes = [...this.#hashes()];
    for (let count = this.#shards.length * 2; ; count *= 2) {
      const sizes = new Int32Array(count);
      for (const hash of hashes) sizes[hash % count] = (sizes[hash % count] ?? 0) + 1;
      if (sizes.every((size) => size <= maxShardItems) || count >= hashes.length) return count;
    }
  }

  *#hashes(): Generator<number, void, undefined> {
    for (const shard of this.#shards) for (const id of shard.ids()) yield hashOf(id);
  }

  #makeShards(count: number): VectorShard[] {
    const { dimensions, precision } = this.#kind;
    const common = { folder: this.#folder, format: { dimensions, precision }, log: this.#log };
    return Array.from({ length: count }, (_, i) => new VectorShard({ ...common, name: shardName(count, i) }));
  }
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

function shardName(count: number, number: number): string {
  return `${count}-${number}${shardExtension}`;
}

function shardOf(shards: readonly VectorShard[], hash: number): VectorShard {
  const shard = shards[hash % shards.length];
  if (!shard) throw new RangeError("There is no shard.");
  return shard;
}

function hashOf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16);
}

function folderName({ hash, dimensions, precision }: VectorKind): string {
  return `${safeHash(hash)}-${dimensions}-${precision}-v${textVersion}`;
}

function safeHash(hash: string): string {
  return hash.replaceAll(/[^\w-]/g, "_");
}

/** The kinds of which there are vectors, the longest first. */
async function keptKinds(folder: string): Promise<VectorKind[]> {
  const names = await readdir(folder).catch(() => []);
  const kinds = names.flatMap((name) => {
    const [, hash, dimensions, precision] = new RegExp(`^(.+)-(\\d+)-(f32|int8)-v${textVersion}$`).exec(name) ?? [];
    return hash !== undefined && (precision === "f32" || precision === "int8") ? [{ hash, dimensions: Number(dimensions), precision } as const] : [];
  });
  return kinds.sort((a, b) => b.dimensions - a.dimensions);
}

function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

function hasDirection(length: number): boolean {
  return length > 0 && Number.isFinite(length);
}

function unitVector(vector: Float32Array, dimensions: number): Float32Array {
  const norm = lengthOf(vector);
  if (vector.length !== dimensions) throw new RangeError(`A vector has ${vector.length} numbers instead of ${dimensions}.`);
  if (!hasDirection(norm)) throw new RangeError("A vector has no direction.");
  return vector.map((value) => value / norm);
}
