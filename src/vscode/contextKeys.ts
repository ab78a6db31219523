import { commands } from "vscode";

/** What menus and key bindings can ask about. */
export interface ContextKeys {
  /** An answer runs in some chat. */
  "hearth.generating": boolean;
  "hearth.modelReady": boolean;
  "hearth.indexing": boolean;
}

export function setContextKey<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  void commands.executeCommand("setContext", key, value);
}
