import { commands } from "vscode";

/** What menus and key bindings can ask about. */
export interface ContextKeys {
  /** An answer runs in some chat. */
  "hearth.generating": boolean;
  "hearth.modelReady": boolean;
  "hearth.indexing": boolean;
  /** A proposed change is in front. */
  "hearth.reviewing": boolean;
  /** A model writes a change for an editor. */
  "hearth.editing": boolean;
  /** A commit message is being written. */
  "hearth.writingCommitMessage": boolean;
}

export function setContextKey<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  void commands.executeCommand("setContext", key, value);
}
