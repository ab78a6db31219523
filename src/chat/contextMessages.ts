import { HearthError } from "../common/errors";
import type { PromptSize } from "../engine/ports";
import { attachmentHeader } from "./attachmentText";
import { excessTokens } from "./contextBudget";
import type { PromptScope } from "./promptScope";
import type { Question } from "./types";
import { attachmentBlock } from "./userMessage";

/** Attachments that an error names, the largest first. */
const mostNamed = 3;

export function countQuestions(count: number): string {
  return count === 1 ? "1 question" : `${count} questions`;
}

/** What left a full context: turns, folded into a summary or not, and the code of further turns. */
export function leftText({ turns, code, folded }: { readonly turns: number; readonly code: number; readonly folded: boolean }): string {
  const fate = folded ? `${turns === 1 ? "was" : "were"} folded into a summary` : "left";
  const turnsLeft = `${oldest(turns)} ${fate}`;
  if (turns === 0) return `The context is full: the code of ${oldest(code)} left.`;
  return `The context is full: ${turnsLeft}${code === 0 ? "." : `, and the code of ${code} more left.`}`;
}

export function contextFullError(turns: number): HearthError {
  return new HearthError("context-full", `The context is full: ${oldest(turns)} would have to leave.`, {
    remedy: "Have them summarised (/compact does it) or dropped, and ask again. The setting contextFull, or /set context-full in a terminal, makes one of the two the rule.",
  });
}

/** Says by how many tokens a question is too long even without any history, and what makes it so. */
export async function tooLongError(scope: PromptScope, question: Question, size: PromptSize): Promise<HearthError> {
  const excess = excessTokens(size, scope.maxTokens);
  const message = `The question is ${excess} tokens too long for a context of ${size.contextSize}.${await largestAttachments(scope, question)}`;
  const lighter = question.attachments.length > 0 ? "Attach less" : "Ask a shorter question";
  return new HearthError("prompt-too-long", message, { remedy: `${lighter}, or raise the context size in the settings.` });
}

async function largestAttachments(scope: PromptScope, { attachments }: Question): Promise<string> {
  if (attachments.length === 0) return "";
  const tokens = await scope.model.countTokens(attachments.map(attachmentBlock), scope.signal);
  const named = attachments
    .map((attachment, index) => ({ label: attachmentHeader(attachment), tokens: tokens[index] ?? 0 }))
    .sort((a, b) => b.tokens - a.tokens)
    .slice(0, mostNamed)
    .map((row) => `${row.label} (${row.tokens} tokens)`);
  return ` ${named.length === 1 ? "The largest attachment is" : "The largest attachments are"} ${named.join(", ")}.`;
}

function oldest(count: number): string {
  return count === 1 ? "the oldest question" : `the oldest ${countQuestions(count)}`;
}
