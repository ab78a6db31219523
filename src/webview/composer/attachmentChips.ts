import { t } from "../../common/l10n";
import { fill, h } from "../dom";
import { rangeLabel } from "../format";
import { icon } from "../icons";
import type { ViewAttachment } from "../protocol";
import { RovingFocus } from "../rovingFocus";
import type { Shell } from "../shell";
import { attachmentIcon, attachmentLabel, attachmentName } from "./attachmentLook";

/** What goes with the next question. One stop of the Tab key; the arrows move from chip to chip, Delete takes one away. */
export class AttachmentChips {
  readonly element = h("div", { class: "chips", role: "toolbar", "aria-label": t("Attached to the question") });
  readonly #focus = new RovingFocus(this.element);
  #attachments: readonly ViewAttachment[] = [];

  /** @param onEmptied the last chip went while the focus was on it */
  constructor(
    readonly shell: Pick<Shell, "removeAttachment">,
    readonly onEmptied: () => void,
  ) {
    this.show([]);
  }

  get attachments(): readonly ViewAttachment[] {
    return this.#attachments;
  }

  show(attachments: readonly ViewAttachment[]): void {
    const focused = this.#buttons.findIndex((button) => button === document.activeElement);
    this.#attachments = attachments;
    this.element.hidden = attachments.length === 0;
    fill(this.element, ...attachments.map((attachment, index) => this.#chip(attachment, index)));
    this.#focus.update();
    if (focused === -1) return;
    if (attachments.length === 0) this.onEmptied();
    else this.#focus.to(this.#buttons[Math.min(focused, attachments.length - 1)]);
  }

  removeLast(): void {
    if (this.#attachments.length > 0) this.shell.removeAttachment(this.#attachments.length - 1);
  }

  get #buttons(): HTMLButtonElement[] {
    return [...this.element.querySelectorAll("button")];
  }

  #chip(attachment: ViewAttachment, index: number): HTMLElement {
    const name = t("Remove {0}", attachmentName(attachment));
    const remove = () => this.shell.removeAttachment(index);
    const byKey = (event: Event) => {
      if (event instanceof KeyboardEvent && (event.key === "Delete" || event.key === "Backspace")) remove();
    };
    const button = h("button", { class: "chip-close", type: "button", title: name, "aria-label": name, click: remove, keydown: byKey }, icon("close"));
    const title = attachment.source === undefined ? rangeLabel(attachment) : attachmentName(attachment);
    return h("span", { class: "chip", title }, icon(attachmentIcon(attachment)), h("span", {}, attachmentLabel(attachment)), button);
  }
}
