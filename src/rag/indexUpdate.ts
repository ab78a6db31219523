import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { CodeCorpus } from "./codeCorpus";
import type { CorpusStore } from "./corpusStore";
import type { FileIndexer, ReadDepth } from "./fileIndexer";
import { mostChunks, withinLimit } from "./indexLimit";
import { findMoves } from "./moves";
import type { FoundFile } from "./scanner";
import { shortHash } from "./sourceText";
import type { WorkspaceFolders } from "./workspaceFolders";
import { inspectPath, type WorkspaceScan } from "./workspaceScan";

export interface UpdateDeps {
  readonly folders: WorkspaceFolders;
  readonly corpus: CodeCorpus;
  readonly store: CorpusStore;
  readonly indexer: FileIndexer;
  /** When so much is to be read, files are cut by lines for now. Bytes. Default: all are cut by their syntax. */
  readonly coarseAbove?: number;
  /** How much each file was worked on of late, by path: decides what is taken in when not all have room. Default: nothing is known. */
  readonly recency?: () => Promise<ReadonlyMap<string, number>>;
  /** Told of files that were found under another path, once the corpus has them there. */
  readonly onMove?: (from: string, to: string) => void;
  /** Most chunks that are taken in. */
  readonly chunkLimit?: number;
  /** Whether somebody waits for tokens: then there is a pause after each step. Default: nobody does. */
  readonly isResting?: () => boolean;
}

export interface UpdateCounts {
  readonly changed: number;
  readonly removed: number;
  /** Files that were found under another path; neither changed nor removed. */
  readonly moved: number;
  /** Files that could not be read this time. */
  readonly unreadable: readonly string[];
  /** Files that are left out since the index is full. */
  readonly overLimit: readonly string[];
}

/** The event loop is left alone no longer than this. Milliseconds. */
const turnMs = 10;
/** The pause after each step while somebody waits for tokens. Milliseconds. */
const restMs = 80;
const saveEveryMs = 2_000;
/** A file that is written twice within a tick of the system's clock has the same time both times. Milliseconds. */
const clockTickMs = 20;

/** Brings a corpus up to date with the files, in small steps, saving on the way. One at a time. */
export class IndexUpdate {
  readonly #deps: UpdateDeps;
  readonly #signal: AbortSignal;
  readonly #unreadable: string[] = [];
  #overLimit: readonly string[] = [];
  #changed = 0;
  #removed = 0;
  #moved = 0;
  #turnBegan = performance.now();
  #savedAt = performance.now();

  constructor(deps: UpdateDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  get counts(): UpdateCounts {
    return { changed: this.#changed, removed: this.#removed, moved: this.#moved, unreadable: this.#unreadable, overLimit: this.#overLimit };
  }

  /** Takes out what is gone and reads what is new or has another size or time. */
  async toScan(scan: WorkspaceScan, onProgress: (done: number, total: number) => void): Promise<void> {
    const { corpus } = this.#deps;
    const files = await this.#withinLimit(scan.files);
    const present = new Set(files.map((file) => file.path));
    const gone = [...corpus.files.keys()].filter((path) => !present.has(path) && !scan.away.some((prefix) => path.startsWith(prefix)));
    await this.#move(gone, files);
    for (const path of gone) this.#remove(path);
    const changed = files.filter((file) => this.#differs(file));
    const depth = changed.reduce((sum, { bytes }) => sum + bytes, 0) > (this.#deps.coarseAbove ?? Infinity) ? "lines" : "syntax";
    for (const [done, file] of changed.entries()) {
      onProgress(done, changed.length);
      await this.#read(file, depth);
      await this.#pause();
    }
  }

  /** Reads files of the corpus again. */
  async toFiles(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const found = await inspectPath(this.#deps.folders, path);
      if (typeof found === "object") await this.#read(found);
      else this.#remove(path);
      await this.#pause();
    }
  }

  /** Cuts files by their syntax that were cut by lines. */
  async refine(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      if (!this.#deps.corpus.files.get(path)?.coarse) continue;
      const found = await inspectPath(this.#deps.folders, path);
      if (typeof found === "object") await this.#read(found, "syntax", true);
      else this.#remove(path);
      await this.#pause();
    }
  }

  async #withinLimit(files: readonly FoundFile[]): Promise<readonly FoundFile[]> {
    const { corpus, recency, chunkLimit = mostChunks } = this.#deps;
    const limited = await withinLimit(files, {
      chunksOf: (path) => corpus.files.get(path)?.indexed.chunkCount,
      recency: recency ?? (() => Promise.resolve(new Map())),
      limit: chunkLimit,
    });
    this.#overLimit = limited.overLimit;
    return limited.files;
  }

  #differs({ path, bytes, mtimeMs }: FoundFile): boolean {
    const known = this.#deps.corpus.files.get(path);
    return known?.bytes !== bytes || known.mtimeMs !== mtimeMs;
  }

  /** Content that is known is not cut again, unless it is `refined`. */
  async #read(file: FoundFile, depth: ReadDepth = "syntax", isRefined = false): Promise<void> {
    const { corpus, store, indexer } = this.#deps;
    await untilTickOver(file);
    const knownHash = isRefined ? undefined : corpus.files.get(file.path)?.hash;
    const result = await indexer.read(file, knownHash, () => corpus.lexical.dictionary, depth);
    switch (result.kind) {
      case "same":
        corpus.touch(file.path, file.bytes, file.mtimeMs);
        store.note({ kind: "touched", path: file.path, bytes: file.bytes, mtimeMs: file.mtimeMs });
        return;
      case "unreadable":
        this.#unreadable.push(file.path);
        this.#remove(file.path);
        return;
      case "read":
        corpus.put(result.record);
        store.note({ kind: "file", file: result.record });
        this.#changed++;
        return;
      default:
        result satisfies never;
    }
  }

  /** A file that was renamed keeps its chunks: it is not cut, counted and embedded again. */
  async #move(gone: readonly string[], files: readonly FoundFile[]): Promise<void> {
    const { corpus, store, folders, onMove } = this.#deps;
    const known = gone.flatMap((path) => corpus.files.get(path) ?? []);
    const fresh = known.length > 0 ? files.filter(({ path }) => !corpus.files.has(path)) : [];
    for (const file of fresh) await untilTickOver(file);
    const hashOf = async (path: string) => {
      await this.#pause();
      const bytes = await folders.read(path);
      return bytes && shortHash(bytes);
    };
    for (const { from, to } of await findMoves(known, fresh, hashOf)) {
      corpus.move(from, to.path, to.bytes, to.mtimeMs);
      store.note({ kind: "moved", path: from, to: to.path, bytes: to.bytes, mtimeMs: to.mtimeMs });
      onMove?.(from, to.path);
      this.#moved++;
    }
  }

  #remove(path: string): void {
    const { corpus, store } = this.#deps;
    if (!corpus.files.has(path)) return;
    corpus.remove(path);
    store.note({ kind: "removed", path });
    this.#removed++;
  }

  /** Lets questions be answered between two files. */
  async #pause(): Promise<void> {
    this.#signal.throwIfAborted();
    const now = performance.now();
    if (now - this.#savedAt > saveEveryMs) {
      await this.#deps.store.save(this.#deps.corpus);
      this.#savedAt = performance.now();
    }
    if (now - this.#turnBegan < turnMs) return;
    if (this.#deps.isResting?.()) await delay(restMs, undefined, { signal: this.#signal });
    else await nextTurn();
    this.#turnBegan = performance.now();
  }
}

/** What is read after this is what the file's time stands for, or newer: then the next scan finds another time. */
async function untilTickOver({ mtimeMs }: FoundFile): Promise<void> {
  const age = Date.now() - mtimeMs;
  if (Math.abs(age) < clockTickMs) await delay(clockTickMs - age + 1);
}
