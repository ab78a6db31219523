import type { Subscribe } from "../common/emitter";
import type { SerializedError } from "../common/errors";

/** A range of a workspace file. Lines are 1-based, both ends included. */
export interface CodeRange {
  /** Relative to the workspace root, with forward slashes. */
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

export interface RetrievedChunk extends CodeRange {
  readonly text: string;
  /** Higher is better; comparable within one answer only. */
  readonly score: number;
  /** VS Code language id, such as "typescript"; "plaintext" when unknown. */
  readonly language: string;
  /** Name path of the enclosing definition, such as "Parser > parseLine". */
  readonly symbol?: string;
  /** SHA-256 of `text`, hex; tells whether a citation has gone stale. */
  readonly hash: string;
}

export interface RetrieveQuery {
  readonly text: string;
  /** Most chunks that come back. */
  readonly limit: number;
}

/** Finds the code that a question is about, best first. */
export interface Retriever {
  retrieve(query: RetrieveQuery, signal?: AbortSignal): Promise<readonly RetrievedChunk[]>;
}

export interface IndexSummary {
  readonly files: number;
  readonly chunks: number;
  /** Chunks that have a vector; 0 when no embedding model is configured. */
  readonly embedded: number;
  /** Files that were read again by this update. */
  readonly changed: number;
  readonly removed: number;
  /** Files left out, by reason ("binary", "too-large", "generated", "secret", "unreadable"; ignored ones are not listed by git). */
  readonly skipped: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
  /** Why there are no new vectors although an embedding model is configured; search by words goes on. */
  readonly embeddingError?: SerializedError;
  /** Why what was found is in memory only: another process is this index's writer, or the disk refused. Absent: it is saved. */
  readonly unsaved?: UnsavedReason;
}

export type UnsavedReason = "other-writer" | "disk-error";

export type IndexStatus =
  | { readonly kind: "off" }
  | { readonly kind: "scanning" }
  | { readonly kind: "indexing"; readonly done: number; readonly total: number }
  | { readonly kind: "embedding"; readonly done: number; readonly total: number }
  | { readonly kind: "ready"; readonly summary: IndexSummary }
  | { readonly kind: "failed"; readonly error: SerializedError };

export interface IndexConfig {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Absolute path of the folder that holds this workspace's index. */
  readonly storage: string;
  /** Globs left out on top of the ignore files, relative to the root. */
  readonly exclude: readonly string[];
  /** Whether git may be run in the folder: its list of files, and what was worked on of late. True by default. */
  readonly useGit?: boolean;
}

/** The index of one workspace, in its own process. */
export interface CodeIndex extends Retriever {
  readonly status: IndexStatus;
  readonly onDidChangeStatus: Subscribe<IndexStatus>;
  /** Brings the index up to date with the files; a running update is joined by later callers. */
  update(signal?: AbortSignal): Promise<IndexSummary>;
  /** Marks files (relative paths) as changed or gone; read again in a batch shortly after. */
  touch(paths: readonly string[]): void;
  configure(config: IndexConfig): Promise<void>;
  dispose(): Promise<void>;
}
