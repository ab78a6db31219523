import { t } from "../../common/l10n";
import { fill, h } from "../dom";
import { icon, type IconName } from "../icons";
import type { CaretPoint } from "./caretPoint";

export interface Suggestion {
  readonly icon: IconName;
  readonly label: string;
  /** What may follow the label. */
  readonly argument?: string;
  readonly detail?: string;
  /** A short mark at the end of the row. */
  readonly badge?: string;
  /** Choosing it opens another list. */
  readonly opens?: boolean;
  /** It stands in the text whole: Enter sends it instead of writing it again. */
  readonly typed?: boolean;
  readonly choose: () => void;
}

export interface Suggestions {
  readonly title: string;
  readonly rows: readonly Suggestion[];
  /** What is said in the place of rows; absent: without rows nothing is shown. */
  readonly empty?: string;
}

/** Rows that a move by page skips; as many are in sight. */
const pageRows = 8;
/** Pixels over the list that stay free for a line that the composer may grow by. */
const reserve = 28;
const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: pageRows, PageUp: -pageRows };

/** A list over the caret. The focus stays in the field, which names the active row. */
export class SuggestionList {
  readonly #title = h("div", { class: "suggestions-title" });
  readonly #list = h("div", { class: "suggestions-rows", role: "listbox", id: "composer-suggestions" });
  readonly #empty = h("p", { class: "suggestions-empty" });
  /** The active row's detail in full, where the rows are too narrow for it; assistive technology has it from the row. */
  readonly #detail = h("p", { class: "suggestions-detail", "aria-hidden": "true" });
  readonly element = h("div", { class: "suggestions" }, this.#title, this.#list, this.#empty, this.#detail);
  #rows: readonly Suggestion[] = [];
  #active = 0;

  constructor(readonly field: HTMLTextAreaElement) {
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    this.hide();
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  get active(): Suggestion | undefined {
    return this.#rows[this.#active];
  }

  show({ title, rows, empty }: Suggestions): void {
    this.#rows = rows;
    this.#title.textContent = title;
    this.#empty.textContent = empty ?? "";
    this.#empty.hidden = rows.length > 0;
    this.#list.hidden = rows.length === 0;
    this.#list.setAttribute("aria-label", title);
    this.#detail.hidden = !rows.some(({ detail }) => detail !== undefined);
    this.element.hidden = rows.length === 0 && empty === undefined;
    this.field.setAttribute("aria-controls", this.#list.id);
    fill(this.#list, ...rows.map((row, index) => option(row, index)));
    this.#activate(0);
  }

  hide(): void {
    this.#rows = [];
    this.#list.replaceChildren();
    this.element.hidden = true;
    this.field.removeAttribute("aria-controls");
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Puts the list over a place of the field, within the width and the height that there is. */
  place({ left, top }: CaretPoint): void {
    const field = this.field.getBoundingClientRect();
    const line = Math.max(0, top);
    const { style } = this.element;
    style.left = `${Math.max(0, Math.min(left, field.width - this.element.offsetWidth))}px`;
    // From the upper edge of the field's box: it stays there when the field grows, or what is below it.
    style.bottom = `calc(100% - ${line - 2}px)`;
    style.maxHeight = `${Math.max(80, field.top + line - reserve)}px`;
  }

  /** Moves by the arrow and page keys; false for other keys. */
  move(key: string): boolean {
    const step = moves[key];
    const count = this.#rows.length;
    if (step === undefined || count === 0) return false;
    const to = this.#active + step;
    const turned = (to + count) % count;
    this.#activate(Math.abs(step) === 1 ? turned : Math.max(0, Math.min(to, count - 1)));
    return true;
  }

  #activate(index: number): void {
    const options = [...this.#list.children];
    for (const [at, one] of options.entries()) one.setAttribute("aria-selected", String(at === index));
    this.#active = index;
    this.#detail.textContent = this.active?.detail ?? "";
    const active = options[index];
    if (!(active instanceof HTMLElement)) return this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-activedescendant", active.id);
    this.#reveal(active);
  }

  #reveal({ offsetTop, offsetHeight }: HTMLElement): void {
    const { scrollTop, clientHeight } = this.#list;
    if (offsetTop < scrollTop) this.#list.scrollTop = offsetTop;
    else if (offsetTop + offsetHeight > scrollTop + clientHeight) this.#list.scrollTop = offsetTop + offsetHeight - clientHeight;
  }
}

function option(row: Suggestion, index: number): HTMLElement {
  // The focus stays in the field while the pointer chooses.
  const keepFocus = (event: Event) => event.preventDefault();
  return h(
    "div",
    { class: "suggestion", role: "option", id: `composer-suggestion-${index}`, title: row.detail ?? "", mousedown: keepFocus, click: row.choose },
    icon(row.icon),
    h("span", { class: "suggestion-label" }, row.label, row.argument !== undefined && h("span", { class: "suggestion-argument" }, ` ${row.argument}`)),
    h("span", { class: "suggestion-detail" }, row.detail),
    row.badge !== undefined && h("span", { class: "suggestion-badge" }, row.badge),
    row.opens === true && h("span", { class: "suggestion-opens", title: t("Shows more") }, icon("right")),
  );
}
