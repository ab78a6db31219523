import { ChunkTable } from "./chunkTable";
import type { CorpusFile, CorpusSnapshot } from "./corpusSnapshot";
import type { ChunkRecord, FileRecord, IndexRecord } from "./indexRecords";
import { LexicalIndex } from "./lexicalIndex";
import { pathHash } from "./sourceText";
import { SymbolTable } from "./symbolTable";

export type { CorpusFile } from "./corpusSnapshot";

/** A chunk as the index knows it; its text is in the file. */
export interface CorpusChunk extends Omit<ChunkRecord, "body"> {
  readonly path: string;
}

const leastRemovedToRebuild = 2000;
/** Chunks that were asked for of late, as objects. */
const mostReadChunks = 4096;

/** All that is known of the workspace, in memory: files, chunks, words and symbols. */
export class CodeCorpus {
  #files = new Map<string, CorpusFile>();
  #lexical: LexicalIndex;
  #table: ChunkTable;
  /** The path of each file by its number in the lexical index. */
  #paths: (string | undefined)[] = [];
  /** Paths by their hash; two may share one. */
  #pathsByHash = new Map<number, string[]>();
  /** Made when first asked for. */
  #symbols: SymbolTable | undefined;
  #revision = 0;
  /** Chunks of the table that were read, by number. */
  readonly #read = new Map<number, CorpusChunk>();

  /** Takes the arrays of a snapshot over. */
  constructor(snapshot?: CorpusSnapshot) {
    const files = snapshot?.files ?? [];
    this.#lexical = new LexicalIndex([...(snapshot?.terms ?? [])], snapshot?.lexical, files.map(({ indexed }) => indexed));
    this.#table = new ChunkTable(snapshot?.chunks);
    for (const file of files) this.#addFile(file);
  }

  get lexical(): LexicalIndex {
    return this.#lexical;
  }

  /** Definitions by name. */
  get symbols(): SymbolTable {
    return (this.#symbols ??= this.#makeSymbols());
  }

  /** Another number after each change of files or chunks. */
  get revision(): number {
    return this.#revision;
  }

  get files(): ReadonlyMap<string, CorpusFile> {
    return this.#files;
  }

  /** Undefined for one that was removed. */
  chunk(number: number): CorpusChunk | undefined {
    const path = this.pathOf(number);
    if (path === undefined) return undefined;
    const known = this.#read.get(number);
    if (known?.path === path) return known;
    if (this.#read.size >= mostReadChunks) this.#read.clear();
    const chunk = { ...this.#table.get(number), path };
    this.#read.set(number, chunk);
    return chunk;
  }

  /** The path of a chunk's file; undefined for one that was removed. Cheaper than the chunk. */
  pathOf(chunk: number): string | undefined {
    return this.#paths[this.#lexical.fileOf(chunk)];
  }

  chunkNumbersOf(path: string): readonly number[] {
    const file = this.#files.get(path);
    return file ? this.#lexical.chunksOf(file.indexed.file) : [];
  }

  /** Chunks with this text in the files whose paths have this hash: what the id of a vector tells. */
  chunksWith(hash: number, key: string): readonly number[] {
    const paths = this.#pathsByHash.get(hash) ?? [];
    return paths.flatMap((path) => this.chunkNumbersOf(path)).filter((number) => this.#table.key(number) === key);
  }

  /** Chunks that are cut by lines for now and wait for their syntax. */
  get coarseChunks(): number {
    let count = 0;
    for (const { coarse, indexed } of this.#files.values()) if (coarse) count += indexed.chunkCount;
    return count;
  }

  /** Takes a file in; one with the same path goes. */
  put(record: FileRecord): void {
    this.remove(record.path);
    const { chunks, ...file } = record;
    const indexed = this.#lexical.add(file.path, chunks);
    this.#addFile({ ...file, indexed });
    for (const [i, chunk] of chunks.entries()) {
      this.#table.add(chunk);
      for (const name of chunk.definitions) this.#symbols?.add(name, indexed.firstChunk + i);
    }
  }

  remove(path: string): void {
    const file = this.#files.get(path);
    if (!file) return;
    if (this.#symbols) {
      for (const number of this.chunkNumbersOf(path)) for (const name of this.#table.definitions(number)) this.#symbols.remove(name, number);
    }
    for (const number of this.chunkNumbersOf(path)) this.#read.delete(number);
    this.#lexical.remove(file.indexed);
    this.#removeFile(file);
  }

  /** Notes a new size and time of a file whose content is the same. */
  touch(path: string, bytes: number, mtimeMs: number): void {
    const file = this.#files.get(path);
    if (file) this.#files.set(path, { ...file, bytes, mtimeMs });
  }

  /** Gives a file another path; its chunks keep their numbers. A file that has that path already goes. */
  move(from: string, to: string, bytes: number, mtimeMs: number): void {
    const file = this.#files.get(from);
    if (!file || from === to) return;
    this.remove(to);
    this.#removeFile(file);
    this.#addFile({ ...file, path: to, bytes, mtimeMs, indexed: this.#lexical.move(file.indexed, to) });
  }

  /** A snapshot goes into an empty corpus only. */
  apply(record: IndexRecord): void {
    switch (record.kind) {
      case "terms":
        for (const term of record.terms) this.#lexical.dictionary.add(term);
        return;
      case "file":
        this.put(record.file);
        return;
      case "removed":
        this.remove(record.path);
        return;
      case "touched":
        this.touch(record.path, record.bytes, record.mtimeMs);
        return;
      case "moved":
        this.move(record.path, record.to, record.bytes, record.mtimeMs);
        return;
      case "snapshot":
        if (this.#files.size > 0 || this.#lexical.dictionary.size > 0) throw new RangeError("A snapshot stands behind other records.");
        this.#takeOver(new CodeCorpus(record.snapshot));
        return;
      default:
        record satisfies never;
    }
  }

  /** All there is, terms under the numbers they have, files and chunks under new ones. */
  snapshot(): CorpusSnapshot {
    return this.#snapshot(this.#lexical.dictionary.termsFrom(0));
  }

  /**
   * Gives back the room of what was removed, once that is much. Chunks and terms get new numbers, so what was saved
   * under the old ones must be written anew.
   */
  rebuildIfSparse(): boolean {
    const { removedChunks, chunkCount } = this.#lexical;
    if (removedChunks < leastRemovedToRebuild || removedChunks < chunkCount / 2) return false;
    const used = this.#lexical.usedTerms();
    const terms = used.map((id) => this.#lexical.dictionary.term(id));
    this.#takeOver(new CodeCorpus(this.#snapshot(terms, used)));
    return true;
  }

  #snapshot(terms: readonly string[], used?: readonly number[]): CorpusSnapshot {
    const { lexical, files, chunks } = this.#lexical.snapshot(used);
    const kept = [...this.#files.values()].flatMap((file) => {
      const indexed = files.get(file.indexed.file);
      return indexed ? [{ ...file, indexed }] : [];
    });
    return { terms, files: kept.sort((a, b) => a.indexed.file - b.indexed.file), chunks: this.#table.columnsOf(chunks), lexical };
  }

  #makeSymbols(): SymbolTable {
    const symbols = new SymbolTable();
    for (let number = 0; number < this.#table.length; number++) {
      if (this.#lexical.fileOf(number) < 0) continue;
      for (const name of this.#table.definitions(number)) symbols.add(name, number);
    }
    return symbols;
  }

  #addFile(file: CorpusFile): void {
    this.#revision++;
    this.#files.set(file.path, file);
    this.#paths[file.indexed.file] = file.path;
    const hash = pathHash(file.path);
    this.#pathsByHash.set(hash, [...(this.#pathsByHash.get(hash) ?? []), file.path]);
  }

  #removeFile({ path, indexed }: CorpusFile): void {
    this.#revision++;
    this.#files.delete(path);
    this.#paths[indexed.file] = undefined;
    const hash = pathHash(path);
    const others = (this.#pathsByHash.get(hash) ?? []).filter((other) => other !== path);
    if (others.length > 0) this.#pathsByHash.set(hash, others);
    else this.#pathsByHash.delete(hash);
  }

  #takeOver(other: CodeCorpus): void {
    this.#revision++;
    this.#lexical = other.#lexical;
    this.#table = other.#table;
    this.#files = other.#files;
    this.#paths = other.#paths;
    this.#pathsByHash = other.#pathsByHash;
    this.#symbols = undefined;
    this.#read.clear();
  }
}
