import { t } from "../common/l10n";
import type { RangeOpener } from "./answerLinks";
import { h } from "./dom";
import { around, rangeLabel } from "./format";
import type { ViewCitation } from "./protocol";

/** Makes buttons that open the code of where search results name a range. Only what is cited becomes one. */
export function linkRanges(root: Node, citations: readonly ViewCitation[], opener: RangeOpener): void {
  const byLabel = new Map(citations.map((citation) => [`${citation.path}:${citation.startLine}-${citation.endLine}`, citation]));
  if (!(root instanceof Element)) return;
  for (const code of root.querySelectorAll("code")) {
    const citation = code.closest("pre, button") ? undefined : byLabel.get(code.textContent);
    if (!citation) continue;
    const [before, after] = around(t("Open {0}"));
    const button = h("button", { class: "range-link", type: "button", click: () => opener.open(citation) }, hidden(before), h("code", {}, rangeLabel(citation)), hidden(after));
    opener.preview(button, citation);
    code.replaceWith(button);
  }
}

/** Words that only a screen reader needs. */
function hidden(words: string): HTMLElement | false {
  return words !== "" && h("span", { class: "visually-hidden" }, words);
}
