import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import type { GenerateRequest } from "../engine/ports";
import { groundedGrammar } from "./groundedGrammar";
import { historyTurns, questionTurn } from "./promptTurns";
import type { AnswerRecord, Conversation, Turn } from "./types";

/** A record with all that it takes. */
export type WholeRecord = AnswerRecord & Required<Pick<AnswerRecord, "origin" | "system" | "maxTokens">>;

/** An answer that can be computed again. */
export interface Reproducible {
  readonly turn: Turn;
  readonly record: WholeRecord;
}

/** Throws "bad-use" for an answer that did not keep what it takes. */
export function reproducible(turn: Turn): Reproducible {
  const found = wholeRecord(turn);
  if (typeof found !== "string") return { turn, record: found };
  throw new HearthError("bad-use", found, { remedy: t("Regenerate the answer; the new one can be reproduced.") });
}

export function isReproducible(turn: Turn): boolean {
  return typeof wholeRecord(turn) !== "string";
}

/** The record, or what stands against it. */
function wholeRecord({ status, answerTokens, answerText }: Turn): WholeRecord | string {
  if (status.kind !== "done") return t("Only an answer that the model gave can be reproduced.");
  const { record } = status;
  const { origin, system, maxTokens } = record;
  if (!origin || system === undefined || maxTokens === undefined) return t("The answer was written by an earlier version of Hearth, which did not keep all that it takes to reproduce it.");
  if (wasCut(record) && answerTokens.length === 0 && (answerText === "" || origin.device !== "server")) return t("The answer was stopped before its first token, so there is nothing to compare.");
  return { ...record, origin, system, maxTokens };
}

/** The prompt that the turn was given, and how its tokens were drawn. It has a KV state of its own. */
export function reproductionRequest(conversation: Conversation, { turn, record }: Reproducible, fresh: boolean): GenerateRequest {
  const turns = [...historyTurns(conversation, turn.parent, turn.window), questionTurn(turn)];
  return {
    conversation: `${conversation.id}#reproduce`,
    system: record.system,
    turns,
    ...(record.grounded && { grammar: groundedGrammar(turns) }),
    sampling: { ...record.sampling, seed: record.seed },
    ...(record.guidance && { guidance: record.guidance }),
    maxTokens: wasCut(record) && turn.answerTokens.length > 0 ? turn.answerTokens.length : record.maxTokens,
    ...(fresh && { fresh }),
  };
}

/** Ended from outside and not by the model, or by the end of the context: what stands there is the front of a longer answer. */
export function wasCut({ stopReason }: AnswerRecord): boolean {
  return stopReason === "aborted" || stopReason === "modelChanged" || stopReason === "contextFull";
}
