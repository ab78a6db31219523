import type { Subscribe } from "../common/emitter";
import type { SerializedError } from "../common/errors";

/** A range of a workspace file. Lines are 1-based, both ends included. */
export interface CodeRange {
  /** Relative to the workspace's folder, with forward slashes; with several folders it begins with the folder's name. */
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
  /** The head of the definition that the chunk lies in or begins with, on one line, at most 160 characters. */
  readonly signature?: string;
  /** SHA-256 of `text`, hex; tells whether a citation has gone stale. */
  readonly hash: string;
  /** What each source gave to `score`, by name; present when the query asked for it. */
  readonly scores?: Readonly<Record<string, number>>;
}

export interface RetrieveQuery {
  readonly text: string;
  /** Most chunks that come back. */
  readonly limit: number;
  /** Questions that came before in the conversation, the newest last: a follow-up draws on them. Default: none. */
  readonly earlier?: readonly string[];
  /** Whether `scores` come along. Default: false. */
  readonly explain?: boolean;
}

/** A range with the hash that its text had when it was cited. */
export interface HashedRange extends CodeRange {
  /** SHA-256 of the text, hex. */
  readonly hash: string;
}

/** What a citation shows now: the lines as they were, other text, or no such file. */
export type CitationState = "fresh" | "stale" | "gone";

export interface SymbolQuery {
  /** Part of a name; empty: nothing is found. */
  readonly text: string;
  /** Most symbols that come back. */
  readonly limit: number;
}

/** A definition found by name. */
export interface SymbolHit extends CodeRange {
  readonly name: string;
  /** Name path, such as "Parser > parseLine". */
  readonly symbol: string;
  readonly signature: string;
  readonly match: "exact" | "prefix" | "fuzzy";
}

/** A file of the workspace map: the definitions in it that the rest of the workspace refers to most. */
export interface MapEntry {
  readonly path: string;
  /** Share of all references that end here; higher is more central. */
  readonly rank: number;
  readonly signatures: readonly string[];
}

/** Whether a file is in the index, and why not. */
export type FileVerdict =
  | { readonly kind: "indexed"; readonly path: string; readonly chunks: number; readonly language: string; readonly embedded: number }
  /**
   * `reason`: a SkipReason, "ignored" (by an ignore file), "excluded" (by the settings or as version control's own),
   * "outside", "missing", "folder" or "waiting" (for the next update). `detail`: a sentence, such as which pattern it was.
   */
  | { readonly kind: "left-out"; readonly path: string; readonly reason: string; readonly detail: string };

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
  /** Files that this update found under another path and kept as they were. Absent: 0. */
  readonly moved?: number;
  /** Files left out, by reason ("binary", "too-large", "generated", "secret", "unreadable"; ignored ones are not listed by git). */
  readonly skipped: Readonly<Record<string, number>>;
  /** Chunks that are cut by lines for now and wait for their syntax. Absent: 0. */
  readonly coarse?: number;
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
  /** `secondsLeft` by the rate so far; absent until it is known. */
  | { readonly kind: "embedding"; readonly done: number; readonly total: number; readonly secondsLeft?: number }
  | { readonly kind: "paused"; readonly summary: IndexSummary }
  | { readonly kind: "ready"; readonly summary: IndexSummary }
  | { readonly kind: "failed"; readonly error: SerializedError };

/** A folder of the workspace. */
export interface WorkspaceRoot {
  /** Absolute. */
  readonly path: string;
  /** Begins the paths of its files where there are several folders; unique among them. */
  readonly name: string;
  /** Globs left out of this folder instead of the config's. Default: those of the config. */
  readonly exclude?: readonly string[];
}

export interface IndexConfig {
  /** The workspace's folders, at least one. */
  readonly roots: readonly WorkspaceRoot[];
  /** Absolute path of the folder that holds this workspace's index. */
  readonly storage: string;
  /** Globs left out on top of the ignore files, relative to each root; a root may have its own. */
  readonly exclude: readonly string[];
  /** Number format of the vectors on disk. Default: "int8", a quarter of the size, which keeps 99.5 % of the nearest 10. */
  readonly vectorPrecision?: "f32" | "int8";
  /** Vectors are cut to so many dimensions, with models that allow it. Default: all. */
  readonly vectorDimensions?: number;
  /** Whether embedding rests while the machine runs on battery. Default: false. */
  readonly restOnBattery?: boolean;
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
  /** Files that are open or were shown of late, the newest first: they are embedded first. */
  setOpenFiles(paths: readonly string[]): void;
  /** Whether background work (embedding, syntax of large trees) rests, as while an answer is written or on battery. */
  setResting(resting: boolean): void;
  /** Stops updates and background work until `resume`; questions are answered from what is there. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Throws the index away and makes it anew. */
  rebuild(signal?: AbortSignal): Promise<IndexSummary>;
  /** Why a file is in the index or not. `path` is relative as in `CodeRange`, or absolute. */
  explain(path: string): Promise<FileVerdict>;
  /** Files left out with their reasons, at most `limit`; ignored and excluded ones are not listed. */
  leftOut(limit: number): Promise<readonly FileVerdict[]>;
  /** Definitions by name: exact ones first, then those that begin so, then near ones. */
  symbols(query: SymbolQuery): Promise<readonly SymbolHit[]>;
  /** The most central files with their definitions, at most `limit`. */
  map(limit: number): Promise<readonly MapEntry[]>;
  /** Whether cited lines still read as they did. In the order of `ranges`. */
  checkCitations(ranges: readonly HashedRange[]): Promise<readonly CitationState[]>;
  configure(config: IndexConfig): Promise<void>;
  dispose(): Promise<void>;
}
