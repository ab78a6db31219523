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
import type { NearestVectors } from "./nearestVectors";
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
  #index: LocalIndex;
  #ids: readonly string[] = [];
  #vectors: readonly Float32Array[] = [];
  #known = new Set<string>();
  readonly #waiting = new Map<string, Float32Array>();
  /** Still in the file. */
  readonly #gone = new Set<string>();
  /** Size and time of the file as it was read or written last. */
  #stamp = "";

  constructor(place: ShardPlace) {
    this.#place = place;
    this.#file = path.join(place.folder, place.name);
    this.#index = this.#open();
  }

  /** What waits for `flush` counts too. */
  get size(): number {
    return this.#known.size + this.#waiting.size;
  }

  has(id: string): boolean {
    return this.#known.has(id) || this.#waiting.has(id);
  }

  get(id: string): Float32Array | undefined {
    return this.#waiting.get(id) ?? (this.#known.has(id) ? this.#vectors[this.#ids.indexOf(id)] : undefined);
  }

  *items(): Generator<VectorItem, void, undefined> {
    for (const [i, id] of this.#ids.entries()) yield { id, vector: this.#vectors[i] ?? new Float32Array() };
    for (const [id, vector] of this.#waiting) yield { id, vector };
  }

  async load(): Promise<void> {
    this.#stamp = await stampOf(this.#file);
    this.#index = this.#open();
    this.#hold(await this.#index.listItems());
    for (const id of this.#known) this.#waiting.delete(id);
    this.#gone.clear();
  }

  /** Loads again when the file is another one. */
  async refresh(): Promise<void> {
    if ((await stampOf(this.#file)) !== this.#stamp) await this.load();
  }

  add(id: string, vector: Float32Array): void {
    if (!this.#known.has(id)) this.#waiting.set(id, vector);
  }

  /** Takes all others out; the file follows with `flush`. */
  keepOnly(live: ReadonlySet<string>): void {
    for (const id of [...this.#waiting.keys()]) if (!live.has(id)) this.#waiting.delete(id);
    const gone = this.#ids.filter((id) => !live.has(id));
    if (gone.length === 0) return;
    for (const id of gone) this.#gone.add(id);
    const kept = [...this.#ids.keys()].filter((i) => live.has(this.#ids[i] ?? ""));
    this.#hold(kept.map((i) => ({ id: this.#ids[i] ?? "", vector: this.#vectors[i] ?? new Float32Array() })));
  }

  /** Writes the file anew if anything has come or gone. */
  async flush(): Promise<void> {
    const fresh = [...this.#waiting];
    const gone = [...this.#gone];
    if (fresh.length + gone.length === 0) return;
    await this.#write(fresh, gone);
    this.#stamp = await stampOf(this.#file);
    const items = await this.#index.listItems();
    for (const [id] of fresh) this.#waiting.delete(id);
    for (const id of gone) this.#gone.delete(id);
    this.#hold(items);
  }

  offerTo(nearest: NearestVectors): void {
    nearest.offer(this.#ids, this.#vectors);
    if (this.#waiting.size > 0) nearest.offer([...this.#waiting.keys()], [...this.#waiting.values()]);
  }

  delete(): Promise<void> {
    return rm(this.#file, { force: true });
  }

  async #write(fresh: readonly (readonly [string, Float32Array])[], gone: readonly string[]): Promise<void> {
    const index = this.#index;
    await index.beginUpdate();
    try {
      await index.deleteItems(gone);
      for (const [id, vector] of fresh) await index.insertItem({ id, vector: asNumbers(vector) });
      await index.endUpdate();
    } catch (error) {
      index.cancelUpdate();
      throw error;
    }
  }

  #hold(items: readonly { readonly id: string; readonly vector: unknown }[]): void {
    this.#ids = items.map(({ id }) => id);
    this.#vectors = items.map(({ vector }) => vector as Float32Array);
    this.#known = new Set(this.#ids);
  }

  #open(): LocalIndex {
    const { folder, name } = this.#place;
    return new LocalIndex(folder, name, this.#storage(), this.#codec());
  }

  #codec(): IndexCodec {
    const { format } = this.#place;
    return {
      extension: shardExtension,
      serializeIndex: ({ items }) => encodeVectors(items.map(({ id, vector }) => ({ id, vector: vector as unknown as Float32Array })), format),
      deserializeIndex: (bytes) => this.#decode(bytes),
      serializeCatalog: () => unused("catalogs"),
      deserializeCatalog: () => unused("catalogs"),
      serializeMetadata: () => unused("metadata files"),
      deserializeMetadata: () => unused("metadata files"),
    };
  }

  #decode(bytes: Buffer): IndexData {
    const { format, log } = this.#place;
    try {
      const items = decodeVectors(bytes, format).map(({ id, vector }) => ({ id, vector: asNumbers(vector), norm: 1, metadata: noMetadata }));
      return { version: 1, metadata_config: {}, items };
    } catch (error) {
      if (bytes.length > 0) log.write("info", `${this.#file} is left out and its code embedded again: ${describeError(error)}`);
      return { version: 1, metadata_config: {}, items: [] };
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
