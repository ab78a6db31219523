import { t } from "../../common/l10n";
import { h } from "../dom";
import { count, percent } from "../format";
import type { ViewContext } from "../protocol";
import { takenTokens } from "./contextLabels";

/** Fuller than this, the meter says so by its looks as well. */
const nearlyFull = 0.8;

/** How full the context is: a small bar with the share beside it. It opens the context view. */
export class ContextMeter {
  readonly #fill = h("span", { class: "meter-fill" });
  readonly #share = h("span", { class: "meter-share" });
  readonly element: HTMLButtonElement;

  constructor(open: () => void) {
    this.element = h("button", { class: "context-meter", type: "button", hidden: true, click: open }, h("span", { class: "meter-bar" }, this.#fill), this.#share);
  }

  /** Null: nothing is known while no model is loaded. */
  show(context: ViewContext | null): void {
    this.element.hidden = context === null;
    if (!context) return;
    const share = takenTokens(context) / context.contextSize;
    const shown = [percent(share), count(takenTokens(context)), count(context.contextSize)];
    const label = context.estimated ? t("Context: about {0}, {1} of {2} tokens", ...shown) : t("Context: {0}, {1} of {2} tokens", ...shown);
    this.#share.textContent = percent(share);
    this.#fill.style.width = `${Math.round(Math.min(1, share) * 100)}%`;
    this.element.classList.toggle("nearly-full", share >= nearlyFull);
    this.element.title = label;
    this.element.setAttribute("aria-label", label);
  }
}
