import type { CodeActions } from "./codeBlock";
import { ConversationEnd } from "./conversationEnd";
import { fill, h } from "./dom";
import { emptyState } from "./emptyState";
import { errorBox } from "./errorBox";
import { icon } from "./icons";
import type { ViewActivity, ViewError, ViewState, ViewTurn } from "./protocol";
import { ScrollKeeper } from "./scrollKeeper";
import type { Shell } from "./shell";
import { TurnView } from "./turnView";

/** Most of an answer that a screen reader is given at once, in characters. */
const announced = 2000;

interface Entry {
  readonly view: TurnView;
  turn: ViewTurn;
}

/** The conversation, newest at the end. */
export class MessageList {
  readonly #turns = new Map<string, Entry>();
  readonly #list = h("main", { class: "messages", "aria-label": "Conversation", tabindex: "-1" });
  readonly #end = new ConversationEnd();
  readonly #live = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  readonly #toEnd = h("button", { class: "to-end", type: "button", title: "Go to the end", "aria-label": "Go to the end", hidden: true }, icon("down"));
  readonly #scroll: ScrollKeeper;
  readonly element = h("div", { class: "messages-frame" }, this.#list, this.#toEnd, this.#live);
  #conversation: string | undefined;
  #activity: ViewActivity = { kind: "none" };

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

  /** Whether an answer runs, or anything else that can be stopped. */
  get running(): boolean {
    return this.#activity.kind !== "none" || [...this.#turns.values()].some(({ turn }) => turn.status.kind === "running");
  }

  /** Shows a conversation: another one at a scroll position or at its end, the same one where the reader is. */
  show(state: ViewState, scroll?: number): void {
    const isSame = state.conversation === this.#conversation;
    this.#conversation = state.conversation;
    this.#end.setSummary(state.compacted);
    this.#end.setNote(state.note);
    if (!isSame) this.#turns.clear();
    const hasNew = this.#replace(state.turns);
    this.setActivity(state.activity);
    if (!isSame) this.#scroll.restore(scroll);
    else if (hasNew && this.running) this.#scroll.toEnd();
    else this.#scroll.stay();
  }

  /** Shows why there is no conversation to show. */
  fail(error: ViewError): void {
    this.#turns.clear();
    fill(this.#list, errorBox(error, (action) => this.shell.action(action)));
  }

  setTurn(turn: ViewTurn): void {
    const known = this.#turns.get(turn.id);
    if (!known) return this.#append(turn);
    if (known.turn.status.kind === "running" && turn.status.kind !== "running") this.#announce(turn);
    this.#update(known, turn);
    this.#spreadBusy();
    // Search results come whole and are read from their beginning, unlike an answer that was followed as it grew.
    if (turn.status.kind === "searchResults" && this.#scroll.following) this.#scroll.to(known.view.element);
    else this.#scroll.contentChanged();
  }

  setActivity(activity: ViewActivity): void {
    this.#activity = activity;
    this.#end.setActivity(activity);
    for (const { view, turn } of this.#turns.values()) view.showReproduction(isReproduced(activity, turn), turn.reproduction);
    this.#spreadBusy();
    this.#scroll.contentChanged();
  }

  setNote(text: string): void {
    this.#end.setNote(text);
    this.#scroll.contentChanged();
  }

  /** The view of a turn that is on screen. */
  turn(id: string): TurnView | undefined {
    return this.#turns.get(id)?.view;
  }

  contentChanged(): void {
    this.#scroll.contentChanged();
  }

  /** Turns that stay keep their views with all that is open in them. Tells whether there are new ones. */
  #replace(turns: readonly ViewTurn[]): boolean {
    const arrow = this.#focusedArrow();
    const focused = document.hasFocus() ? document.activeElement : null;
    const left = new Map(this.#turns);
    this.#turns.clear();
    for (const turn of turns) {
      const known = left.get(turn.id);
      if (known) this.#update(known, turn);
      this.#turns.set(turn.id, known ?? this.#entry(turn));
    }
    this.#place([...this.#turns.values()].map(({ view }) => view.element));
    if (arrow) [...this.#turns.values()][arrow.index]?.view.bar.focusArrow(arrow.direction);
    else if (focused && !focused.isConnected) this.focusInput();
    return turns.some(({ id }) => !left.has(id));
  }

  /** Brings the page's elements into line with as few moves as can be: what is moved loses focus and place. */
  #place(elements: readonly HTMLElement[]): void {
    const wanted = [...(elements.length === 0 ? [emptyState(this.shell, this.focusInput)] : elements), this.#end.element];
    const kept = new Set<Element>(wanted);
    for (const child of [...this.#list.children]) if (!kept.has(child)) child.remove();
    wanted.forEach((element, i) => {
      const there = this.#list.children[i];
      if (there !== element) this.#list.insertBefore(element, there ?? null);
    });
  }

  /** Whoever goes through the versions of a turn by keyboard finds the focus on the arrow again. */
  #focusedArrow() {
    return [...this.#turns.values()]
      .map(({ view }, index) => ({ index, direction: view.bar.focusedArrow }))
      .find((arrow): arrow is { index: number; direction: "previous" | "next" } => arrow.direction !== undefined);
  }

  #append(turn: ViewTurn): void {
    this.#turns.set(turn.id, this.#entry(turn));
    this.#end.setSummary(undefined);
    this.#place([...this.#turns.values()].map(({ view }) => view.element));
    this.#spreadBusy();
    this.#scroll.toEnd();
  }

  #entry(turn: ViewTurn): Entry {
    const { shell, code, focusInput } = this;
    return { turn, view: new TurnView(turn, { shell, code, focusInput, onRender: () => this.#scroll.contentChanged() }) };
  }

  #update(entry: Entry, turn: ViewTurn): void {
    entry.turn = turn;
    entry.view.update(turn);
    if (isReproduced(this.#activity, turn)) entry.view.showReproduction(true, undefined);
  }

  #spreadBusy(): void {
    const { running } = this;
    for (const { view } of this.#turns.values()) view.bar.setBusy(running);
  }

  #announce({ status, answer }: ViewTurn): void {
    this.#live.textContent = status.kind === "failed" ? status.error.message : answer.slice(0, announced);
  }
}

function isReproduced(activity: ViewActivity, turn: ViewTurn): boolean {
  return activity.kind === "reproducing" && activity.turn === turn.id;
}
