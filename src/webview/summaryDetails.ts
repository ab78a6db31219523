import { t } from "../common/l10n";
import { h } from "./dom";
import { renderMarkdown } from "./markdown";

/** The summary that stands for what left the model's context, closed until it is asked for. */
export function summaryDetails(text: string): HTMLElement {
  return h("details", { class: "fold" }, h("summary", {}, t("Summary of the older questions")), h("div", { class: "markdown fold-text" }, renderMarkdown(text)));
}
