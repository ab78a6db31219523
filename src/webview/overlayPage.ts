import { type Child, h } from "./dom";
import { icon } from "./icons";
import { t } from "../common/l10n";

/** What a page that is laid over the chat consists of. */
export interface OverlayContent {
  readonly name: string;
  readonly title: string;
  /** Between the title and the button that closes. */
  readonly tools?: readonly Child[];
  readonly body: readonly Child[];
}

/**
 * A page over the chat. While it is open, nothing else of the view can be reached; Escape closes it, and the focus goes
 * back to where it was.
 */
export class OverlayPage {
  readonly element: HTMLElement;
  #before: Element | null = null;
  #covered: readonly Element[] = [];

  /** @param focusInput where the focus goes when what had it is gone */
  constructor(
    { name, title, tools = [], body }: OverlayContent,
    readonly focusInput: () => void,
  ) {
    const close = iconButton("close", t("Close"), () => this.close());
    const heading = h("h2", { id: `${name}-title` }, title);
    this.element = h(
      "section",
      { class: `overlay ${name}`, role: "dialog", "aria-modal": "true", "aria-labelledby": `${name}-title`, hidden: true },
      h("div", { class: "overlay-head" }, heading, h("span", { class: "spacer" }), ...tools, close),
      ...body,
    );
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(): void {
    if (this.isOpen) return;
    this.#before = document.activeElement;
    this.#covered = [...(this.element.parentElement?.children ?? [])].filter((other) => other !== this.element && !other.hasAttribute("inert"));
    for (const other of this.#covered) other.setAttribute("inert", "");
    this.element.hidden = false;
  }

  /** @param giveBack whether the focus goes back to where it was */
  close(giveBack = true): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    for (const other of this.#covered) other.removeAttribute("inert");
    if (!giveBack) return;
    const before = this.#before;
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
    else this.focusInput();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

export function iconButton(name: Parameters<typeof icon>[0], label: string, click: () => void): HTMLButtonElement {
  return h("button", { class: "icon-button", type: "button", title: label, "aria-label": label, click }, icon(name));
}
