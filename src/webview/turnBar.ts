import { h } from "./dom";
import { icon, type IconName } from "./icons";
import type { ViewBranch, ViewTurn } from "./protocol";
import { RovingFocus } from "./rovingFocus";
import type { Shell } from "./shell";

type Direction = "previous" | "next";

/** What can be done with one turn: move between its versions, change the question, answer it again, go on elsewhere. */
export class TurnBar {
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #place = h("span", { class: "branch-place" });
  readonly #branches: HTMLElement;
  readonly #edit: HTMLButtonElement;
  readonly #regenerate: HTMLButtonElement;
  readonly #inTab: HTMLButtonElement;
  readonly #reproduce: HTMLButtonElement;
  readonly #focus: RovingFocus;
  readonly element: HTMLElement;
  #turn: ViewTurn;
  #busy = false;

  constructor(turn: ViewTurn, shell: Shell, edit: () => void) {
    const { id } = turn;
    this.#turn = turn;
    const step = (direction: Direction) => () => this.#select(shell, direction);
    this.#previous = button("left", "Previous version", step("previous"));
    this.#next = button("right", "Next version", step("next"));
    this.#branches = h("span", { class: "branches", role: "group" }, this.#previous, this.#place, this.#next);
    this.#edit = button("edit", "Edit the question", edit);
    this.#regenerate = button("refresh", "Answer again", () => shell.regenerate(id));
    this.#inTab = button("branch", "Go on from here in a new tab", () => shell.branchInTab(id));
    this.#reproduce = button("repeat", "Reproduce: compute the answer again and compare", () => shell.reproduce(id));
    this.element = h(
      "div",
      { class: "turn-bar", role: "toolbar", "aria-label": "This question" },
      this.#edit, this.#regenerate, this.#inTab, this.#reproduce, this.#branches,
    );
    this.#focus = new RovingFocus(this.element);
    this.update(turn);
  }

  /** The arrow that has the keyboard's focus, if one has. */
  get focusedArrow(): Direction | undefined {
    if (document.activeElement === this.#previous) return "previous";
    return document.activeElement === this.#next ? "next" : undefined;
  }

  update(turn: ViewTurn): void {
    this.#turn = turn;
    this.#show();
  }

  /** While something runs in the chat, nothing else can be begun. */
  setBusy(busy: boolean): void {
    this.#busy = busy;
    this.#show();
  }

  /** Gives the focus to an arrow, or to the other one where it leads no further. */
  focusArrow(direction: Direction): void {
    const wanted = direction === "next" ? this.#next : this.#previous;
    this.#focus.to(wanted.disabled ? (direction === "next" ? this.#previous : this.#next) : wanted);
  }

  focusEdit(): void {
    this.#focus.to(this.#edit);
  }

  #show(): void {
    const { status, branch } = this.#turn;
    const done = status.kind === "done";
    this.#showBranch(branch);
    this.#edit.disabled = this.#regenerate.disabled = this.#busy;
    this.#inTab.disabled = !done;
    this.#reproduce.hidden = !done || !status.stats.reproducible;
    this.#reproduce.disabled = this.#busy;
    this.#focus.update();
  }

  #showBranch(branch: ViewBranch | undefined): void {
    this.#branches.hidden = branch === undefined;
    if (!branch) return;
    const { index, count, previous, next } = branch;
    this.#place.textContent = `${index + 1}/${count}`;
    this.#branches.setAttribute("aria-label", `Version ${index + 1} of ${count}`);
    this.#previous.disabled = this.#busy || previous === undefined;
    this.#next.disabled = this.#busy || next === undefined;
  }

  #select(shell: Shell, direction: Direction): void {
    const turn = this.#turn.branch?.[direction];
    if (turn !== undefined) shell.selectBranch(turn);
  }
}

function button(name: IconName, label: string, click: () => void): HTMLButtonElement {
  return h("button", { class: "icon-button", type: "button", title: label, "aria-label": label, click }, icon(name));
}
