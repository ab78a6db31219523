import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { silentLog } from "../../../src/common/log";
import { Chunker } from "../../../src/rag/chunker";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { CorpusStore } from "../../../src/rag/corpusStore";
import { FileIndexer } from "../../../src/rag/fileIndexer";
import { IndexUpdate } from "../../../src/rag/indexUpdate";
import { Syntax } from "../../../src/rag/syntax";
import { VectorStore } from "../../../src/rag/vectorStore";
import { WorkspaceFolders } from "../../../src/rag/workspaceFolders";
import { scanWorkspace } from "../../../src/rag/workspaceScan";
import { WriterLock } from "../../../src/rag/writerLock";
import { probeLoad, type ProbeResult } from "./loadProbe";
import { madeKind, madeVector } from "./madeVectors";
import { timed } from "./results";
import { SourceTree } from "./sourceTree";

export interface ScalePoint {
  readonly chunks: number;
  readonly sourceMb: number;
  /** Making the whole index of so many chunks by syntax, saving included. */
  readonly indexMs: number;
  readonly diskMb: number;
  readonly vectorDiskMb: number;
  /** One changed file, until it is in memory and saved. */
  readonly saveMs: number;
  readonly words: ProbeResult;
  readonly vectors: ProbeResult;
}

const never = new AbortController().signal;
const bytesPerChunk = 1_000;

/** An index that grows, measured at several sizes. Files and vectors are made up. */
export class GrowingIndex {
  readonly #root: string;
  readonly #storage: string;
  readonly #tree = new SourceTree(7);
  readonly #folders: WorkspaceFolders;
  readonly #corpus = new CodeCorpus();
  readonly #store: CorpusStore;
  readonly #lock: WriterLock;
  readonly #indexer: FileIndexer;
  #sourceBytes = 0;
  #indexMs = 0;

  constructor(scratch: string) {
    this.#root = path.join(scratch, "growing");
    this.#storage = path.join(scratch, "growing-index");
    mkdirSync(this.#root, { recursive: true });
    this.#folders = new WorkspaceFolders([{ path: this.#root, name: "tree" }]);
    this.#lock = new WriterLock(this.#storage, silentLog);
    this.#store = new CorpusStore(this.#storage, this.#lock, silentLog);
    this.#indexer = new FileIndexer(this.#folders, new Chunker(new Syntax(path.resolve("dist/wasm"), silentLog)));
  }

  async growTo(chunks: number): Promise<ScalePoint> {
    while (this.#corpus.lexical.chunkCount < chunks * 0.98) await this.#grow(chunks);
    await this.#addVectors();
    const saveMs = await this.#changeOneFile();
    const [words, vectors] = [false, true].map((withVectors) => probeLoad({ root: this.#root, storage: this.#storage, withVectors, queries: 200 }));
    if (!words || !vectors) throw new Error("The probe said nothing.");
    const point = { chunks: this.#corpus.lexical.chunkCount, sourceMb: this.#sourceBytes / 1e6, indexMs: this.#indexMs, saveMs, words, vectors };
    return { ...point, diskMb: statSync(path.join(this.#storage, "index.log")).size / 1e6, vectorDiskMb: folderMb(path.join(this.#storage, "vectors")) };
  }

  async close(): Promise<void> {
    await this.#lock.release();
  }

  async #grow(chunks: number): Promise<void> {
    const known = this.#corpus.lexical.chunkCount;
    const perChunk = known > 0 ? this.#sourceBytes / known : bytesPerChunk;
    const bytes = (chunks - known) * perChunk;
    this.#tree.write(this.#root, bytes);
    this.#sourceBytes += bytes;
    this.#indexMs += (await timed(() => this.#update())).took;
  }

  async #update(): Promise<void> {
    const deps = { folders: this.#folders, corpus: this.#corpus, store: this.#store, indexer: this.#indexer };
    await new IndexUpdate(deps, never).toScan(await scanWorkspace(this.#folders, [], { useGit: false }), () => undefined);
    await this.#store.save(this.#corpus);
  }

  async #changeOneFile(): Promise<number> {
    const file = "changed.ts";
    writeFileSync(path.join(this.#root, file), "export function before(): void {}\n");
    await this.#update();
    writeFileSync(path.join(this.#root, file), `export function zyxwQuartz${this.#corpus.lexical.chunkCount}(): number {\n  return 1;\n}\n`);
    const deps = { folders: this.#folders, corpus: this.#corpus, store: this.#store, indexer: this.#indexer };
    return (await timed(async () => {
      await new IndexUpdate(deps, never).toFiles([file]);
      await this.#store.save(this.#corpus);
    })).took;
  }

  async #addVectors(): Promise<void> {
    const vectors = await VectorStore.open(path.join(this.#storage, "vectors"), madeKind);
    for (const file of this.#corpus.files.keys()) {
      for (const number of this.#corpus.chunkNumbersOf(file)) {
        const chunk = this.#corpus.chunk(number);
        if (chunk && !vectors.has(file, chunk.key)) vectors.add({ path: file, key: chunk.key, vector: madeVector(file + chunk.key) });
      }
    }
    await vectors.flush();
  }
}

function folderMb(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size / 1e6, 0);
}
