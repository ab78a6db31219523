import { h } from "./dom";
import type { ViewActivity, ViewCitation, ViewTurn } from "./protocol";
import { TurnView, type TurnViewDeps } from "./turnView";

/** Height that a character of an answer takes until it is drawn, in pixels: a guess, so that the scroll bar is about right. */
const heightPerCharacter = 0.3;
const leastHeight = 120;

/** A turn of the conversation. Its view is made when it is needed: an old conversation shows its end at once. */
export class TurnEntry {
  #view: TurnView | undefined;
  #place: HTMLElement | undefined;
  #turn: ViewTurn;
  #busy = false;
  #activity: ViewActivity = { kind: "none" };
  #changes: readonly ViewCitation["changed"][] | undefined;

  constructor(
    turn: ViewTurn,
    readonly deps: TurnViewDeps,
    readonly onDraw: (element: HTMLElement) => void,
  ) {
    this.#turn = turn;
  }

  get turn(): ViewTurn {
    return this.#turn;
  }

  /** Whether it is only a place that is kept free. */
  get isWaiting(): boolean {
    return this.#view === undefined;
  }

  /** What stands in the page. */
  get element(): HTMLElement {
    if (this.#view) return this.#view.element;
    this.#place ??= h("article", { class: "turn waiting", "aria-label": this.#turn.question });
    this.#place.style.height = this.#height;
    return this.#place;
  }

  get view(): TurnView {
    return this.#view ?? this.draw();
  }

  /** Makes the view, in the place that is kept for it. */
  draw(): TurnView {
    this.#view = new TurnView(this.#turn, this.deps);
    this.#view.element.style.setProperty("--turn-height", this.#height);
    this.#view.bar.setBusy(this.#busy);
    if (this.#changes) this.#view.markCitations(this.#changes);
    this.#showReproduction();
    this.#place?.replaceWith(this.#view.element);
    this.onDraw(this.#view.element);
    return this.#view;
  }

  update(turn: ViewTurn): void {
    this.#turn = turn;
    this.#changes = undefined;
    this.#view?.update(turn);
    this.#showReproduction();
  }

  markCitations(changes: readonly ViewCitation["changed"][]): void {
    this.#changes = changes;
    this.#view?.markCitations(changes);
  }

  setActivity(activity: ViewActivity): void {
    this.#activity = activity;
    this.#showReproduction();
  }

  setBusy(busy: boolean): void {
    this.#busy = busy;
    this.#view?.bar.setBusy(busy);
  }

  get #height(): string {
    return `${leastHeight + Math.round(this.#turn.answer.length * heightPerCharacter)}px`;
  }

  #showReproduction(): void {
    const isRunning = this.#activity.kind === "reproducing" && this.#activity.turn === this.#turn.id;
    this.#view?.showReproduction(isRunning, this.#turn.reproduction);
  }
}
