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

  /**
   * Notes which conversation is shown.
   * @param asked whether anything was asked in it. What is typed before that goes along to the next new conversation.
   * @returns whether the draft that was kept belongs to it; it is empty from now on where it does not
   */
  showConversation(conversation: string, asked: boolean): boolean {
    const before = this.#saved;
    const isSame = before.conversation === conversation;
    const keepsDraft = isSame || before.conversation === undefined || (!asked && before.asked !== true);
    const place = isSame ? {} : { scroll: undefined, scrollTurn: undefined };
    this.#keep({ ...before, conversation, asked, ...place, ...(!keepsDraft && { draft: undefined }) });
    return keepsDraft;
  }

  /** Something was asked in the conversation that is shown. */
  setAsked(): void {
    this.#keep({ ...this.#saved, asked: true });
  }

  setDraft(draft: string): void {
    this.#keep({ ...this.#saved, draft });
  }

  /**
   * @param scroll undefined while the view follows the end
   * @param scrollTurn the turn from whose top it counts
   */
  setScroll(scroll: number | undefined, scrollTurn?: string): void {
    const { conversation, asked, draft } = this.#saved;
    this.#keep({ conversation, asked, draft, scroll, scrollTurn });
  }

  #keep({ conversation, asked, draft, scroll, scrollTurn }: Loose<SavedView>): void {
    this.#saved = {
      ...(conversation !== undefined && { conversation }),
      ...(asked === true && { asked }),
      ...(draft !== undefined && { draft }),
      ...(scroll !== undefined && { scroll }),
      ...(scrollTurn !== undefined && { scrollTurn }),
    };
    this.memory.setState(this.#saved);
  }
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

function asSaved(raw: unknown): SavedView {
  if (typeof raw !== "object" || raw === null) return {};
  return {
    ...("conversation" in raw && typeof raw.conversation === "string" && { conversation: raw.conversation }),
    ...("asked" in raw && raw.asked === true && { asked: true }),
    ...("draft" in raw && typeof raw.draft === "string" && { draft: raw.draft }),
    ...("scroll" in raw && typeof raw.scroll === "number" && { scroll: raw.scroll }),
    ...("scrollTurn" in raw && typeof raw.scrollTurn === "string" && { scrollTurn: raw.scrollTurn }),
  };
}
