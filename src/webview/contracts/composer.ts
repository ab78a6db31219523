import type { ViewRange } from "./ranges";

/** What can be put into a question with `@` or `#`. */
export type ViewMentionKind = (typeof viewMentionKinds)[number];

export const viewMentionKinds = [
  "file", "folder", "symbol", "selection", "openEditors", "problems", "terminal", "gitDiff", "codebase", "notebookCell",
] as const;

/** A row of the picker. */
export interface ViewMention {
  readonly kind: ViewMentionKind;
  /** Names what is meant within its kind, such as a path; empty for a kind that has one only. */
  readonly id: string;
  readonly label: string;
  /** A folder, a signature, how much there is. */
  readonly detail?: string;
  /** The row opens the list of its kind instead of being chosen. */
  readonly opens?: boolean;
}

/** What stands above the input as a chip and goes with the question. */
export interface ViewAttachment extends ViewRange {
  readonly language: string;
  /** Where it comes from. Absent: code of a file. */
  readonly source?: ViewMentionKind | "paste";
  /** What the chip says instead of the path and lines. */
  readonly label?: string;
}

export interface ViewSlashCommand {
  /** Without the slash. */
  readonly name: string;
  readonly description: string;
  /** What may follow, such as "[question]"; absent: nothing. */
  readonly argument?: string;
  readonly source: "hearth" | "workspace";
}

/** What the next question would take, in tokens. */
export interface ViewDraftSize {
  /** The text and all that is attached. */
  readonly question: number;
  /** What stands in the context already: system prompt, rules, history. */
  readonly history: number;
  readonly contextSize: number;
  /** The counts are estimates, since a server has no tokenizer to ask. */
  readonly estimated?: boolean;
}

export type ComposerRequests = {
  /** Rows for what was typed after `@` or `#`, best first; at most 50. Without a kind: the kinds that fit, and files. */
  mentions: [params: { query: string; kind?: ViewMentionKind }, result: readonly ViewMention[]];
  /** Attaches what a row means. Rejects with the reason, as when nothing is selected. */
  addMention: [params: { kind: ViewMentionKind; id: string }, result: void];
  /** Attaches files and folders that were dropped, by URI. */
  dropFiles: [params: { uris: readonly string[] }, result: void];
  /** Attaches text that was copied from an editor of this window, and tells whether it was; otherwise it is pasted as text. */
  pasteCode: [params: { text: string }, result: boolean];
  slashCommands: [params: Record<string, never>, result: readonly ViewSlashCommand[]];
  /** Null while no model is loaded: counting loads none. */
  draftSize: [params: { text: string }, result: ViewDraftSize | null];
  /** What was typed in a conversation and not sent; null: nothing was ever kept. The id is empty for conversations in which nothing was asked yet. */
  draft: [params: { conversation: string }, result: string | null];
  keepDraft: [params: { conversation: string; text: string }, result: void];
};
