import { t } from "../../common/l10n";
import { fill, h } from "../dom";
import { iconButton } from "../overlayPage";

/** Says what was done, with a button that takes it back. It stays until it is closed or something else is done. */
export class UndoToast {
  readonly element = h("div", { class: "toast", role: "status" });
  #undo: (() => void) | undefined;

  show(text: string, undo: () => void): void {
    this.#undo = undo;
    const button = h("button", { class: "button secondary", type: "button", "aria-keyshortcuts": "Control+Z", click: () => this.undo() }, t("Undo"));
    fill(this.element, h("span", {}, text), button, iconButton("close", t("Dismiss"), () => this.clear()));
  }

  /** Takes back what was done last. False: there is nothing. */
  undo(): boolean {
    const undo = this.#undo;
    this.clear();
    undo?.();
    return undo !== undefined;
  }

  clear(): void {
    this.#undo = undefined;
    fill(this.element);
  }
}
