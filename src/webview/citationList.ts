import { t } from "../common/l10n";
import type { RangeOpener } from "./answerLinks";
import { fill, h } from "./dom";
import { around, counted, rangeLabel, shortRangeLabel } from "./format";
import { icon } from "./icons";
import type { ViewCitation } from "./protocol";

type Change = ViewCitation["changed"];

/** What a mark says on the button. */
function markText(change: NonNullable<Change>): string {
  return change === "stale" ? t("changed since") : t("gone");
}

/**
 * The code that an answer rests on, as buttons that open it. Marks of what has changed come and go on buttons that
 * stay, so that what is open and what has the focus stays so, too.
 */
export class CitationList {
  readonly #summary = h("summary");
  readonly #list = h("ul", { "aria-label": t("References") });
  readonly #opener: RangeOpener;
  readonly element = h("details", { class: "citations" }, this.#summary, this.#list);
  #buttons: readonly CitationButton[] = [];
  #label = "";

  constructor(opener: RangeOpener) {
    this.#opener = opener;
  }

  /** @param left whether the model no longer sees them */
  show(citations: readonly ViewCitation[], left: boolean): void {
    this.element.hidden = citations.length === 0;
    const references = counted(citations.length, t("{0} reference"), t("{0} references"));
    this.#label = left ? t("{0}, no longer in the model's context", references) : references;
    const isSame = citations.length === this.#buttons.length && citations.every((citation, i) => this.#buttons[i]?.shows(citation));
    if (!isSame) this.#buttons = citations.map((citation) => new CitationButton(citation, this.#opener));
    if (!isSame) fill(this.#list, ...this.#buttons.map(({ element }) => h("li", {}, element)));
    this.mark(citations.map(({ changed }) => changed));
  }

  /** What of the citations has changed since they were made, in their order. */
  mark(changes: readonly Change[]): void {
    this.#buttons.forEach((button, i) => button.mark(changes[i]));
    const count = (kind: Change) => changes.filter((change) => change === kind).length;
    const parts = [this.#label, count("stale") > 0 && t("{0} changed since", count("stale")), count("gone") > 0 && t("{0} gone", count("gone"))];
    this.#summary.textContent = parts.filter((part) => part !== false).join(" · ");
  }
}

class CitationButton {
  readonly #citation: ViewCitation;
  readonly #icon = h("span", { class: "citation-icon" });
  readonly #mark = h("span", { class: "citation-mark" });
  readonly element: HTMLButtonElement;

  constructor(citation: ViewCitation, opener: RangeOpener) {
    const { symbol } = citation;
    const [before, after] = around(t("Open {0}"));
    this.#citation = citation;
    this.element = h(
      "button",
      { class: "citation", type: "button", click: () => opener.open(citation) },
      this.#icon,
      h("span", { class: "visually-hidden" }, `${before}${citation.path.slice(0, citation.path.lastIndexOf("/") + 1)}`),
      h("span", { class: "citation-path" }, shortRangeLabel(citation)),
      after !== "" && h("span", { class: "visually-hidden" }, after),
      symbol !== undefined && h("span", { class: "citation-symbol" }, symbol),
      this.#mark,
    );
    opener.preview(this.element, citation);
  }

  shows(citation: ViewCitation): boolean {
    return rangeLabel(citation) === rangeLabel(this.#citation) && citation.symbol === this.#citation.symbol;
  }

  mark(change: Change): void {
    fill(this.#icon, icon(change === undefined ? "file" : change === "stale" ? "edit" : "close"));
    this.#mark.textContent = change === undefined ? "" : markText(change);
    this.#mark.hidden = change === undefined;
    this.element.dataset["state"] = change ?? "fresh";
  }
}
