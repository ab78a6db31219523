import { t } from "../common/l10n";
import type { ViewIndexState, ViewModelState } from "../webview/protocol";

/**
 * What the status bar says: the model with its state, then the index while it works.
 * @param answers that run, in chats and outside of them
 */
export function statusText(model: ViewModelState, index: ViewIndexState, answers = 0): string {
  return [modelText(model, answers > 0), indexText(index)].filter((part) => part !== "").join("  ");
}

/** The same in full sentences, for the pointer that rests on it and for screen readers. */
export function statusTooltip(model: ViewModelState, index: ViewIndexState, answers = 0): string {
  return [modelSentence(model), answersSentence(answers), indexSentence(index)].filter((part) => part !== "").join("\n");
}

function answersSentence(answers: number): string {
  if (answers === 0) return "";
  return answers === 1 ? t("It is writing an answer.") : t("It is writing {0} answers.", answers);
}

function modelText(state: ViewModelState, isAnswering: boolean): string {
  switch (state.kind) {
    case "idle":
      return `$(flame) ${state.server === undefined ? t("{0} (off)", state.model) : placed(state.model, state.server)}`;
    case "ready":
      return `${isAnswering ? "$(loading~spin)" : "$(flame)"} ${state.server === undefined ? `${state.model} (${state.device})` : placed(state.model, state.server)}`;
    case "loading":
      return `$(loading~spin) ${state.server === undefined ? `${state.model} ${percent(state.fraction)}` : placed(state.model, state.server)}`;
    case "downloading":
      return `${state.paused ? "$(debug-pause)" : "$(cloud-download)"} ${state.model} ${downloaded(state)}`.trimEnd();
    case "restarting":
      return `$(loading~spin) ${state.model}`;
    case "unavailable":
      return `$(warning) ${placed(state.model, state.server)}`;
    default:
      return state satisfies never;
  }
}

/** "qwen on gpu-box". A server whose model has no name yet stands for it. */
function placed(model: string, server: string | undefined): string {
  return server === undefined || server === model ? model : t("{0} on {1}", model, server);
}

export function modelSentence(state: ViewModelState): string {
  switch (state.kind) {
    case "idle":
      return state.server === undefined ? t("Hearth: {0} loads with the first question.", state.model) : t("Hearth: {0} is asked with the first question.", state.server);
    case "ready":
      return readySentence(state);
    case "loading":
      return state.server === undefined ? t("Hearth: {0} is loading.", state.model) : t("Hearth: {0} is being asked.", state.server);
    case "downloading":
      return downloadSentence(state);
    case "restarting":
      return t("Hearth: the engine is restarting. {0}", state.reason);
    case "unavailable":
      return `Hearth: ${state.error.message}`;
    default:
      return state satisfies never;
  }
}

function readySentence({ model, device, contextSize, fallback, server }: Extract<ViewModelState, { kind: "ready" }>): string {
  if (server !== undefined) return t("Hearth: {0} on {1} is ready (context of {2} tokens). Questions go there, with the code they need.", model, server, contextSize);
  const ready = t("Hearth: {0} is ready ({1}, context of {2} tokens).", model, device, contextSize);
  return fallback === undefined ? ready : `${ready} ${fallback}`;
}

function downloadSentence({ model, phase, paused }: Extract<ViewModelState, { kind: "downloading" }>): string {
  if (paused) return t("Hearth: the download of {0} is paused.", model);
  return phase === "verify" ? t("Hearth: {0} is being verified.", model) : t("Hearth: {0} is being downloaded.", model);
}

function indexText(state: ViewIndexState): string {
  if (state.kind === "failed" || (state.kind === "ready" && state.problem !== undefined)) return `$(warning) ${t("Index")}`;
  if (state.kind === "ready" && state.paused === true) return `$(debug-pause) ${t("Index")}`;
  if (state.kind !== "working") return "";
  if (state.total === 0) return `$(sync~spin) ${state.label}`;
  const share = `$(sync~spin) ${state.label} ${percent(state.done / state.total)}`;
  return state.timeLeft === undefined ? share : t("{0}, {1} left", share, state.timeLeft);
}

function indexSentence(state: ViewIndexState): string {
  switch (state.kind) {
    case "off":
      return "";
    case "working":
      return workingSentence(state);
    case "ready":
      return readyIndexSentence(state);
    case "failed":
      return t("Index: {0}", state.message);
    default:
      return state satisfies never;
  }
}

function workingSentence({ label, done, total, timeLeft }: Extract<ViewIndexState, { kind: "working" }>): string {
  if (total === 0) return `${label}.`;
  return timeLeft === undefined ? t("{0} {1} of {2}.", label, done, total) : t("{0} {1} of {2}, {3} left.", label, done, total, timeLeft);
}

function readyIndexSentence({ files, chunks, problem, paused }: Extract<ViewIndexState, { kind: "ready" }>): string {
  const state = paused === true ? t("Index: {0} files, {1} chunks, paused.", files, chunks) : t("Index: {0} files, {1} chunks.", files, chunks);
  return problem === undefined ? state : `${state} ${problem}`;
}

function downloaded({ receivedBytes, totalBytes }: Extract<ViewModelState, { kind: "downloading" }>): string {
  return totalBytes > 0 ? percent(receivedBytes / totalBytes) : "";
}

function percent(fraction: number): string {
  return `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)}%`;
}
