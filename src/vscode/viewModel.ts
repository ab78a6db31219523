import { t } from "../common/l10n";
import type { EngineState, ModelInfo, ServerConfig } from "../engine/ports";
import type { IndexStatus, IndexSummary } from "../rag/ports";
import type { ViewError, ViewIndexState, ViewModelState } from "../webview/protocol";
import { modelDevice } from "./deviceLabel";
import type { Download } from "./downloads";
import { serverName, shortModel } from "./servers/serverName";
import { toViewError } from "./errorActions";
import { timeText } from "../common/timeText";

/**
 * The model's state for the header; a download goes before what the engine says.
 * @param server the server that answers whatever this machine can load, as it is set; absent: none does
 */
export function toViewModel(state: EngineState, download?: Download, server?: ServerConfig): ViewModelState {
  if (download) {
    const { model, receivedBytes, totalBytes, phase, paused } = download;
    return { kind: "downloading", model: modelLabel(model), receivedBytes, totalBytes, phase, paused };
  }
  const named = nameOf(state, server);
  switch (state.kind) {
    case "idle":
      return { kind: "idle", ...named };
    case "loading":
      return { kind: "loading", ...named, fraction: state.fraction };
    case "ready":
      return readyModel(state.info);
    case "restarting":
      return { kind: "restarting", model: named.model, reason: state.reason };
    case "missing":
    case "failed":
      return {
        kind: "unavailable",
        ...named,
        error: toViewError(state.error, { place: "model", model: state.model }),
        ...(state.kind === "missing" && { missing: true }),
      };
    default:
      return state satisfies never;
  }
}

/** The model, and the server that it runs on; a server whose first model is taken stands for it until that has a name. */
function nameOf(state: EngineState, server: ServerConfig | undefined): { readonly model: string; readonly server?: string } {
  if (!server) return { model: modelLabel(state.kind === "ready" ? state.info.id : state.model) };
  const name = serverName(server.url);
  return { model: server.model === "" ? name : shortModel(server.model), server: name };
}

function readyModel(info: ModelInfo): ViewModelState {
  const { id, contextSize, gpuFallback, server, standsInFor } = info;
  return {
    ...{ kind: "ready", model: modelLabel(id), device: modelDevice(info), contextSize },
    ...(gpuFallback !== undefined && { fallback: gpuFallback }),
    ...(server !== undefined && { server: serverName(server) }),
    ...(standsInFor !== undefined && { setup: missingModel(id, standsInFor) }),
  };
}

/** Until a model is downloaded, that one answers which comes with Hearth. */
function missingModel(id: string, wanted: string): ViewError {
  const { message, actions } = toViewError({ name: "", message: "", code: "model-not-found" }, { place: "model", model: wanted });
  const until = t("Until then {0} answers: a very small model that comes with Hearth.", id);
  // It stands over every chat, so it is short: the header's name leads to the other models.
  return { message: `${message} ${until}`, actions: actions.filter((action) => action !== "selectModel") };
}

/** A catalog id as it is; of a path the file's name without its ending. */
export const modelLabel = shortModel;

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
