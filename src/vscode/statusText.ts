import type { ViewIndexState, ViewModelState } from "../webview/protocol";

/** What the status bar says: the model with its state, then the index while it works. */
export function statusText(model: ViewModelState, index: ViewIndexState): string {
  return [modelText(model), indexText(index)].filter((part) => part !== "").join("  ");
}

/** The same in full sentences, for the pointer that rests on it and for screen readers. */
export function statusTooltip(model: ViewModelState, index: ViewIndexState): string {
  return [modelSentence(model), indexSentence(index)].filter((part) => part !== "").join("\n");
}

function modelText(state: ViewModelState): string {
  switch (state.kind) {
    case "idle":
      return `$(flame) ${state.model}`;
    case "ready":
      return `$(flame) ${state.model} (${state.device})`;
    case "loading":
      return `$(loading~spin) ${state.model} ${percent(state.fraction)}`;
    case "downloading":
      return `$(cloud-download) ${state.model} ${downloaded(state)}`.trimEnd();
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
      return `Hearth: ${state.model} is being ${state.phase === "verify" ? "verified" : "downloaded"}.`;
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

function indexText(state: ViewIndexState): string {
  if (state.kind === "failed" || (state.kind === "ready" && state.problem !== undefined)) return "$(warning) Index";
  if (state.kind !== "working") return "";
  return state.total > 0 ? `$(sync~spin) ${state.label} ${percent(state.done / state.total)}` : `$(sync~spin) ${state.label}`;
}

function indexSentence(state: ViewIndexState): string {
  switch (state.kind) {
    case "off":
      return "";
    case "working":
      return state.total > 0 ? `${state.label} ${state.done} of ${state.total}.` : `${state.label}.`;
    case "ready":
      return [`Index: ${state.files} files, ${state.chunks} chunks.`, ...(state.problem === undefined ? [] : [state.problem])].join(" ");
    case "failed":
      return `Index: ${state.message}`;
    default:
      return state satisfies never;
  }
}

function downloaded({ receivedBytes, totalBytes }: Extract<ViewModelState, { kind: "downloading" }>): string {
  return totalBytes > 0 ? percent(receivedBytes / totalBytes) : "";
}

function percent(fraction: number): string {
  return `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)}%`;
}
