import { t } from "../common/l10n";
import type { CodeActions } from "./codeBlock";
import { ConversationEnd } from "./conversationEnd";
import { fill, h } from "./dom";
import { emptyState } from "./emptyState";
import { errorBox } from "./errorBox";
import { icon } from "./icons";
import { LinkResolver } from "./linkResolver";
import { LiveRegion } from "./liveRegion";
import { type ModelPlace, placeText } from "./modelPlace";
import type { SavedView, ViewActivity, ViewCitation, ViewError, ViewState, ViewTurn } from "./protocol";
import { RangePreview } from "./rangePreview";
import { ScrollKeeper } from "./scrollKeeper";
import type { Shell } from "./shell";
import { TurnEntry } from "./turnEntry";
import type { TurnView } from "./turnView";

/** How many of the last turns are drawn at once when a conversation is shown. */
const turnsAtOnce = 4;
/** The time in a frame in which turns that wait are drawn, ms. */
const drawMs = 8;

/** Most of search results that a screen reader is given at once, in characters. */
const announced = 2000;

/** Where the reader is: so many pixels below the top of a turn. Without `scroll`: at the end. */
export type ScrollPlace = Pick<SavedView, "scroll" | "scrollTurn">;

/** The conversation, newest at the end. */
export class MessageList {
  readonly #turns = new Map<string, TurnEntry>();
  readonly #list = h("div", { class: "messages", tabindex: "-1" });
  readonly #heading = h("h1", { class: "visually-hidden" }, t("Conversation"));
  readonly #end = new ConversationEnd();
  readonly #live = new LiveRegion();
  readonly #links: LinkResolver;
  readonly #preview: RangePreview;
  readonly #toEnd = h("button", { class: "to-end", type: "button", title: t("Go to the end"), "aria-label": t("Go to the end"), hidden: true }, icon("down"));
  readonly #scroll: ScrollKeeper;
  readonly element: HTMLElement;
  #conversation: string | undefined;
  #activity: ViewActivity = { kind: "none" };
  #isDrawing = false;
  #modelPlace: ModelPlace = {};

  constructor(
    readonly shell: Shell,
    readonly code: CodeActions,
    readonly focusInput: () => void,
    readonly onScroll: (place: ScrollPlace) => void,
  ) {
    this.#links = new LinkResolver(shell);
    this.#preview = new RangePreview(shell);
    this.element = h("main", { class: "messages-frame", "aria-label": t("Conversation") }, this.#list, this.#toEnd, this.#live.element, this.#preview.element);
    this.#scroll = new ScrollKeeper(this.#list, (scroll) => this.#scrolled(scroll));
    this.#toEnd.addEventListener("click", () => this.#scroll.toEnd());
  }

  /** Whether an answer runs, or anything else that can be stopped. */
  get running(): boolean {
    return this.#activity.kind !== "none" || [...this.#turns.values()].some(({ turn }) => turn.status.kind === "running");
  }

  /** What went wrong with the last question; undefined: nothing. */
  get failure(): string | undefined {
    const status = [...this.#turns.values()].at(-1)?.turn.status;
    return status?.kind === "failed" ? status.error.message : undefined;
  }

  /** Shows a conversation: another one at a scroll position or at its end, the same one where the reader is. */
  show(state: ViewState, place: ScrollPlace = {}): void {
    const isSame = state.conversation === this.#conversation;
    this.#conversation = state.conversation;
    this.#end.setSummary(state.compacted);
    this.#end.setNote(state.note);
    this.#preview.close();
    if (!isSame) {
      this.#turns.clear();
      this.#live.clear();
    }
    const hasNew = this.#replace(state.turns);
    this.setActivity(state.activity);
    if (!isSame) this.#restore(place);
    this.#drawWaiting();
    if (!isSame) return;
    if (hasNew && this.running) this.#scroll.toEnd();
    else this.#scroll.stay();
  }

  #restore({ scroll, scrollTurn }: ScrollPlace): void {
    const entry = scrollTurn === undefined ? undefined : this.#turns.get(scrollTurn);
    this.#scroll.restore(entry || scrollTurn === undefined ? scroll : undefined, entry?.view.element);
  }

  #scrolled(scroll: number | undefined): void {
    this.#toEnd.hidden = scroll === undefined;
    if (scroll === undefined) return this.onScroll({});
    const start = this.#list.offsetTop;
    const turn = [...this.#turns.values()].findLast(({ element }) => element.offsetTop - start <= scroll);
    this.onScroll(turn ? { scroll: scroll - (turn.element.offsetTop - start), scrollTurn: turn.turn.id } : { scroll });
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
    known.update(turn);
    this.#spreadBusy();
    // Search results come whole and are read from their beginning, unlike an answer that was followed as it grew.
    if (turn.status.kind === "searchResults" && this.#scroll.following) this.#scroll.to(known.view.element);
    else this.#scroll.contentChanged();
  }

  setActivity(activity: ViewActivity): void {
    this.#activity = activity;
    this.#end.setActivity(activity);
    for (const entry of this.#turns.values()) entry.setActivity(activity);
    this.#spreadBusy();
    this.#scroll.contentChanged();
  }

  /** Tells on which machines models run. */
  setModelPlace(place: ModelPlace): void {
    this.#modelPlace = place;
    const shown = this.#list.querySelector('.empty [data-part="place"]');
    if (shown) shown.textContent = placeText(place);
  }

  setNote(text: string): void {
    this.#end.setNote(text);
    this.#scroll.contentChanged();
  }

  /** The view of a turn that is on screen. */
  turn(id: string): TurnView | undefined {
    return this.#turns.get(id)?.view;
  }

  /** Marks what of a turn's citations has changed since, in their order. */
  markCitations(id: string, changes: readonly ViewCitation["changed"][]): void {
    this.#turns.get(id)?.markCitations(changes);
  }

  /** Turns that stay keep their views with all that is open in them. Tells whether there are new ones. */
  #replace(turns: readonly ViewTurn[]): boolean {
    const arrow = this.#focusedArrow();
    const focused = document.hasFocus() ? document.activeElement : null;
    const left = new Map(this.#turns);
    this.#turns.clear();
    for (const turn of turns) {
      const known = left.get(turn.id);
      known?.update(turn);
      this.#turns.set(turn.id, known ?? this.#entry(turn));
    }
    const entries = [...this.#turns.values()];
    this.#place(entries.map((entry, i) => (i >= entries.length - turnsAtOnce ? entry.view.element : entry.element)));
    if (arrow) [...this.#turns.values()][arrow.index]?.view.bar.focusArrow(arrow.direction);
    else if (focused && !focused.isConnected) this.focusInput();
    return turns.some(({ id }) => !left.has(id));
  }

  /** Brings the page's elements into line with as few moves as can be: what is moved loses focus and place. */
  #place(elements: readonly HTMLElement[]): void {
    const wanted = [...(elements.length === 0 ? [emptyState(this.shell, this.focusInput, this.#modelPlace)] : [this.#heading, ...elements]), this.#end.element];
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
      .map((entry, index) => ({ index, direction: entry.isWaiting ? undefined : entry.view.bar.focusedArrow }))
      .find((arrow): arrow is { index: number; direction: "previous" | "next" } => arrow.direction !== undefined);
  }

  #append(turn: ViewTurn): void {
    const entry = this.#entry(turn);
    this.#turns.set(turn.id, entry);
    this.#end.setSummary(undefined);
    this.#list.insertBefore(entry.view.element, this.#end.element);
    this.#list.querySelector(".empty")?.replaceWith(this.#heading);
    this.#spreadBusy();
    this.#scroll.toEnd();
  }

  #entry(turn: ViewTurn): TurnEntry {
    const { shell, code, focusInput } = this;
    const onRender = () => this.#scroll.contentChanged();
    return new TurnEntry(turn, { shell, code, focusInput, onRender, links: this.#links, preview: this.#preview, say: (text) => this.#live.say(text) }, (element) => this.#scroll.observe(element));
  }

  /** Draws the turns that wait, a few in each frame, those next to what the reader sees first. */
  #drawWaiting(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      const until = performance.now() + drawMs;
      const waiting = this.#waitingByDistance();
      for (const entry of waiting) {
        if (performance.now() > until) return this.#drawWaiting();
        entry.draw();
        this.#scroll.contentChanged();
      }
      this.#scroll.arrived();
    });
  }

  #waitingByDistance(): TurnEntry[] {
    const waiting = [...this.#turns.values()].filter(({ isWaiting }) => isWaiting);
    if (waiting.length === 0) return [];
    const middle = this.#scroll.middle;
    const distances = new Map(waiting.map((entry) => [entry, Math.abs(entry.element.offsetTop - middle)]));
    return waiting.sort((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0));
  }

  #spreadBusy(): void {
    const { running } = this;
    for (const entry of this.#turns.values()) entry.setBusy(running);
  }

  /** An answer was told as it grew; here what ends it otherwise is. */
  #announce({ status, answer }: ViewTurn): void {
    if (status.kind === "failed") this.#live.say(status.error.message);
    if (status.kind === "searchResults") this.#live.say(answer.slice(0, announced));
  }
}
