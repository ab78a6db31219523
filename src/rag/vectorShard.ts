import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
// The package's own entry loads every part of it (1 s, 120 MB) and names no other: this is the one that is needed.
import { LocalIndex } from "../../node_modules/vectra/lib/LocalIndex.js";
import type { IndexCodec } from "../../node_modules/vectra/lib/codecs/IndexCodec.js";
import type { FileDetails, FileStorage } from "../../node_modules/vectra/lib/storage/FileStorage.js";
import type { IndexData } from "../../node_modules/vectra/lib/types.js";
import { describeError, systemCode } from "../common/errors";
import type { Log } from "../common/log";
import { replaceFile } from "../common/replaceFile";
import type { NearestVectors, ScoredVectors } from "./nearestVectors";
import { dotAt, PackedVectors } from "./packedVectors";
import { decodeVectors, encodeVectors, type VectorFormat, type VectorItem } from "./vectorCodec";

export const shardExtension = ".vec";

export interface ShardPlace {
  readonly folder: string;
  readonly name: string;
  readonly format: VectorFormat;
  readonly log: Log;
}

/**
 * One vectra index in one file. Loading writes nothing, so that a process that only reads may load: a file that is not
 * there or damaged counts as empty, and is written with the next vectors that come.
 */
export class VectorShard {
  readonly #file: string;
  readonly #place: ShardPlace;
  #packed = PackedVectors.empty;
  readonly #waiting = new Map<string, Float32Array>();
  /** Whether some that are still in the file are gone. */
  #hasGone = false;
  /** Size and time of the file as it was read or written last. */
  #stamp = "";

  constructor(place: ShardPlace) {
    this.#place = place;
    this.#file = path.join(place.folder, place.name);
  }

  /** What waits for `flush` counts too. */
  get size(): number {
    return this.#packed.count + this.#waiting.size;
  }

  has(id: string): boolean {
    return this.#waiting.has(id) || this.#packed.find(id) >= 0;
  }

  get(id: string): Float32Array | undefined {
    return this.#waiting.get(id) ?? this.#at(this.#packed.find(id));
  }

  /** The vector of any chunk with this text that does not wait for `flush`. */
  withKey(key: string): Float32Array | undefined {
    return this.#at(this.#packed.findKey(key));
  }

  *ids(): Generator<string, void, undefined> {
    for (let place = 0; place < this.#packed.count; place++) yield this.#packed.id(place);
    yield* this.#waiting.keys();
  }

  *items(): Generator<VectorItem, void, undefined> {
    yield* this.#packed.items();
    yield* this.unsaved();
  }

  /** What waits for `flush`. */
  *unsaved(): Generator<VectorItem, void, undefined> {
    for (const [id, vector] of this.#waiting) yield { id, vector };
  }

  async load(): Promise<void> {
    this.#stamp = await stampOf(this.#file);
    this.#packed = await this.#readPacked();
    for (const id of [...this.#waiting.keys()]) if (this.#packed.find(id) >= 0) this.#waiting.delete(id);
    this.#hasGone = false;
  }

  /** Loads again when the file is another one. */
  async refresh(): Promise<void> {
    if ((await stampOf(this.#file)) !== this.#stamp) await this.load();
  }

  add(id: string, vector: Float32Array): void {
    if (this.#packed.find(id) < 0) this.#waiting.set(id, vector);
  }

  /** Takes all others out; the file follows with `flush`. */
  keepOnly(live: ReadonlySet<string>): void {
    for (const id of [...this.#waiting.keys()]) if (!live.has(id)) this.#waiting.delete(id);
    const packed = this.#packed;
    const kept = Array.from({ length: packed.count }, (_, place) => place).filter((place) => live.has(packed.id(place)));
    if (kept.length === packed.count) return;
    this.#hasGone = true;
    this.#packed = packed.at(kept);
  }

  /** Writes the file anew if anything has come or gone. */
  async flush(): Promise<void> {
    const fresh = [...this.#waiting];
    if (fresh.length === 0 && !this.#hasGone) return;
    const before = this.#packed;
    const written = await this.#write(before, fresh);
    this.#stamp = await stampOf(this.#file);
    // What was taken out meanwhile is in the file again: the next flush takes it out.
    if (this.#packed !== before) return;
    for (const [id] of fresh) this.#waiting.delete(id);
    this.#packed = decodeVectors(written, this.#place.format);
    this.#hasGone = false;
  }

  offerTo(nearest: NearestVectors): void {
    nearest.offer(this.#packed);
    const waiting = [...this.#waiting];
    if (waiting.length > 0) nearest.offer(scoredVectors(waiting));
  }
  delete(): Promise<void> {
    return rm(this.#file, { force: true });
  }

  #at(place: number): Float32Array | undefined {
    return place < 0 ? undefined : this.#packed.vector(place);
  }

  /** vectra's own list of items would take twice the memory: it is read, and let go of. */
  async #readPacked(): Promise<PackedVectors> {
    let packed = PackedVectors.empty;
    const decode = (bytes: Buffer) => {
      packed = this.#decode(bytes);
      return itemsOf([]);
    };
    await this.#open({ decode, encode: () => unused("what was only read") }).listItems();
    return packed;
  }

  /** Writes what is here and what is new; comes back with the bytes of the file. */
  async #write(known: PackedVectors, fresh: readonly (readonly [string, Float32Array])[]): Promise<Buffer> {
    let written: Buffer = Buffer.alloc(0);
    const encode = (items: readonly VectorItem[]) => (written = encodeVectors(items, this.#place.format));
    const index = this.#open({ decode: () => itemsOf([...known.items()]), encode });
    await index.beginUpdate();
    for (const [id, vector] of fresh) await index.insertItem({ id, vector: asNumbers(vector) });
    await index.endUpdate();
    return written;
  }

  #open({ decode, encode }: ShardCoding): LocalIndex {
    const codec: IndexCodec = {
      extension: shardExtension,
      serializeIndex: ({ items }) => encode(items.map(({ id, vector }) => ({ id, vector: vector as unknown as Float32Array }))),
      deserializeIndex: decode,
      serializeCatalog: () => unused("catalogs"),
      deserializeCatalog: () => unused("catalogs"),
      serializeMetadata: () => unused("metadata files"),
      deserializeMetadata: () => unused("metadata files"),
    };
    return new LocalIndex(this.#place.folder, this.#place.name, this.#storage(), codec);
  }

  #decode(bytes: Buffer): PackedVectors {
    const { format, log } = this.#place;
    try {
      return decodeVectors(bytes, format);
    } catch (error) {
      if (bytes.length > 0) log.write("info", `${this.#file} is left out and its code embedded again: ${describeError(error)}`);
      return PackedVectors.empty;
    }
  }

  /** Files as vectra asks for them, each written whole or not at all. */
  #storage(): FileStorage {
    return {
      createFile: (file, content) => replaceFile(file, [Buffer.from(content)]),
      upsertFile: (file, content) => replaceFile(file, [Buffer.from(content)]),
      createFolder: async (folder) => {
        await mkdir(folder, { recursive: true });
      },
      deleteFile: (file) => rm(file, { force: true }),
      deleteFolder: () => unused("folder that it may delete"),
      getDetails: (file) => Promise.resolve(details(file)),
      listFiles: async (folder) => (await readdir(folder)).map((name) => details(path.join(folder, name))),
      pathExists: () => Promise.resolve(true),
      readFile: (file) => this.#read(file),
    };
  }

  async #read(file: string): Promise<Buffer> {
    try {
      return await readFile(file);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") this.#place.log.write("warn", `Vectors cannot be read, so their code is embedded again: ${describeError(error)}`);
      return Buffer.alloc(0);
    }
  }
}

interface ShardCoding {
  readonly decode: (bytes: Buffer) => IndexData;
  readonly encode: (items: readonly VectorItem[]) => Buffer;
}

function itemsOf(items: readonly VectorItem[]): IndexData {
  return { version: 1, metadata_config: {}, items: items.map(({ id, vector }) => ({ id, vector: asNumbers(vector), norm: 1, metadata: noMetadata })) };
}

function scoredVectors(items: readonly (readonly [string, Float32Array])[]): ScoredVectors {
  return {
    count: items.length,
    id: (place) => items[place]?.[0] ?? "",
    dot: (place, other) => dotAt(other, items[place]?.[1] ?? new Float32Array(), 0),
  };
}

/** One for all: an object for each of tens of thousands of vectors takes megabytes. */
const noMetadata = {};

/** vectra only reads its vectors by index and length, which typed arrays have too, at half the memory. */
function asNumbers(vector: Float32Array): number[] {
  return vector as unknown as number[];
}

function unused(what: string): never {
  throw new Error(`The vector store keeps no ${what}.`);
}

function details(file: string): FileDetails {
  return { name: path.basename(file), path: file, isFolder: false };
}

/** Empty for a file that is not there. */
async function stampOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return found ? `${found.ino}-${found.size}-${found.mtimeMs}` : "";
}
