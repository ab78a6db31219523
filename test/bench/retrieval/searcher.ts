import type { CodeRange } from "../../../src/rag/ports";

/** What a way of searching found: files best first, and ranges of lines best first. */
export interface Found {
  readonly files: readonly string[];
  readonly ranges: readonly CodeRange[];
}

/** One way of searching. */
export interface Searcher {
  readonly name: string;
  search(question: string): Promise<Found> | Found;
}

/** A file as every baseline sees it: the files and chunks are the product's own, so that only the ranking differs. */
export interface SourceDocument {
  readonly path: string;
  readonly text: string;
  readonly chunks: readonly { readonly range: CodeRange; readonly text: string }[];
}

/** A baseline follows the tree file by file. */
export interface Baseline extends Searcher {
  put(document: SourceDocument): void;
  remove(path: string): void;
}

/** Ranges asked of every way of searching. */
export const rangesWanted = 50;

/** Files in the order in which their first range comes. */
export function filesOf(ranges: readonly CodeRange[]): readonly string[] {
  return [...new Set(ranges.map(({ path }) => path))];
}

/** The best `limit` of what has a score above 0, best first; what came first stays first among equals. */
export function best<T>(items: Iterable<T>, scoreOf: (item: T) => number, limit: number): T[] {
  const scored = [...items].map((item) => ({ item, score: scoreOf(item) })).filter(({ score }) => score > 0);
  return scored.sort((a, b) => b.score - a.score).slice(0, limit).map(({ item }) => item);
}
