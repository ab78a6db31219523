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
const mostReadChunks = 1024;
/** Between two looks at the clock. */
const namedAtOnce = 64;

/** All that is known of the workspace, in memory: files, chunks, words and symbols. */
export class CodeCorpus {
  #files = new Map<string, CorpusFile>();
  #lexical: LexicalIndex;
  #table: ChunkTable;
  /** By the number in the lexical index. */
  #filesByNumber: (CorpusFile | undefined)[] = [];
  /** Paths by their hash; two may share one. */
  #pathsByHash = new Map<number, string[]>();
  #symbols = new SymbolTable();
  /** Chunks whose names are in the symbol table: those after them follow when it is asked for. */
  #named = 0;
  #revision = 0;
  /** Chunks of the table that were read, by number. */
  readonly #read = new Map<number, CorpusChunk>();

  /** Takes the arrays of a snapshot over. */
  constructor(snapshot?: CorpusSnapshot) {
    const files = snapshot?.files ?? [];
    this.#lexical = new LexicalIndex(snapshot?.terms, snapshot?.lexical, files.map(({ indexed }) => indexed));
    this.#table = new ChunkTable(snapshot?.chunks);
    for (const file of files) this.#addFile(file);
  }

  get lexical(): LexicalIndex {
    return this.#lexical;
  }

  /** Definitions by name. */
  get symbols(): SymbolTable {
    this.#nameChunks();
    return this.#symbols;
  }

  /**
   * Does what the first questions would have to wait for, until a time of `performance.now`: definitions by name, words by
   * stem, and packing what was appended to the saved index. True when nothing is left to do.
   */
  warm(until: number): boolean {
    if (!this.#nameChunks(until) || !this.#lexical.dictionary.warm(until)) return false;
    this.#symbols.warm();
    this.#lexical.pack();
    return true;
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
    return this.fileOf(chunk)?.path;
  }

  /** Undefined for a chunk that was removed. */
  fileOf(chunk: number): CorpusFile | undefined {
    return this.#filesByNumber[this.#lexical.fileOf(chunk)];
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
    for (const chunk of chunks) this.#table.add(chunk);
  }

  remove(path: string): void {
    const file = this.#files.get(path);
    if (!file) return;
    for (const number of this.chunkNumbersOf(path)) {
      this.#read.delete(number);
      if (number < this.#named) for (const name of this.#table.definitions(number)) this.#symbols.remove(name, number);
    }
    this.#lexical.remove(file.indexed);
    this.#removeFile(file);
  }

  /** Notes a new size and time of a file whose content is the same. */
  touch(path: string, bytes: number, mtimeMs: number): void {
    const file = this.#files.get(path);
    if (file) this.#setFile({ ...file, bytes, mtimeMs });
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
    return this.#snapshot();
  }

  /**
   * Gives back the room of what was removed, once that is much. Chunks and terms get new numbers, so what was saved
   * under the old ones must be written anew.
   */
  rebuildIfSparse(): boolean {
    const { removedChunks, chunkCount } = this.#lexical;
    if (removedChunks < leastRemovedToRebuild || removedChunks < chunkCount / 2) return false;
    this.#takeOver(new CodeCorpus(this.#snapshot(this.#lexical.usedTerms())));
    return true;
  }

  /** `used`: the terms that stay; by default all. */
  #snapshot(used?: readonly number[]): CorpusSnapshot {
    const { lexical, files, chunks } = this.#lexical.snapshot(used);
    const kept = [...this.#files.values()].flatMap((file) => {
      const indexed = files.get(file.indexed.file);
      return indexed ? [{ ...file, indexed }] : [];
    });
    return { terms: this.#lexical.dictionary.bytes(used), files: kept.sort((a, b) => a.indexed.file - b.indexed.file), chunks: this.#table.columnsOf(chunks), lexical };
  }

  /** False when the time was over before all were named. */
  #nameChunks(until = Infinity): boolean {
    for (; this.#named < this.#table.length; this.#named++) {
      if (this.#named % namedAtOnce === 0 && performance.now() > until) return false;
      if (this.#lexical.fileOf(this.#named) < 0) continue;
      for (const name of this.#table.definitions(this.#named)) this.#symbols.add(name, this.#named);
    }
    return true;
  }

  #addFile(file: CorpusFile): void {
    this.#revision++;
    this.#setFile(file);
    const hash = pathHash(file.path);
    this.#pathsByHash.set(hash, [...(this.#pathsByHash.get(hash) ?? []), file.path]);
  }

  #setFile(file: CorpusFile): void {
    this.#files.set(file.path, file);
    this.#filesByNumber[file.indexed.file] = file;
  }

  #removeFile({ path, indexed }: CorpusFile): void {
    this.#revision++;
    this.#files.delete(path);
    this.#filesByNumber[indexed.file] = undefined;
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
    this.#filesByNumber = other.#filesByNumber;
    this.#pathsByHash = other.#pathsByHash;
    this.#symbols = other.#symbols;
    this.#named = other.#named;
    this.#read.clear();
  }
}
