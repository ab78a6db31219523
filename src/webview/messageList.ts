import type { CodeActions } from "./codeBlock";
import { fill, h } from "./dom";
import { emptyState } from "./emptyState";
import { errorBox } from "./errorBox";
import { icon } from "./icons";
import type { ViewError, ViewTurn } from "./protocol";
import { ScrollKeeper } from "./scrollKeeper";
import type { Shell } from "./shell";
import { TurnView } from "./turnView";

/** Most of an answer that a screen reader is given at once, in characters. */
const announced = 2000;

/** The conversation, newest at the end. */
export class MessageList {
  readonly #turns = new Map<string, { view: TurnView; turn: ViewTurn }>();
  readonly #list = h("main", { class: "messages", "aria-label": "Conversation", tabindex: "-1" });
  readonly #live = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  readonly #toEnd = h("button", { class: "to-end", type: "button", title: "Go to the end", "aria-label": "Go to the end", hidden: true }, icon("down"));
  readonly #scroll: ScrollKeeper;
  readonly element = h("div", { class: "messages-frame" }, this.#list, this.#toEnd, this.#live);

  constructor(
    readonly shell: Shell,
    readonly code: CodeActions,
    readonly focusInput: () => void,
    onScroll: (scroll: number | undefined) => void,
  ) {
    this.#scroll = new ScrollKeeper(this.#list, (scroll) => {
      this.#toEnd.hidden = scroll === undefined;
      onScroll(scroll);
    });
    this.#toEnd.addEventListener("click", () => this.#scroll.toEnd());
  }

  get running(): boolean {
    return [...this.#turns.values()].some(({ turn }) => turn.status.kind === "running");
  }

  /** Shows another conversation, or the same one anew, at a scroll position or at the end. */
  replace(turns: readonly ViewTurn[], scroll?: number): void {
    this.#turns.clear();
    fill(this.#list, turns.length === 0 && emptyState(this.shell, this.focusInput));
    for (const turn of turns) this.#add(turn);
    this.#scroll.restore(scroll);
  }

  /** Shows why there is no conversation to show. */
  fail(error: ViewError): void {
    this.#turns.clear();
    fill(this.#list, errorBox(error, (action) => this.shell.action(action)));
  }

  setTurn(turn: ViewTurn): void {
    const known = this.#turns.get(turn.id);
    if (!known) {
      if (this.#turns.size === 0) fill(this.#list);
      this.#add(turn);
      this.#scroll.toEnd();
      return;
    }
    if (known.turn.status.kind === "running" && turn.status.kind !== "running") this.#announce(turn);
    known.turn = turn;
    known.view.update(turn);
    // Search results come whole and are read from their beginning, unlike an answer that was followed as it grew.
    if (turn.status.kind === "searchResults" && this.#scroll.following) this.#scroll.to(known.view.element);
    else this.#scroll.contentChanged();
  }

  /** The view of a turn that is on screen. */
  turn(id: string): TurnView | undefined {
    return this.#turns.get(id)?.view;
  }

  contentChanged(): void {
    this.#scroll.contentChanged();
  }

  #add(turn: ViewTurn): void {
    const view = new TurnView(turn, this.shell, this.code, () => this.#scroll.contentChanged());
    this.#turns.set(turn.id, { view, turn });
    this.#list.append(view.element);
  }

  #announce({ status, answer }: ViewTurn): void {
    this.#live.textContent = status.kind === "failed" ? status.error.message : answer.slice(0, announced);
  }
}
