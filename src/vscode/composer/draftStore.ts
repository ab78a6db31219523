import type { Memento } from "vscode";

const key = "hearth.drafts";
/** Of the conversations in which something was typed last. */
const most = 50;

/**
 * What was typed in each conversation and not sent. A view's own memory is written by the editor now and then only,
 * and stays behind when the conversation moves to another view.
 */
export class DraftStore {
  constructor(readonly memento: Pick<Memento, "get" | "update">) {}

  /** Undefined: nothing was ever kept. Empty: it was sent, or taken back. */
  get(conversation: string): string | undefined {
    return this.#entries.find(([id]) => id === conversation)?.[1];
  }

  async set(conversation: string, text: string): Promise<void> {
    const others = this.#entries.filter(([id]) => id !== conversation);
    await this.memento.update(key, [...others, [conversation, text]].slice(-most));
  }

  get #entries(): readonly (readonly [id: string, text: string])[] {
    const stored = this.memento.get<unknown>(key);
    return Array.isArray(stored) ? stored.filter(isEntry) : [];
  }
}

function isEntry(raw: unknown): raw is readonly [string, string] {
  return Array.isArray(raw) && raw.length === 2 && raw.every((part) => typeof part === "string");
}
