import { fill, h } from "../dom";
import type { ViewConversation } from "../protocol";
import { HistoryRow, type RowActions } from "./historyRow";
import { timeGroups } from "./timeGroups";

/** Rows put on the page at once; the next ones follow when the reader comes near the end. */
const portion = 120;

type Item = { readonly heading: string } | { readonly row: ViewConversation };

/** The conversations under headings of time. One row is a stop of the Tab key; the arrow keys move between rows. */
export class HistoryList {
  readonly element = h("div", { class: "history-list", tabindex: "-1" });
  readonly #rows: HistoryRow[] = [];
  #waiting: Item[] = [];
  #group: HTMLElement | undefined;
  #active: HistoryRow | undefined;

  constructor(readonly actions: RowActions) {
    this.element.addEventListener("scroll", () => this.#extend());
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusin", (event) => this.#focused(event.target));
  }

  /** Shows other rows; the one that had the focus keeps it, or the one that took its place. */
  show(rows: readonly ViewConversation[], now = new Date()): void {
    const hadFocus = this.element.contains(document.activeElement);
    const [id, at] = [this.#active?.row.id, this.#active ? this.#rows.indexOf(this.#active) : 0];
    const scroll = this.element.scrollTop;
    this.#rows.length = 0;
    this.#active = this.#group = undefined;
    this.#waiting = timeGroups(rows, now).flatMap((group): Item[] => [{ heading: group.label }, ...group.rows.map((row) => ({ row }))]);
    fill(this.element);
    this.#append(Math.max(portion, at + portion / 2));
    this.element.scrollTop = scroll;
    this.#activate(this.#rows.find(({ row }) => row.id === id) ?? this.#rows[Math.min(at, this.#rows.length - 1)]);
    if (hadFocus && !this.focus()) this.element.focus();
  }

  /** Gives the focus to the active row. False: there is none. */
  focus(): boolean {
    this.#active?.focus();
    return this.#active !== undefined;
  }

  #append(count: number): void {
    for (const item of this.#waiting.splice(0, count)) {
      if ("heading" in item) {
        this.#group = h("ul", { "aria-label": item.heading });
        this.element.append(h("h3", { class: "history-heading" }, item.heading), this.#group);
      } else {
        const row = new HistoryRow(item.row, this.actions);
        this.#rows.push(row);
        this.#group?.append(row.element);
      }
    }
  }

  #extend(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    if (this.#waiting.length > 0 && scrollTop + 2 * clientHeight > scrollHeight) this.#append(portion);
  }

  #activate(row: HistoryRow | undefined): void {
    if (row === this.#active) return;
    this.#active?.setActive(false);
    this.#active = row;
    row?.setActive(true);
  }

  #focused(target: EventTarget | null): void {
    const row = this.#rows.find(({ element }) => target instanceof Node && element.contains(target));
    if (row) this.#activate(row);
  }

  #key(event: KeyboardEvent): void {
    const row = this.#active;
    if (!row || event.defaultPrevented || event.isComposing) return;
    if (!this.#move(event.key) && !this.#act(event, row)) return;
    event.preventDefault();
  }

  #move(key: string): boolean {
    const at = this.#active ? this.#rows.indexOf(this.#active) : 0;
    if (key === "End" || at === this.#rows.length - 1) this.#append(key === "End" ? this.#waiting.length : portion);
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.#rows.length - 1 }[key];
    if (target === undefined) return false;
    this.#activate(this.#rows[Math.max(0, Math.min(target, this.#rows.length - 1))]);
    this.#active?.focus();
    return true;
  }

  #act({ key, ctrlKey, metaKey }: KeyboardEvent, row: HistoryRow): boolean {
    if (key === "F2") row.rename();
    else if (key === "Delete" || (key === "Backspace" && metaKey)) this.actions.delete(row.row);
    else if (key === "ArrowRight") row.focusTools();
    else if (key === "Enter" && (ctrlKey || metaKey)) this.actions.open(row.row, true);
    else return false;
    return true;
  }
}
