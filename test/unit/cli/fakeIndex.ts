import { Emitter } from "../../../src/common/emitter";
import type { HearthError } from "../../../src/common/errors";
import type { CitationState, CodeIndex, FileVerdict, HashedRange, IndexStatus, IndexSummary, MapEntry, RetrievedChunk, SymbolHit } from "../../../src/rag/ports";

export const chunk: RetrievedChunk = {
  path: "src/a.ts",
  startLine: 1,
  endLine: 3,
  text: "const a = 1;\nconst b = 2;\nconst c = 3;",
  score: 0.75,
  language: "typescript",
  symbol: "a",
  hash: "ff",
};

export const summary: IndexSummary = { files: 2, chunks: 3, embedded: 0, changed: 1, removed: 0, skipped: { binary: 4 }, elapsedMs: 12 };

export const mapEntries: readonly MapEntry[] = [
  { path: "src/a.ts", rank: 0.5, signatures: ["export class Route", "export function quickest(\n  routes: Route[],\n): Route"] },
  { path: "src/b.ts", rank: 0.25, signatures: ["export class Depot"] },
];

export class FakeIndex implements CodeIndex {
  readonly queries: string[] = [];
  updates = 0;
  disposed = false;
  problem: HearthError | undefined;
  /** What the index comes to rest with. */
  summary = summary;
  /** Set: vectors are being made when an update is over; `settle` ends that. */
  embeds = false;
  status: IndexStatus = { kind: "off" };
  readonly #changed = new Emitter<IndexStatus>();
  readonly onDidChangeStatus = this.#changed.subscribe;

  update(signal?: AbortSignal): Promise<IndexSummary> {
    signal?.throwIfAborted();
    this.updates++;
    if (this.problem) return Promise.reject(this.problem);
    this.#changed.fire({ kind: "indexing", done: 1, total: 2 });
    if (this.embeds) this.settle({ kind: "embedding", done: 1, total: 3 });
    else this.settle({ kind: "ready", summary: this.summary });
    return Promise.resolve(summary);
  }

  settle(status: IndexStatus): void {
    this.status = status;
    this.#changed.fire(status);
  }

  retrieve({ text, limit }: { text: string; limit: number }) {
    this.queries.push(text);
    return Promise.resolve([chunk, { ...chunk, path: "src/b.ts", score: 0.5, text: "const d = 4;\nconst e = 5;\nconst f = 6;", hash: "fe" }].slice(0, limit));
  }

  touch() {}

  setOpenFiles() {}

  setResting() {}

  pause() {
    return Promise.resolve();
  }

  resume() {
    return Promise.resolve();
  }

  rebuild(): Promise<IndexSummary> {
    return this.update();
  }

  explain(path: string): Promise<FileVerdict> {
    return Promise.resolve({ kind: "indexed", path, chunks: 1, language: "typescript", embedded: 0 });
  }

  leftOut(): Promise<readonly FileVerdict[]> {
    return Promise.resolve([]);
  }

  symbols(): Promise<readonly SymbolHit[]> {
    return Promise.resolve([]);
  }

  map(limit: number): Promise<readonly MapEntry[]> {
    return Promise.resolve(mapEntries.slice(0, limit));
  }

  checkCitations(ranges: readonly HashedRange[]): Promise<readonly CitationState[]> {
    return Promise.resolve(ranges.map(() => "fresh"));
  }

  configure() {
    return Promise.resolve();
  }

  dispose() {
    this.disposed = true;
    return Promise.resolve();
  }
}
