import { t } from "../common/l10n";
import type { EngineState, ModelInfo } from "../engine/ports";
import type { IndexStatus, IndexSummary } from "../rag/ports";
import type { ViewIndexState, ViewModelState } from "../webview/protocol";
import { modelDevice } from "./deviceLabel";
import type { Download } from "./downloads";
import { toViewError } from "./errorActions";
import { timeText } from "../common/timeText";

/** The model's state for the header; a download goes before what the engine says. */
export function toViewModel(state: EngineState, download?: Download): ViewModelState {
  if (download) {
    const { model, receivedBytes, totalBytes, phase, paused } = download;
    return { kind: "downloading", model: modelLabel(model), receivedBytes, totalBytes, phase, paused };
  }
  switch (state.kind) {
    case "idle":
      return { kind: "idle", model: modelLabel(state.model) };
    case "loading":
      return { kind: "loading", model: modelLabel(state.model), fraction: state.fraction };
    case "ready":
      return readyModel(state.info);
    case "restarting":
      return { kind: "restarting", model: modelLabel(state.model), reason: state.reason };
    case "missing":
    case "failed":
      return {
        kind: "unavailable",
        model: modelLabel(state.model),
        error: toViewError(state.error, { place: "model", model: state.model }),
        ...(state.kind === "missing" && { missing: true }),
      };
    default:
      return state satisfies never;
  }
}

function readyModel(info: ModelInfo): ViewModelState {
  const { id, contextSize, gpuFallback } = info;
  return { kind: "ready", model: modelLabel(id), device: modelDevice(info), contextSize, ...(gpuFallback !== undefined && { fallback: gpuFallback }) };
}

/** A catalog id as it is; of a path the file's name without its ending. */
export function modelLabel(model: string): string {
  return (model.split(/[\\/]/).at(-1) ?? model).replace(/\.gguf$/i, "");
}

export function toViewIndex(status: IndexStatus): ViewIndexState {
  switch (status.kind) {
    case "off":
      return { kind: "off" };
    case "scanning":
      return { kind: "working", label: t("Scanning"), done: 0, total: 0 };
    case "indexing":
      return { kind: "working", label: t("Indexing"), done: status.done, total: status.total };
    case "embedding":
      return embeddingIndex(status);
    case "paused":
      return { ...readyIndex(status.summary), paused: true };
    case "ready":
      return readyIndex(status.summary);
    case "failed":
      return { kind: "failed", message: status.error.message };
    default:
      return status satisfies never;
  }
}

function embeddingIndex({ done, total, secondsLeft }: Extract<IndexStatus, { kind: "embedding" }>): ViewIndexState {
  return { kind: "working", label: t("Embedding"), done, total, ...(secondsLeft !== undefined && { timeLeft: timeText(secondsLeft) }) };
}

/** An embedding model that cannot be used leaves search by words: the index is ready, and says what to do. */
function readyIndex({ files, chunks, embeddingError }: IndexSummary): Extract<ViewIndexState, { kind: "ready" }> {
  const problem = embeddingError && t("There is no search by meaning. {0}", [embeddingError.message, embeddingError.remedy].filter(Boolean).join(" "));
  return { kind: "ready", files, chunks, ...(problem !== undefined && { problem }) };
}
