import { readFile } from "node:fs/promises";
import path from "node:path";
import { silentLog } from "../../../src/common/log";
import { Chunker } from "../../../src/rag/chunker";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { CorpusStore } from "../../../src/rag/corpusStore";
import { FileIndexer } from "../../../src/rag/fileIndexer";
import { IndexUpdate } from "../../../src/rag/indexUpdate";
import { decodeSource, splitLines, textOfRange } from "../../../src/rag/sourceText";
import { Syntax } from "../../../src/rag/syntax";
import { WorkspaceFolders } from "../../../src/rag/workspaceFolders";
import { scanWorkspace } from "../../../src/rag/workspaceScan";
import { WriterLock } from "../../../src/rag/writerLock";
import type { RetrievedChunk, CodeRange } from "../../../src/rag/ports";
import type { Baseline, SourceDocument } from "./searcher";

const never = new AbortController().signal;

/** A folder as the product indexes it, with the product's own scanner, chunker and corpus; baselines follow it. */
export class IndexedTree {
  readonly root: string;
  readonly corpus = new CodeCorpus();
  readonly #folders: WorkspaceFolders;
  readonly #store: CorpusStore;
  readonly #indexer: FileIndexer;
  readonly #baselines: readonly Baseline[];
  readonly #hashes = new Map<string, string>();
  readonly #lines = new Map<string, readonly string[]>();

  constructor(root: string, scratch: string, baselines: readonly Baseline[]) {
    this.root = root;
    this.#folders = new WorkspaceFolders([{ path: root, name: "tree" }]);
    this.#store = new CorpusStore(scratch, new WriterLock(scratch, silentLog), silentLog);
    this.#indexer = new FileIndexer(this.#folders, new Chunker(new Syntax(path.resolve("dist/wasm"), silentLog)));
    this.#baselines = baselines;
  }

  async update(): Promise<void> {
    const deps = { folders: this.#folders, corpus: this.corpus, store: this.#store, indexer: this.#indexer };
    await new IndexUpdate(deps, never).toScan(await scanWorkspace(this.#folders, []), () => undefined);
    this.corpus.rebuildIfSparse();
    await this.#tellBaselines();
  }

  /** A range with its text, as the retriever hands it out. */
  chunk({ path: file, startLine, endLine }: CodeRange): RetrievedChunk {
    const text = textOfRange(this.#lines.get(file) ?? [], startLine, endLine);
    return { path: file, startLine, endLine, text, score: 0, language: this.corpus.files.get(file)?.language ?? "plaintext", hash: "" };
  }

  lines(file: string): readonly string[] {
    return this.#lines.get(file) ?? [];
  }

  /** Files that have chunks. */
  get files(): readonly string[] {
    return [...this.#hashes.keys()];
  }

  async #tellBaselines(): Promise<void> {
    const { files } = this.corpus;
    for (const file of this.#hashes.keys()) {
      if (files.get(file)?.skipped !== undefined || !files.has(file)) this.#forget(file);
    }
    for (const { path: file, hash, skipped } of files.values()) {
      if (skipped !== undefined || this.#hashes.get(file) === hash) continue;
      this.#hashes.set(file, hash);
      const document = await this.#document(file);
      for (const baseline of this.#baselines) baseline.put(document);
    }
  }

  #forget(file: string): void {
    this.#hashes.delete(file);
    this.#lines.delete(file);
    for (const baseline of this.#baselines) baseline.remove(file);
  }

  async #document(file: string): Promise<SourceDocument> {
    const lines = splitLines(decodeSource(await readFile(path.join(this.root, file))));
    this.#lines.set(file, lines);
    const chunks = this.corpus.chunkNumbersOf(file).flatMap((number) => {
      const chunk = this.corpus.chunk(number);
      if (!chunk) return [];
      const { startLine, endLine } = chunk;
      return [{ range: { path: file, startLine, endLine }, text: textOfRange(lines, startLine, endLine) }];
    });
    return { path: file, text: lines.join("\n"), chunks };
  }
}
