import { t } from "../common/l10n";
import { h } from "./dom";
import { icon, type IconName } from "./icons";
import type { ViewBranch, ViewTurn } from "./protocol";
import { RovingFocus } from "./rovingFocus";
import type { Shell } from "./shell";

type Direction = "previous" | "next";

export interface TurnBarActions {
  readonly shell: Shell;
  /** Changes the question in its place. */
  readonly edit: () => void;
  readonly copy: (text: string) => Promise<void>;
}

/** How long the button says that the answer is copied, ms. */
const copiedMs = 1500;

/** What can be done with one turn: move between its versions, change the question, answer it again, go on elsewhere. */
export class TurnBar {
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #place = h("span", { class: "branch-place" });
  readonly #branches: HTMLElement;
  readonly #copy: HTMLButtonElement;
  readonly #edit: HTMLButtonElement;
  readonly #regenerate: HTMLButtonElement;
  readonly #otherModel: HTMLButtonElement;
  readonly #inTab: HTMLButtonElement;
  readonly #reproduce: HTMLButtonElement;
  readonly #delete: HTMLButtonElement;
  readonly #focus: RovingFocus;
  readonly element: HTMLElement;
  #turn: ViewTurn;
  #busy = false;

  constructor(turn: ViewTurn, { shell, edit, copy }: TurnBarActions) {
    const { id } = turn;
    this.#turn = turn;
    const step = (direction: Direction) => () => this.#select(shell, direction);
    this.#previous = button("left", t("Previous version"), step("previous"));
    this.#next = button("right", t("Next version"), step("next"));
    this.#branches = h("span", { class: "branches", role: "group" }, this.#previous, this.#place, this.#next);
    this.#copy = button("copy", t("Copy the answer"), () => void copy(this.#turn.answer).then(() => this.#copied()));
    this.#edit = button("edit", t("Edit the question"), edit);
    this.#regenerate = button("refresh", t("Answer again"), () => shell.regenerate(id));
    this.#otherModel = button("modelRefresh", t("Answer again with another model…"), () => void shell.request("regenerateWith", { turn: id }));
    this.#inTab = button("branch", t("Go on from here in a new tab"), () => shell.branchInTab(id));
    this.#reproduce = button("repeat", t("Reproduce: compute the answer again and compare"), () => shell.reproduce(id));
    this.#delete = button("trash", t("Delete this question and all that follows…"), () => void shell.request("deleteTurn", { turn: id }));
    this.element = h(
      "div",
      { class: "turn-bar", role: "toolbar", "aria-label": t("This question") },
      this.#copy, this.#edit, this.#regenerate, this.#otherModel, this.#inTab, this.#reproduce, this.#delete, this.#branches,
    );
    this.#focus = new RovingFocus(this.element);
    this.element.addEventListener("focusout", () => queueMicrotask(() => this.#show()));
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
    const { status, branch, answer } = this.#turn;
    const done = status.kind === "done";
    this.#showBranch(branch);
    this.#copy.disabled = status.kind === "running" || answer === "";
    for (const one of [this.#edit, this.#regenerate, this.#otherModel, this.#reproduce, this.#delete]) disable(one, this.#busy);
    this.#inTab.disabled = !done;
    this.#reproduce.hidden = !done || !status.stats.reproducible;
    this.#focus.update();
  }

  #showBranch(branch: ViewBranch | undefined): void {
    this.#branches.hidden = branch === undefined;
    if (!branch) return;
    const { index, count, previous, next } = branch;
    this.#place.textContent = `${index + 1}/${count}`;
    this.#branches.setAttribute("aria-label", t("Version {0} of {1}", index + 1, count));
    this.#previous.disabled = this.#busy || previous === undefined;
    this.#next.disabled = this.#busy || next === undefined;
  }

  #select(shell: Shell, direction: Direction): void {
    const turn = this.#turn.branch?.[direction];
    if (turn !== undefined) shell.selectBranch(turn);
  }

  #copied(): void {
    const [usual, done] = [icon("copy"), icon("check")];
    this.#copy.replaceChildren(done);
    setTimeout(() => this.#copy.replaceChildren(usual), copiedMs);
  }
}

/** A button that has the keyboard's focus keeps it: it only says that it cannot be pressed now. */
function disable(element: HTMLButtonElement, disabled: boolean): void {
  const hasFocus = document.activeElement === element;
  element.disabled = disabled && !hasFocus;
  if (disabled && hasFocus) element.setAttribute("aria-disabled", "true");
  else element.removeAttribute("aria-disabled");
}

function button(name: IconName, label: string, click: () => void): HTMLButtonElement {
  const press = (event: Event) => {
    if ((event.currentTarget as HTMLElement).getAttribute("aria-disabled") !== "true") click();
  };
  return h("button", { class: "icon-button", type: "button", title: label, "aria-label": label, click: press }, icon(name));
}
