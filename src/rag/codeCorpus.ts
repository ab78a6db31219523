import type { ChunkRecord, FileRecord, IndexRecord } from "./indexRecords";
import { type IndexedFile, LexicalIndex } from "./lexicalIndex";
import { pathHash } from "./sourceText";
import { SymbolTable } from "./symbolTable";
import type { TermCounts } from "./termDictionary";

/** A file as the index knows it; its chunks are found by number. */
export interface CorpusFile extends Omit<FileRecord, "chunks"> {
  readonly indexed: IndexedFile;
}

/** A chunk as the index knows it; its text is in the file. */
export interface CorpusChunk extends Omit<ChunkRecord, "body"> {
  readonly path: string;
}

const leastRemovedToRebuild = 2000;

/** All that is known of the workspace, in memory: files, chunks, words and symbols. */
export class CodeCorpus {
  #files = new Map<string, CorpusFile>();
  #lexical = new LexicalIndex();
  #symbols = new SymbolTable();
  /** By chunk number. */
  #chunks: (CorpusChunk | undefined)[] = [];
  /** Paths by their hash; two may share one. */
  #pathsByHash = new Map<number, string[]>();

  get lexical(): LexicalIndex {
    return this.#lexical;
  }

  get symbols(): SymbolTable {
    return this.#symbols;
  }

  get files(): ReadonlyMap<string, CorpusFile> {
    return this.#files;
  }

  chunk(number: number): CorpusChunk | undefined {
    return this.#chunks[number];
  }

  chunkNumbersOf(path: string): readonly number[] {
    const file = this.#files.get(path);
    return file ? this.#lexical.chunksOf(file.indexed.file) : [];
  }

  /** Chunks with this text in the files whose paths have this hash: what the id of a vector tells. */
  chunksWith(hash: number, key: string): readonly number[] {
    const paths = this.#pathsByHash.get(hash) ?? [];
    return paths.flatMap((path) => this.chunkNumbersOf(path)).filter((number) => this.#chunks[number]?.key === key);
  }

  /** Takes a file in; one with the same path goes. */
  put(record: FileRecord): void {
    this.remove(record.path);
    const { chunks, ...file } = record;
    const indexed = this.#lexical.add(file.path, chunks);
    this.#files.set(file.path, { ...file, indexed });
    const hash = pathHash(file.path);
    this.#pathsByHash.set(hash, [...(this.#pathsByHash.get(hash) ?? []), file.path]);
    for (const [i, chunk] of chunks.entries()) {
      const number = indexed.firstChunk + i;
      this.#chunks[number] = withoutBody(chunk, file.path);
      for (const name of chunk.definitions) this.#symbols.add(name, number);
    }
  }

  remove(path: string): void {
    const file = this.#files.get(path);
    if (!file) return;
    for (const number of this.#lexical.chunksOf(file.indexed.file)) {
      for (const name of this.#chunks[number]?.definitions ?? []) this.#symbols.remove(name, number);
      this.#chunks[number] = undefined;
    }
    this.#lexical.remove(file.indexed);
    this.#files.delete(path);
    const hash = pathHash(path);
    const others = (this.#pathsByHash.get(hash) ?? []).filter((other) => other !== path);
    if (others.length > 0) this.#pathsByHash.set(hash, others);
    else this.#pathsByHash.delete(hash);
  }

  /** Notes a new size and time of a file whose content is the same. */
  touch(path: string, bytes: number, mtimeMs: number): void {
    const file = this.#files.get(path);
    if (file) this.#files.set(path, { ...file, bytes, mtimeMs });
  }

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
      default:
        record satisfies never;
    }
  }

  /** Records that make this corpus again, terms under the numbers they have. */
  *records(): Generator<IndexRecord, void, undefined> {
    const bodies = this.#lexical.bodies();
    yield { kind: "terms", terms: this.#lexical.dictionary.termsFrom(0) };
    for (const { indexed, ...file } of this.#files.values()) {
      const chunks = this.#lexical.chunksOf(indexed.file).flatMap((number) => {
        const chunk = this.#chunks[number];
        const body = bodies[number];
        return chunk && body ? [{ ...chunk, body }] : [];
      });
      yield { kind: "file", file: { ...file, chunks } };
    }
  }

  /**
   * Gives back the room of what was removed, once that is much. Chunks and terms get new numbers, so what was saved
   * under the old ones must be written anew.
   */
  rebuildIfSparse(): boolean {
    const { removedChunks, chunkCount } = this.#lexical;
    if (removedChunks < leastRemovedToRebuild || removedChunks < chunkCount / 2) return false;
    const terms = this.#lexical.dictionary.termsFrom(0);
    const fresh = new CodeCorpus();
    const renumber = (body: TermCounts) => renumbered(body, (id) => fresh.lexical.dictionary.add(terms[id] ?? ""));
    for (const record of this.records()) {
      if (record.kind !== "file") continue;
      const chunks = record.file.chunks.map((chunk) => ({ ...chunk, body: renumber(chunk.body) }));
      fresh.put({ ...record.file, chunks });
    }
    this.#takeOver(fresh);
    return true;
  }

  #takeOver(other: CodeCorpus): void {
    this.#lexical = other.#lexical;
    this.#symbols = other.#symbols;
    this.#chunks = other.#chunks;
    this.#files = other.#files;
    this.#pathsByHash = other.#pathsByHash;
  }
}

/** The words of a chunk live in the lexical index only. */
function withoutBody({ startLine, endLine, symbol, signature, definitions, key }: ChunkRecord, path: string): CorpusChunk {
  return { startLine, endLine, symbol, signature, definitions, key, path };
}

function renumbered({ ids, counts }: TermCounts, toNew: (id: number) => number): TermCounts {
  const pairs = ids.map((id, i) => [toNew(id), counts[i] ?? 1] as const).sort((a, b) => a[0] - b[0]);
  return { ids: pairs.map(([id]) => id), counts: pairs.map(([, count]) => count) };
}
