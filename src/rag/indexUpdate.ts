import { setImmediate as nextTurn } from "node:timers/promises";
import type { CodeCorpus } from "./codeCorpus";
import type { CorpusStore } from "./corpusStore";
import type { FileIndexer } from "./fileIndexer";
import { type FoundFile, inspectFile, type Scan } from "./scanner";

export interface UpdateDeps {
  readonly root: string;
  readonly corpus: CodeCorpus;
  readonly store: CorpusStore;
  readonly indexer: FileIndexer;
}

export interface UpdateCounts {
  readonly changed: number;
  readonly removed: number;
  /** Files that could not be read this time. */
  readonly unreadable: readonly string[];
}

/** The event loop is left alone no longer than this. Milliseconds. */
const turnMs = 10;
const saveEveryMs = 2_000;

/** Brings a corpus up to date with the files, in small steps, saving on the way. One at a time. */
export class IndexUpdate {
  readonly #deps: UpdateDeps;
  readonly #signal: AbortSignal;
  readonly #unreadable: string[] = [];
  #changed = 0;
  #removed = 0;
  #turnBegan = performance.now();
  #savedAt = performance.now();

  constructor(deps: UpdateDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  get counts(): UpdateCounts {
    return { changed: this.#changed, removed: this.#removed, unreadable: this.#unreadable };
  }

  /** Takes out what is gone and reads what is new or has another size or time. */
  async toScan(scan: Scan, onProgress: (done: number, total: number) => void): Promise<void> {
    const { corpus } = this.#deps;
    const present = new Set(scan.files.map((file) => file.path));
    for (const path of [...corpus.files.keys()]) if (!present.has(path)) this.#remove(path);
    const changed = scan.files.filter((file) => this.#differs(file));
    for (const [done, file] of changed.entries()) {
      onProgress(done, changed.length);
      await this.#read(file);
      await this.#pause();
    }
  }

  /** Reads files of the corpus again. */
  async toFiles(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const found = await inspectFile(this.#deps.root, path);
      if (typeof found === "object") await this.#read(found);
      else this.#remove(path);
      await this.#pause();
    }
  }

  #differs({ path, bytes, mtimeMs }: FoundFile): boolean {
    const known = this.#deps.corpus.files.get(path);
    return known?.bytes !== bytes || known.mtimeMs !== mtimeMs;
  }

  async #read(file: FoundFile): Promise<void> {
    const { corpus, store, indexer } = this.#deps;
    const result = await indexer.read(file, corpus.files.get(file.path)?.hash, () => corpus.lexical.dictionary);
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
    await nextTurn();
    this.#turnBegan = performance.now();
  }
}
