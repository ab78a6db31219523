import { t } from "../../common/l10n";
import { fill, h } from "../dom";
import { icon } from "../icons";
import { iconButton } from "../overlayPage";
import type { ViewConversation } from "../protocol";
import { RovingFocus } from "../rovingFocus";
import { rowTime } from "./timeGroups";

/** What can be done with a stored conversation. */
export interface RowActions {
  open(row: ViewConversation, inTab: boolean): void;
  rename(row: ViewConversation, title: string): void;
  pin(row: ViewConversation): void;
  export(row: ViewConversation, format: "markdown" | "json"): void;
  delete(row: ViewConversation): void;
}

/** One conversation of the history. The row that is active is the one that Tab stops at. */
export class HistoryRow {
  readonly #open: HTMLButtonElement;
  readonly #tools: HTMLElement;
  readonly #focus: RovingFocus;
  readonly element: HTMLElement;

  constructor(
    readonly row: ViewConversation,
    readonly actions: RowActions,
  ) {
    const { title, pinned, open } = row;
    this.#open = h(
      "button",
      { class: "history-open", type: "button", title, "aria-current": open && "true", click: (event) => actions.open(row, isTabClick(event)) },
      h("span", { class: "history-title" }, pinned && icon("pin"), h("span", {}, title)),
      h("span", { class: "history-detail" }, detail(row)),
    );
    this.#tools = this.#toolbar();
    this.#focus = new RovingFocus(this.#tools);
    this.element = h("li", { class: "history-row", "data-id": row.id }, this.#open, this.#tools);
    this.setActive(false);
  }

  setActive(active: boolean): void {
    this.#open.tabIndex = active ? 0 : -1;
    if (active) this.#focus.update();
    else for (const button of this.#tools.querySelectorAll("button")) button.tabIndex = -1;
  }

  focus(): void {
    this.#open.focus();
  }

  focusTools(): void {
    this.#focus.to(this.#tools.querySelector("button") ?? undefined);
  }

  /** Puts an input in the place of the title. Enter and leaving it keep what was written, Escape does not. */
  rename(): void {
    const input = h("input", { class: "history-rename", type: "text", value: this.row.title, "aria-label": t("Title of the chat"), maxlength: "200" });
    let ended = false;
    const end = (keep: boolean, giveBack: boolean) => {
      if (ended) return;
      ended = true;
      fill(this.element, this.#open, this.#tools);
      if (giveBack) this.focus();
      if (keep && input.value.trim() !== this.row.title) this.actions.rename(this.row, input.value);
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
      event.preventDefault();
      end(event.key === "Enter", true);
    });
    input.addEventListener("blur", () => end(true, false));
    fill(this.element, input);
    input.focus();
    input.select();
  }

  #toolbar(): HTMLElement {
    const { row, actions } = this;
    return h(
      "div",
      { class: "history-tools", role: "toolbar", "aria-label": t("Actions for {0}", row.title) },
      iconButton("openTab", t("Open in a tab"), () => actions.open(row, true)),
      iconButton("edit", t("Rename"), () => this.rename()),
      iconButton("pin", row.pinned ? t("Unpin") : t("Pin"), () => actions.pin(row)),
      iconButton("saveFile", t("Export as Markdown"), () => actions.export(row, "markdown")),
      iconButton("braces", t("Export as JSON"), () => actions.export(row, "json")),
      iconButton("trash", t("Delete"), () => actions.delete(row)),
    );
  }
}

function detail({ updatedAt, turns, workspace, open }: ViewConversation): string {
  const questions = turns === 1 ? t("1 question") : t("{0} questions", turns);
  return [rowTime(updatedAt, new Date()), questions, workspace, open ? t("open") : undefined].filter((part) => part !== undefined).join(" · ");
}

function isTabClick(event: Event): boolean {
  return event instanceof MouseEvent && (event.ctrlKey || event.metaKey);
}
