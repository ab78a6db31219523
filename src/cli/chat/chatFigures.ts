import { branchOf } from "../../chat/conversation";
import type { AnswerRecord, Conversation, Turn } from "../../chat/types";
import type { EngineState } from "../../engine/ports";
import { formatStats } from "../plainText";

/** The text of `/history`: each question with the beginning of its answer. @param columns cells of a row */
export function historyText(conversation: Conversation, columns: number): string {
  const branch = branchOf(conversation);
  if (branch.length === 0) return "Nothing was asked yet.";
  const margin = String(branch.length).length;
  return branch.map((turn, at) => `${String(at + 1).padStart(margin)}  ${turnText(turn, columns - margin - 2, margin + 2)}`).join("\n");
}

function turnText({ question, answerText, status }: Turn, width: number, indent: number): string {
  const attached = question.attachments.length === 0 ? "" : ` [${question.attachments.map(({ path }) => path).join(", ")}]`;
  const answer = status.kind === "failed" && answerText === "" ? `(${status.error.message})` : answerText;
  return [firstLine(question.text + attached, width), firstLine(answer, width - 2)].filter(Boolean).join(`\n${" ".repeat(indent)}→ `);
}

function firstLine(text: string, width: number): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length <= width ? line : `${line.slice(0, Math.max(1, width - 1))}…`;
}

/** The text of `/stats`: the model, the context, and what the answers took. */
export function statsText(conversation: Conversation, state: EngineState): string {
  const records = conversation.turns.flatMap(({ status }) => (status.kind === "done" ? [status.record] : []));
  const shown = branchOf(conversation).flatMap(({ status }) => (status.kind === "done" ? [status.record] : []));
  const last = shown.at(-1);
  return [
    `Model: ${modelText(state)}`,
    ...(last ? [`Context: ${contextText(last, state)}`, `Last answer: ${formatStats(last)}`] : []),
    records.length === 0 ? "No answer yet." : `All answers: ${sumText(records)}`,
  ].join("\n");
}

/** A model in words, with where it runs. */
export function modelText(state: EngineState): string {
  if (state.kind === "ready") {
    const { id, server, device, contextSize } = state.info;
    return `${id}, ${contextSize} tokens of context, ${server === undefined ? `on ${device === "cpu" ? "the processor" : device}` : `at ${server}`}`;
  }
  if (state.kind === "loading") return `${state.model}, loading (${Math.floor(state.fraction * 100)} %)`;
  if (state.kind === "missing" || state.kind === "failed") return `${state.model}: ${state.error.message}`;
  return `${state.model}, not loaded`;
}

function contextText({ stats }: AnswerRecord, state: EngineState): string {
  const used = stats.promptTokens + stats.generatedTokens;
  if (state.kind !== "ready") return `${used} tokens`;
  const { contextSize } = state.info;
  return `${used} of ${contextSize} tokens (${Math.round((100 * used) / contextSize)} %)`;
}

function sumText(records: readonly AnswerRecord[]): string {
  const sum = (pick: (stats: AnswerRecord["stats"]) => number) => records.reduce((total, { stats }) => total + pick(stats), 0);
  return `${records.length}, with ${sum((stats) => stats.generatedTokens)} tokens written, ${sum((stats) => stats.evaluatedTokens)} read and ${sum((stats) => stats.reusedTokens)} reused`;
}
