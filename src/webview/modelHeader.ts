import { t } from "../common/l10n";
import { fill, h } from "./dom";
import { actionButton, errorBox, setupBox } from "./errorBox";
import { bytes, counted, percent } from "./format";
import { sentTo, serverOf } from "./modelPlace";
import { ProgressBar } from "./progressBar";
import type { ViewAction, ViewIndexState, ViewModelState } from "./protocol";
import type { Shell } from "./shell";

/** The strip on top: which model answers, what it is doing, and the index beside it. */
export class ModelHeader {
  readonly #name = h("span", { class: "model-name" });
  readonly #detail = h("span", { class: "model-detail", role: "status" });
  readonly #index = h("span", { class: "index-state" });
  readonly #bar = new ProgressBar(t("Progress"));
  readonly #pause: HTMLElement;
  readonly #resume: HTMLElement;
  readonly #cancel: HTMLElement;
  readonly #problem = h("div", { class: "model-problem" });
  readonly element: HTMLElement;
  #state: ViewModelState | undefined;
  #told: string | undefined;

  constructor(readonly shell: Pick<Shell, "action">) {
    const model = h(
      "button",
      { class: "model-button", type: "button", title: t("Select another model"), click: () => shell.action("selectModel") },
      h("span", { class: "dot" }),
      this.#name,
    );
    const act = (action: ViewAction) => shell.action(action);
    this.#pause = actionButton("pauseDownload", act);
    this.#resume = actionButton("resumeDownload", act, true);
    this.#cancel = actionButton("cancelDownload", act);
    const line = h("div", { class: "header-line" }, model, this.#detail, this.#pause, this.#resume, this.#cancel, this.#index);
    this.element = h("header", { class: "model-header" }, line, this.#bar.element, this.#problem);
  }

  setModel(state: ViewModelState): void {
    this.element.dataset["kind"] = state.kind;
    this.#name.textContent = state.model;
    this.#detail.textContent = detail(state);
    this.#detail.title = detailTitle(state);
    const paused = state.kind === "downloading" ? state.paused : undefined;
    this.#pause.hidden = paused !== false;
    this.#resume.hidden = paused !== true;
    this.#cancel.hidden = paused === undefined;
    const fraction = progress(state);
    this.#bar.element.hidden = fraction === "none";
    if (fraction !== "none") this.#bar.set(fraction);
    this.#state = state;
    this.#showProblem();
  }

  /** What the end of the conversation tells already does not stand here as well. Undefined: nothing. */
  setTold(message: string | undefined): void {
    if (message === this.#told) return;
    this.#told = message;
    this.#showProblem();
  }

  #showProblem(): void {
    const state = this.#state;
    const act = (action: ViewAction) => this.shell.action(action);
    if (state?.kind === "ready") return fill(this.#problem, state.setup && setupBox(state.setup, act));
    const problem = state?.kind === "unavailable" && state.error.message !== this.#told ? state : undefined;
    fill(this.#problem, problem && (problem.missing ? setupBox : errorBox)(problem.error, act));
  }

  setIndex(state: ViewIndexState): void {
    this.#index.dataset["kind"] = state.kind;
    this.#index.textContent = indexText(state);
    this.#index.title = indexTitle(state);
  }
}

function detail(state: ViewModelState): string {
  switch (state.kind) {
    case "idle":
      return state.server === undefined ? t("loads on first use") : t("on {0}", state.server);
    case "loading":
      return state.server === undefined ? t("loading {0}", percent(state.fraction)) : t("connecting to {0}…", state.server);
    case "ready":
      return `${state.device} · ${counted(state.contextSize, t("{0} token"), t("{0} tokens"))}`;
    case "downloading":
      return downloadDetail(state);
    case "restarting":
      return t("restarting…");
    case "unavailable":
      return t("not available");
    default:
      return state satisfies never;
  }
}

function detailTitle(state: ViewModelState): string {
  const fallback = state.kind === "ready" ? state.fallback : undefined;
  const server = serverOf(state);
  const sent = server === undefined ? undefined : sentTo(server);
  return [detail(state), fallback, sent].filter((part) => part !== undefined).join(". ");
}

function downloadDetail({ phase, receivedBytes, totalBytes, paused }: Extract<ViewModelState, { kind: "downloading" }>): string {
  if (paused) return t("paused at {0} of {1}", bytes(receivedBytes), bytes(totalBytes));
  if (phase === "verify") return t("verifying…");
  return totalBytes > 0 ? t("{0} of {1}", bytes(receivedBytes), bytes(totalBytes)) : t("downloading…");
}

/** A share, undefined for work without a known end, "none" for no work. */
function progress(state: ViewModelState): number | undefined | "none" {
  if (state.kind === "loading") return state.server === undefined ? state.fraction : undefined;
  if (state.kind === "downloading") return state.totalBytes > 0 ? state.receivedBytes / state.totalBytes : undefined;
  return state.kind === "restarting" ? undefined : "none";
}

function indexText(state: ViewIndexState): string {
  switch (state.kind) {
    case "off":
      return "";
    case "working":
      return workText(state);
    case "ready":
      return state.paused ? t("index paused") : counted(state.files, t("{0} file"), t("{0} files"));
    case "failed":
      return t("index failed");
    default:
      return state satisfies never;
  }
}

/** "Embedding 40% · 12 min left"; without what is not known yet. */
function workText({ label, done, total, timeLeft }: Extract<ViewIndexState, { kind: "working" }>): string {
  if (total === 0) return `${label}…`;
  const share = `${label} ${percent(done / total)}`;
  return timeLeft === undefined ? share : `${share} · ${t("{0} left", timeLeft)}`;
}

/** The whole of it: in a narrow view the text is cut off. */
function indexTitle(state: ViewIndexState): string {
  switch (state.kind) {
    case "off":
      return "";
    case "working":
      return t("Index: {0}", workText(state));
    case "ready":
      return readyTitle(state);
    case "failed":
      return state.message;
    default:
      return state satisfies never;
  }
}

function readyTitle({ files, chunks, problem, paused }: Extract<ViewIndexState, { kind: "ready" }>): string {
  const sizes = t("Index: {0}, {1}", counted(files, t("{0} file"), t("{0} files")), counted(chunks, t("{0} chunk"), t("{0} chunks")));
  const pause = paused ? t("It is paused: changed files are not taken in until it is resumed.") : undefined;
  return [sizes, pause, problem].filter((part) => part !== undefined).join(". ");
}
