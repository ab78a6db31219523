import { describeError } from "../../common/errors";
import { t } from "../../common/l10n";
import { h } from "../dom";
import { count } from "../format";
import { icon } from "../icons";
import { iconButton, OverlayPage } from "../overlayPage";
import type { ViewConversation } from "../protocol";
import type { ShellPeer } from "../shell";
import { HistoryList } from "./historyList";
import type { RowActions } from "./historyRow";
import { UndoToast } from "./undoToast";

/** How long typing has to rest before a search, in ms. */
const restMs = 80;

/** The stored conversations: searched, opened, renamed, pinned, exported, deleted. */
export class HistoryPage implements RowActions {
  readonly #search = h("input", { class: "history-search", type: "search", placeholder: t("Search chats"), "aria-label": t("Search chats") });
  readonly #here = h("button", { type: "button", click: () => this.#switch(false) }, t("This workspace"));
  readonly #everywhere = h("button", { type: "button", click: () => this.#switch(true) }, t("All"));
  readonly #list = new HistoryList(this);
  readonly #empty = h("p", { class: "history-empty muted", hidden: true });
  readonly #problem = h("p", { class: "history-problem", role: "alert" });
  readonly #status = h("div", { class: "visually-hidden", role: "status" });
  readonly #toast = new UndoToast();
  readonly #page: OverlayPage;
  #all = false;
  #latest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly peer: Pick<ShellPeer, "call">,
    focusInput: () => void,
  ) {
    const scope = h("div", { class: "history-scope", role: "group", "aria-label": t("Which chats") }, this.#here, this.#everywhere);
    const bar = h("div", { class: "history-bar" }, h("span", { class: "history-field" }, icon("search"), this.#search), scope);
    const tools = [iconButton("openFile", t("Import a chat"), () => void this.#import())];
    this.#page = new OverlayPage({ name: "history", title: t("Chat history"), tools, body: [bar, this.#problem, this.#list.element, this.#empty, this.#toast.element, this.#status] }, focusInput);
    this.#listen();
    this.#showScope();
  }

  get element(): HTMLElement {
    return this.#page.element;
  }

  get isOpen(): boolean {
    return this.#page.isOpen;
  }

  async show(): Promise<void> {
    this.#search.value = "";
    this.#toast.clear();
    this.#page.open();
    this.#search.focus();
    await this.refresh();
  }

  close(): void {
    this.#page.close();
  }

  /** Reads the list anew; nothing happens while the page is closed. */
  async refresh(): Promise<void> {
    if (!this.isOpen) return;
    const turn = ++this.#latest;
    await this.#try(async () => {
      const rows = await this.peer.call("history", { query: this.#search.value, all: this.#all });
      if (turn === this.#latest) this.#show(rows);
    });
  }

  open({ id }: ViewConversation, inTab: boolean): void {
    void this.#try(async () => {
      await this.peer.call("openConversation", { id, inTab });
      this.#page.close(false);
    });
  }

  rename({ id }: ViewConversation, title: string): void {
    void this.#try(() => this.peer.call("renameConversation", { id, title }));
  }

  pin({ id, pinned }: ViewConversation): void {
    void this.#try(() => this.peer.call("pinConversation", { id, pinned: !pinned }));
  }

  export({ id }: ViewConversation, format: "markdown" | "json"): void {
    void this.#try(() => this.peer.call("exportConversation", { id, format }));
  }

  delete({ id, title }: ViewConversation): void {
    void this.#try(async () => {
      await this.peer.call("deleteConversation", { id });
      this.#toast.show(t("Deleted: {0}", title), () => void this.#try(() => this.peer.call("restoreConversation", { id })));
    });
  }

  #listen(): void {
    this.#search.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.refresh(), restMs);
    });
    this.#search.addEventListener("keydown", (event) => this.#searchKey(event));
    this.element.addEventListener("keydown", (event) => {
      const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if (isUndo && event.target !== this.#search && this.#toast.undo()) event.preventDefault();
    });
  }

  #searchKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if ((event.key === "ArrowDown" || event.key === "Enter") && this.#list.focus()) event.preventDefault();
    if (event.key !== "Escape" || this.#search.value === "") return;
    event.preventDefault();
    this.#search.value = "";
    void this.refresh();
  }

  async #import(): Promise<void> {
    await this.#try(async () => {
      const added = await this.peer.call("importConversation", {});
      if (added) this.#status.textContent = t("Imported: {0}", added.title);
    });
  }

  #switch(all: boolean): void {
    this.#all = all;
    this.#showScope();
    void this.refresh();
  }

  #showScope(): void {
    this.#here.setAttribute("aria-pressed", String(!this.#all));
    this.#everywhere.setAttribute("aria-pressed", String(this.#all));
  }

  #show(rows: readonly ViewConversation[]): void {
    this.#list.show(rows);
    this.#list.element.hidden = rows.length === 0;
    this.#empty.hidden = rows.length > 0;
    this.#empty.textContent = this.#search.value === "" ? t("Nothing was asked here yet.") : t("No chat has these words.");
    this.#status.textContent = rows.length === 1 ? t("1 chat") : t("{0} chats", count(rows.length));
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    this.#problem.textContent = "";
    try {
      await act();
    } catch (error) {
      this.#problem.textContent = describeError(error);
    }
  }
}
