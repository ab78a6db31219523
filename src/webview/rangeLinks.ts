import { h } from "./dom";
import { rangeLabel } from "./format";
import type { ViewCitation } from "./protocol";
import type { Shell } from "./shell";

/** Makes buttons that open the code of where search results name a range. Only what is cited becomes one. */
export function linkRanges(root: ParentNode, citations: readonly ViewCitation[], shell: Pick<Shell, "openRange">): void {
  const byLabel = new Map(citations.map((citation) => [`${citation.path}:${citation.startLine}-${citation.endLine}`, citation]));
  for (const code of root.querySelectorAll("code")) {
    const citation = code.closest("pre, button") ? undefined : byLabel.get(code.textContent);
    if (!citation) continue;
    const label = rangeLabel(citation);
    code.replaceWith(h("button", { class: "range-link", type: "button", title: `Open ${label}`, click: () => shell.openRange(citation) }, h("code", {}, label)));
  }
}
