import type { AnswerRecord, AnswerStatus, Attachment, Citation, Conversation, Turn } from "../chat/types";
import type { DownloadProgress, EngineState, Sampling, StopReason } from "../engine/ports";
import type { IndexStatus, IndexSummary } from "../rag/ports";
import type { ViewAnswer, ViewAttachment, ViewCitation, ViewIndexState, ViewModelState, ViewStats, ViewStopReason, ViewTurn } from "../webview/protocol";
import { toViewError } from "./errorActions";

/** A turn as a view shows it. `model` is the one that is set now: it decides which remedies make sense. */
export function toViewTurn(turn: Turn, model: string, notices: readonly string[] = []): ViewTurn {
  return {
    id: turn.id,
    question: turn.question.text,
    attachments: turn.question.attachments.map(toViewAttachment),
    answer: turn.answerText,
    citations: turn.citations.map(toViewCitation),
    notices,
    status: toViewAnswer(turn.status, model),
    dropped: turn.dropped,
  };
}

export function toViewAttachment({ path, startLine, endLine, language }: Attachment): ViewAttachment {
  return { path, startLine, endLine, language };
}

export function toViewCitation({ path, startLine, endLine, symbol }: Citation): ViewCitation {
  return { path, startLine, endLine, ...(symbol !== undefined && { symbol }) };
}

function toViewAnswer(status: AnswerStatus, model: string): ViewAnswer {
  switch (status.kind) {
    case "running":
      return { kind: "running" };
    case "done":
      return { kind: "done", stats: toViewStats(status.record) };
    case "searchResults":
      return { kind: "searchResults", reason: toViewError(status.reason, { place: "turn", model }) };
    case "failed":
      return { kind: "failed", error: toViewError(status.error, { place: "turn", model }) };
    default:
      return status satisfies never;
  }
}

function toViewStats({ model, modelHash, sampling, seed, stats, stopReason }: AnswerRecord): ViewStats {
  return {
    reusedTokens: stats.reusedTokens,
    evaluatedTokens: stats.evaluatedTokens,
    generatedTokens: stats.generatedTokens,
    timeToFirstTokenMs: stats.timeToFirstTokenMs,
    tokensPerSecond: stats.decodeTokensPerSecond,
    model: `${model} (${modelHash.slice(0, 12)})`,
    sampler: samplerLabel(sampling),
    seed,
    stopReason: stopReasons[stopReason],
  };
}

const stopReasons = {
  endOfTurn: "end",
  stopText: "end",
  maxTokens: "maxTokens",
  aborted: "stopped",
  contextFull: "contextFull",
  modelChanged: "modelChanged",
} as const satisfies Record<StopReason, ViewStopReason>;

/** "top-p, temperature 0.7, top-p 0.95": the values that the sampler heeds. */
export function samplerLabel({ sampler, temperature, topK, topP, minP, repeatPenalty }: Sampling): string {
  const parts: string[] = [sampler];
  if (sampler !== "greedy") parts.push(`temperature ${temperature}`);
  if (sampler === "top-k") parts.push(`top-k ${topK}`);
  if (sampler === "top-p") parts.push(`top-p ${topP}`);
  if ((sampler === "top-k" || sampler === "top-p") && minP > 0) parts.push(`min-p ${minP}`);
  if (repeatPenalty !== 1) parts.push(`repeat penalty ${repeatPenalty}`);
  return parts.join(", ");
}

/** The model's state for the header; a download goes before what the engine says. */
export function toViewModel(state: EngineState, download?: { readonly model: string } & DownloadProgress): ViewModelState {
  if (download) {
    const { model, receivedBytes, totalBytes, phase } = download;
    return { kind: "downloading", model: modelLabel(model), receivedBytes, totalBytes, phase };
  }
  switch (state.kind) {
    case "idle":
      return { kind: "idle", model: modelLabel(state.model) };
    case "loading":
      return { kind: "loading", model: modelLabel(state.model), fraction: state.fraction };
    case "ready":
      return { kind: "ready", model: modelLabel(state.info.id), device: deviceLabel(state.info.device), contextSize: state.info.contextSize };
    case "restarting":
      return { kind: "restarting", model: modelLabel(state.model), reason: state.reason };
    case "missing":
    case "failed":
      return {
        kind: "unavailable",
        model: modelLabel(state.model),
        error: toViewError(state.error, { place: "model", model: state.model }),
      };
    default:
      return state satisfies never;
  }
}

/** A catalog id as it is; of a path the file's name without its ending. */
export function modelLabel(model: string): string {
  return (model.split(/[\\/]/).at(-1) ?? model).replace(/\.gguf$/i, "");
}

const devices: Readonly<Record<string, string>> = { cpu: "CPU", cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" };

function deviceLabel(device: string): string {
  return devices[device] ?? device;
}

export function toViewIndex(status: IndexStatus): ViewIndexState {
  switch (status.kind) {
    case "off":
      return { kind: "off" };
    case "scanning":
      return { kind: "working", label: "Scanning", done: 0, total: 0 };
    case "indexing":
      return { kind: "working", label: "Indexing", done: status.done, total: status.total };
    case "embedding":
      return { kind: "working", label: "Embedding", done: status.done, total: status.total };
    case "ready":
      return readyIndex(status.summary);
    case "failed":
      return { kind: "failed", message: status.error.message };
    default:
      return status satisfies never;
  }
}

/** An embedding model that cannot be used leaves search by words: the index is ready, and says what to do. */
function readyIndex({ files, chunks, embeddingError }: IndexSummary): ViewIndexState {
  const problem = embeddingError && `There is no search by meaning. ${[embeddingError.message, embeddingError.remedy].filter(Boolean).join(" ")}`;
  return { kind: "ready", files, chunks, ...(problem !== undefined && { problem }) };
}

/** What an editor tab is called. */
export function tabTitle({ title, turns }: Conversation): string {
  return turns.length === 0 ? "Hearth Chat" : title;
}
