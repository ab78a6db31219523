import type { ViewRange } from "./ranges";

/** A code block of an answer. */
export interface ViewCode {
  readonly turn: string;
  readonly text: string;
  /** As the fence names it; empty: not named. */
  readonly language: string;
  /** A path that the fence, its first line or the line before it names; absent: none. */
  readonly path?: string;
}

/** What a path or a name in an answer stands for. */
export type ViewLink =
  | ({ readonly kind: "file" | "symbol" } & ViewRange)
  /** It reads like a file of the workspace, and there is none. */
  | { readonly kind: "missing" };

/** Lines of a file as they are now. */
export interface ViewPreview extends ViewRange {
  readonly text: string;
  readonly language: string;
}

export type CodeRequests = {
  insertCode: [params: { text: string }, result: void];
  /** Shows the code as a change of the file it belongs to; nothing is written until it is accepted there. */
  applyCode: [params: ViewCode, result: void];
  /** Opens the code as a file that is not saved yet. */
  newFile: [params: ViewCode, result: void];
  /** Asks first. */
  runInTerminal: [params: ViewCode, result: void];
  openRange: [params: ViewRange, result: void];
  /** What each text stands for, in their order; null: nothing that is known. At most 200 texts. */
  resolveLinks: [params: { texts: readonly string[] }, result: readonly (ViewLink | null)[]];
  /** Null: there is no such file. At most 40 lines. */
  preview: [params: ViewRange, result: ViewPreview | null];
};
