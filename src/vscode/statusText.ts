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
      return `$(flame) ${t("{0} (off)", state.model)}`;
    case "ready":
      return `${isAnswering ? "$(loading~spin)" : "$(flame)"} ${state.model} (${state.device})`;
    case "loading":
      return `$(loading~spin) ${state.model} ${percent(state.fraction)}`;
    case "downloading":
      return `${state.paused ? "$(debug-pause)" : "$(cloud-download)"} ${state.model} ${downloaded(state)}`.trimEnd();
    case "restarting":
      return `$(loading~spin) ${state.model}`;
    case "unavailable":
      return `$(warning) ${state.model}`;
    default:
      return state satisfies never;
  }
}

export function modelSentence(state: ViewModelState): string {
  switch (state.kind) {
    case "idle":
      return `Hearth: ${state.model} loads with the first question.`;
    case "ready":
      return readySentence(state);
    case "loading":
      return `Hearth: ${state.model} is loading.`;
    case "downloading":
      return downloadSentence(state);
    case "restarting":
      return `Hearth: the engine is restarting. ${state.reason}`;
    case "unavailable":
      return `Hearth: ${state.error.message}`;
    default:
      return state satisfies never;
  }
}

function readySentence({ model, device, contextSize, fallback }: Extract<ViewModelState, { kind: "ready" }>): string {
  const ready = `Hearth: ${model} is ready (${device}, context of ${contextSize} tokens).`;
  return fallback === undefined ? ready : `${ready} ${fallback}`;
}

function downloadSentence({ model, phase, paused }: Extract<ViewModelState, { kind: "downloading" }>): string {
  if (paused) return `Hearth: the download of ${model} is paused.`;
  return `Hearth: ${model} is being ${phase === "verify" ? "verified" : "downloaded"}.`;
}

function indexText(state: ViewIndexState): string {
  if (state.kind === "failed" || (state.kind === "ready" && state.problem !== undefined)) return "$(warning) Index";
  if (state.kind === "ready" && state.paused === true) return "$(debug-pause) Index";
  if (state.kind !== "working") return "";
  const left = state.timeLeft === undefined ? "" : `, ${state.timeLeft} left`;
  return state.total > 0 ? `$(sync~spin) ${state.label} ${percent(state.done / state.total)}${left}` : `$(sync~spin) ${state.label}`;
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
      return `Index: ${state.message}`;
    default:
      return state satisfies never;
  }
}

function workingSentence({ label, done, total, timeLeft }: Extract<ViewIndexState, { kind: "working" }>): string {
  if (total === 0) return `${label}.`;
  return `${label} ${done} of ${total}${timeLeft === undefined ? "" : `, ${timeLeft} left`}.`;
}

function readyIndexSentence({ files, chunks, problem, paused }: Extract<ViewIndexState, { kind: "ready" }>): string {
  const state = `Index: ${files} files, ${chunks} chunks${paused === true ? ", paused" : ""}.`;
  return problem === undefined ? state : `${state} ${problem}`;
}

function downloaded({ receivedBytes, totalBytes }: Extract<ViewModelState, { kind: "downloading" }>): string {
  return totalBytes > 0 ? percent(receivedBytes / totalBytes) : "";
}

function percent(fraction: number): string {
  return `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)}%`;
}
