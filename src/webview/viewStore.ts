import type { SavedView } from "./protocol";

/** The editor's memory of this view, which outlives the page. */
export interface ViewMemory {
  getState(): unknown;
  setState(state: unknown): void;
}

/** Draft, scroll position and conversation, kept while the view is hidden and across reloads. */
export class ViewStore {
  #saved: SavedView;

  constructor(readonly memory: ViewMemory) {
    this.#saved = asSaved(memory.getState());
  }

  get saved(): SavedView {
    return this.#saved;
  }

  setConversation(conversation: string): void {
    if (this.#saved.conversation === conversation) return;
    const { draft } = this.#saved;
    this.#keep({ conversation, ...(draft !== undefined && { draft }) });
  }

  setDraft(draft: string): void {
    this.#keep({ ...this.#saved, draft });
  }

  setScroll(scroll: number | undefined): void {
    const { conversation, draft } = this.#saved;
    this.#keep({
      ...(conversation !== undefined && { conversation }),
      ...(draft !== undefined && { draft }),
      ...(scroll !== undefined && { scroll }),
    });
  }

  #keep(saved: SavedView): void {
    this.#saved = saved;
    this.memory.setState(saved);
  }
}

function asSaved(raw: unknown): SavedView {
  if (typeof raw !== "object" || raw === null) return {};
  return {
    ...("conversation" in raw && typeof raw.conversation === "string" && { conversation: raw.conversation }),
    ...("draft" in raw && typeof raw.draft === "string" && { draft: raw.draft }),
    ...("scroll" in raw && typeof raw.scroll === "number" && { scroll: raw.scroll }),
  };
}
