import { t } from "../common/l10n";
import { h } from "./dom";
import { iconButton } from "./overlayPage";

/** The strip over the conversation: its title, the context meter, and the ways to another one. */
export class ConversationBar {
  readonly #title = h("h2", { class: "conversation-title" });
  readonly element: HTMLElement;

  constructor(meter: HTMLElement, actions: { readonly showHistory: () => void; readonly startNew: () => void }) {
    const history = iconButton("history", t("Chat history"), actions.showHistory);
    this.element = h("nav", { class: "conversation-bar", "aria-label": t("Chat") }, this.#title, meter, iconButton("add", t("New chat"), actions.startNew), history);
  }

  setTitle(title: string): void {
    this.#title.textContent = title;
    this.#title.title = title;
  }
}
