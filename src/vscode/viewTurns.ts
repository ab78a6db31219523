import { siblingsOf } from "../chat/conversation";
import type { AnswerRecord, Attachment, Citation, Conversation, Turn, TurnWindow } from "../chat/types";
import { byteSize } from "../common/byteSize";
import { t } from "../common/l10n";
import { catalogEntry, standIn } from "../engine/catalog";
import type { Guidance, LookupStats, Sampling, StopReason } from "../engine/ports";
import type { CitationState } from "../rag/ports";
import type { ViewAnswer, ViewAttachment, ViewBranch, ViewCitation, ViewNote, ViewStats, ViewStopReason, ViewTurn } from "../webview/protocol";
import { deviceLabel } from "./deviceLabel";
import { toViewError } from "./errorActions";

/** What a turn's view depends on beside the turn. */
export interface TurnSurroundings {
  /** The one that is set now: it decides which remedies make sense. */
  readonly model: string;
  /** What the next prompt of the branch leaves out. */
  readonly window: TurnWindow;
  readonly branch?: ViewBranch | undefined;
  readonly notices?: readonly string[] | undefined;
  readonly reproduction?: string | undefined;
  /** How its citations stand, in their order; absent while that is not known. */
  readonly citationStates?: readonly CitationState[] | undefined;
}

/** A turn as a view shows it. */
export function toViewTurn(turn: Turn, around: TurnSurroundings): ViewTurn {
  const { branch, reproduction } = around;
  const { summary } = turn.window;
  return {
    id: turn.id,
    question: turn.question.text,
    attachments: turn.question.attachments.map(toViewAttachment),
    answer: turn.answerText,
    citations: turn.citations.map((citation, i) => toViewCitation(citation, around.citationStates?.[i])),
    notices: around.notices ?? [],
    status: toViewAnswer(turn, around.model),
    dropped: around.window.dropped.includes(turn.id),
    withoutCode: around.window.withoutCode.includes(turn.id),
    ...(summary !== undefined && { summary }),
    ...(branch && { branch }),
    ...(reproduction !== undefined && { reproduction }),
  };
}

/**
 * Where a turn stands among its branches; undefined for the only one. Siblings that came to nothing are passed over,
 * unless somebody went on from them: what follows would be out of reach.
 */
export function toViewBranch(conversation: Conversation, turn: string): ViewBranch | undefined {
  const parents = new Set(conversation.turns.map(({ parent }) => parent));
  const siblings = siblingsOf(conversation, turn).filter(({ id, answerText }) => id === turn || answerText !== "" || parents.has(id));
  if (siblings.length < 2) return undefined;
  const index = siblings.findIndex((other) => other.id === turn);
  const [previous, next] = [siblings[index - 1]?.id, siblings[index + 1]?.id];
  return { index, count: siblings.length, ...(previous !== undefined && { previous }), ...(next !== undefined && { next }) };
}

export function toViewAttachment({ path, startLine, endLine, language, source, label }: Attachment): ViewAttachment {
  return { path, startLine, endLine, language, ...(source && { source }), ...(label !== undefined && { label }) };
}

export function toViewCitation({ path, startLine, endLine, symbol }: Citation, state?: CitationState): ViewCitation {
  const changed = toViewChange(state);
  return { path, startLine, endLine, ...(symbol !== undefined && { symbol }), ...(changed && { changed }) };
}

export function toViewChange(state: CitationState | undefined): NonNullable<ViewCitation["changed"]> | undefined {
  return state === "fresh" ? undefined : state;
}

function toViewAnswer({ status, codeText }: Turn, model: string): ViewAnswer {
  switch (status.kind) {
    case "running":
      return { kind: "running" };
    case "done":
      return { kind: "done", stats: toViewStats(status.record, codeText !== ""), ...smallNote(status.record, model) };
    case "searchResults":
      return { kind: "searchResults", reason: toViewError(status.reason, { place: "turn", model }) };
    case "failed":
      return { kind: "failed", error: toViewError(status.error, { place: "turn", model }) };
    default:
      return status satisfies never;
  }
}

/** What stands with each answer of the model that comes with Hearth, and the way to a better one. */
function smallNote({ model: answered }: AnswerRecord, model: string): { readonly note?: ViewNote } {
  if (answered !== standIn) return {};
  const wanted = model === standIn ? undefined : catalogEntry(model);
  const size = wanted?.sizeBytes === undefined ? "" : ` (${byteSize(wanted.sizeBytes)})`;
  const button = wanted ? { action: "download" as const, label: t("Get {0}", `${wanted.id}${size}`) } : { action: "selectModel" as const, label: t("Select Model…") };
  return { note: { text: t("From Ember, a very small model that comes with Hearth. It knows the code above and nothing else, and may be wrong."), button } };
}

/** @param hasCode code was retrieved for the question */
function toViewStats(record: AnswerRecord, hasCode: boolean): ViewStats {
  const { model, modelHash, sampling, guidance, seed, stats, stopReason, origin } = record;
  return {
    promptTokens: stats.promptTokens,
    ...(stats.estimated === true && { estimated: true }),
    reusedTokens: stats.reusedTokens,
    restoredTokens: stats.restoredTokens,
    evaluatedTokens: stats.evaluatedTokens,
    generatedTokens: stats.generatedTokens,
    timeToFirstTokenMs: stats.timeToFirstTokenMs,
    tokensPerSecond: stats.decodeTokensPerSecond,
    model: `${model} (${modelHash.slice(0, 12)})`,
    ...(origin && { device: deviceLabel(origin.device, origin.gpuLayers) }),
    ...(stats.lookup && { lookup: lookupLabel(stats.lookup) }),
    reproducible: origin !== undefined && record.system !== undefined && record.maxTokens !== undefined,
    sampler: samplerLabel(sampling),
    ...(guidance && { guidance: guidanceLabel(guidance, hasCode) }),
    seed,
    stopReason: stopReasons[stopReason],
  };
}

/** "12 of 15 guessed tokens, 1.4 times as fast"; a gain of exactly 1 was not measured. */
function lookupLabel({ acceptedTokens, proposedTokens, gain }: LookupStats): string {
  const guessed =
    proposedTokens === 1
      ? t("{0} of {1} guessed token", acceptedTokens, proposedTokens)
      : t("{0} of {1} guessed tokens", acceptedTokens, proposedTokens);
  return gain === 1 ? guessed : t("{0}, {1} times as fast", guessed, gain.toFixed(1));
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
  if (sampler !== "greedy") parts.push(t("temperature {0}", temperature));
  if (sampler === "top-k") parts.push(`top-k ${topK}`);
  if (sampler === "top-p") parts.push(`top-p ${topP}`);
  if ((sampler === "top-k" || sampler === "top-p") && minP > 0) parts.push(`min-p ${minP}`);
  if (repeatPenalty !== 1) parts.push(t("repeat penalty {0}", repeatPenalty));
  return parts.join(", ");
}

/** "cosine, scale 2, near the question, 256 candidates, less where the model is sure" */
function guidanceLabel({ strategy, scale, topN, query, adaptive }: Guidance, hasCode: boolean): string {
  const parts = [strategy, t("scale {0}", scale), nearLabel(query, hasCode), t("{0} candidates", topN)];
  return [...parts, ...(adaptive ? [t("less where the model is sure")] : [])].join(", ");
}

function nearLabel(query: Guidance["query"], hasCode: boolean): string {
  switch (query) {
    case "fixed":
      return t("near the question");
    case "context":
      return hasCode ? t("near the retrieved code") : t("near the question, as no code was retrieved");
    case "dynamic":
      return t("near the question and the last words of the answer");
    default:
      return query satisfies never;
  }
}

/** What an editor tab is called. */
export function tabTitle({ title, turns }: Conversation): string {
  return turns.length === 0 ? t("Hearth Chat") : title;
}
