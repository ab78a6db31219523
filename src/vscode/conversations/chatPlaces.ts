import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { ChatHistory } from "../../chat/chatHistory";
import type { ChatController } from "../chatController";
import type { Chats } from "../chats";
import type { ConversationPlaces } from "./conversationHandlers";

export interface PlacesDeps {
  readonly chats: Pick<Chats, "of" | "show" | "open" | "sidebar" | "takeFromSidebar" | "putInSidebar">;
  readonly history: Pick<ChatHistory, "own" | "trash">;
  readonly panels: () => Panels;
  /** Brings the sidebar's view to the front. */
  readonly focusSidebar: () => Promise<unknown>;
}

/** The editor tabs with chats. */
export interface Panels {
  readonly active: ChatController | undefined;
  create(conversation: Promise<ChatController>): Promise<ChatController>;
  /** Brings the tab of the chat to the front. False: it has none. */
  reveal(chat: ChatController): boolean;
  /** Closes the tab without the chat. False: it has none. */
  release(chat: ChatController): boolean;
}

/** Where conversations are shown: in the sidebar and in tabs, each in one place at most. */
export class ChatPlaces implements ConversationPlaces {
  readonly #deps: PlacesDeps;

  constructor(deps: PlacesDeps) {
    this.#deps = deps;
  }

  isOpen(id: string): boolean {
    return this.#deps.chats.of(id) !== undefined;
  }

  async show(id: string, chat: ChatController): Promise<void> {
    const { chats, history } = this.#deps;
    const own = await history.own(id);
    const shown = chats.of(own);
    if (shown === undefined) await chats.show(chat, own);
    else if (shown !== chat) await this.#reveal(shown);
    chat.focusInput();
  }

  async showInTab(id: string): Promise<void> {
    const { chats, history, panels } = this.#deps;
    const own = await history.own(id);
    const shown = chats.of(own);
    if (shown === undefined) await panels().create(chats.open(own));
    else if (shown === (await chats.sidebar())) await this.moveToEditor();
    else panels().reveal(shown);
  }

  async trash(id: string): Promise<void> {
    const { chats, history } = this.#deps;
    await chats.of(id)?.startNew();
    await history.trash(id);
  }

  /** The sidebar's chat goes on in a tab, with the answer that runs, and the sidebar begins a new one. */
  async moveToEditor(): Promise<void> {
    const { chats, panels } = this.#deps;
    await panels().create(chats.takeFromSidebar());
  }

  /** The chat of the tab in front goes on in the sidebar, with the answer that runs; what stood there stays in the history. */
  async moveToSidebar(): Promise<void> {
    const { chats, panels, focusSidebar } = this.#deps;
    const chat = panels().active;
    if (!chat) throw new HearthError("bad-use", t("No chat is open in the editor."), { remedy: t("Bring the tab of a chat to the front.") });
    if ((await chats.sidebar()).busy) throw new HearthError("bad-use", t("The sidebar's chat is still answering."), { remedy: t("Stop the answer or wait for its end.") });
    panels().release(chat);
    await chats.putInSidebar(chat);
    await focusSidebar();
  }

  async #reveal(chat: ChatController): Promise<void> {
    if (!this.#deps.panels().reveal(chat)) await this.#deps.focusSidebar();
  }
}
