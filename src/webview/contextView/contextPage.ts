import { t } from "../../common/l10n";
import { fill, h } from "../dom";
import { count, percent } from "../format";
import { OverlayPage } from "../overlayPage";
import type { ViewContext, ViewContextPart } from "../protocol";
import { kindLabel, sumOf, takenTokens } from "./contextLabels";

/** What the model will see with the next question: a bar by part, and under it each part with its tokens and its exact text. */
export class ContextPage {
  readonly #total = h("p", { class: "context-total" });
  readonly #bar = h("div", { class: "context-bar", "aria-hidden": "true" });
  readonly #list = h("ul", { class: "context-parts", "aria-label": t("Parts of the context") });
  readonly #body = h("div", { class: "context-body", tabindex: "-1" }, this.#total, this.#bar, this.#list);
  readonly #page: OverlayPage;

  constructor(focusInput: () => void) {
    this.#page = new OverlayPage({ name: "context", title: t("Context of the next question"), body: [this.#body] }, focusInput);
  }

  get element(): HTMLElement {
    return this.#page.element;
  }

  open(): void {
    this.#page.open();
    this.#body.focus();
  }

  close(): void {
    this.#page.close();
  }

  /** Parts that are open stay so. Null: nothing is known while no model is loaded. */
  show(context: ViewContext | null): void {
    const open = new Set([...this.#list.querySelectorAll<HTMLDetailsElement>("details[open]")].map(({ dataset }) => dataset["key"]));
    this.#bar.hidden = context === null;
    this.#total.textContent = context ? totalText(context) : t("No model is loaded, so nothing can be counted. It loads with the first question.");
    const parts = context?.parts.filter(({ tokens, text }) => tokens > 0 || (text ?? "") !== "") ?? [];
    const all = Math.max(context?.contextSize ?? 0, sumOf(parts), 1);
    const rows = parts.map((part, at) => partRow(part, all, open.has(keyOf(part, at)), at));
    fill(this.#list, ...rows);
    fill(this.#bar, ...parts.map((part, at) => segment(part, all, () => openRow(rows[at]))));
  }
}

function totalText(context: ViewContext): string {
  const taken = takenTokens(context);
  const shown = [count(taken), count(context.contextSize), percent(taken / context.contextSize)];
  return context.estimated ? t("About {0} of {1} tokens ({2}) are taken: the server has the exact count.", ...shown) : t("{0} of {1} tokens ({2}) are taken.", ...shown);
}

function segment(part: ViewContextPart, all: number, click: () => void): HTMLElement {
  const element = h("span", { class: "context-segment", "data-kind": part.kind, title: `${nameOf(part)}: ${tokenText(part.tokens)}`, click });
  element.style.flexGrow = String(part.tokens / all);
  return element;
}

function partRow(part: ViewContextPart, all: number, open: boolean, at: number): HTMLElement {
  const line: [HTMLElement, HTMLElement, HTMLElement] = [
    h("span", { class: "context-swatch", "data-kind": part.kind }),
    h("span", { class: "context-name" }, kindLabel(part.kind), part.label !== "" && h("span", { class: "muted" }, part.label)),
    h("span", { class: "context-tokens" }, tokenText(part.tokens), h("span", { class: "muted" }, percent(part.tokens / all))),
  ];
  const { text } = part;
  if (text === undefined || text === "") return h("li", { class: "context-part" }, h("div", { class: "context-line" }, ...line));
  const exact = h("pre", { class: "context-text", tabindex: "0", "aria-label": t("Text of {0}", nameOf(part)) });
  const details = h("details", { "data-key": keyOf(part, at) }, h("summary", { class: "context-line" }, ...line), exact);
  // A long conversation's texts are put on the page only where somebody reads them.
  details.addEventListener("toggle", () => (exact.textContent = details.open ? text : ""));
  details.open = open;
  return h("li", { class: "context-part" }, details);
}

function openRow(row: HTMLElement | undefined): void {
  const details = row?.querySelector("details");
  if (!details) return;
  details.open = true;
  details.querySelector("summary")?.focus();
}

function nameOf({ kind, label }: ViewContextPart): string {
  return label === "" ? kindLabel(kind) : `${kindLabel(kind)}, ${label}`;
}

function tokenText(tokens: number): string {
  return tokens === 1 ? t("1 token") : t("{0} tokens", count(tokens));
}

/** Names a part as long as the conversation goes on. */
function keyOf({ kind, turn, label }: ViewContextPart, at: number): string {
  return JSON.stringify([kind, turn ?? label, turn === undefined && label === "" ? at : 0]);
}
