import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import type { PromptSize } from "../engine/ports";
import { attachmentHeader } from "./attachmentText";
import { excessTokens } from "./contextBudget";
import type { PromptScope } from "./promptScope";
import type { Question } from "./types";
import { attachmentBlock } from "./userMessage";

/** Attachments that an error names, the largest first. */
const mostNamed = 3;

/** What left a full context: turns, folded into a summary or not, and the code of further turns. */
export function leftText({ turns, code, folded }: { readonly turns: number; readonly code: number; readonly folded: boolean }): string {
  if (turns === 0) return code === 1 ? t("The context is full: the code of the oldest question left.") : t("The context is full: the code of the oldest {0} questions left.", code);
  const texts = folded ? foldedTexts(turns, code) : leftTexts(turns, code);
  return code === 0 ? texts.alone : texts.withCode;
}

interface LeavingTexts {
  readonly alone: string;
  /** When the code of further questions left, too. */
  readonly withCode: string;
}

function foldedTexts(turns: number, code: number): LeavingTexts {
  if (turns === 1) {
    return {
      alone: t("The context is full: the oldest question was folded into a summary."),
      withCode: t("The context is full: the oldest question was folded into a summary, and the code of {0} more left.", code),
    };
  }
  return {
    alone: t("The context is full: the oldest {0} questions were folded into a summary.", turns),
    withCode: t("The context is full: the oldest {0} questions were folded into a summary, and the code of {1} more left.", turns, code),
  };
}

function leftTexts(turns: number, code: number): LeavingTexts {
  if (turns === 1) {
    return {
      alone: t("The context is full: the oldest question left."),
      withCode: t("The context is full: the oldest question left, and the code of {0} more left.", code),
    };
  }
  return {
    alone: t("The context is full: the oldest {0} questions left.", turns),
    withCode: t("The context is full: the oldest {0} questions left, and the code of {1} more left.", turns, code),
  };
}

export function contextFullError(turns: number): HearthError {
  const message = turns === 1 ? t("The context is full: the oldest question would have to leave.") : t("The context is full: the oldest {0} questions would have to leave.", turns);
  return new HearthError("context-full", message, {
    remedy: t("Have them summarised (/compact does it) or dropped, and ask again. The setting contextFull, or /set context-full in a terminal, makes one of the two the rule."),
  });
}

/** Says by how many tokens a question is too long even without any history, and what makes it so. */
export async function tooLongError(scope: PromptScope, question: Question, size: PromptSize): Promise<HearthError> {
  const excess = excessTokens(size, scope.maxTokens);
  const tooLong = t("The question is {0} tokens too long for a context of {1}.", excess, size.contextSize);
  const remedy = question.attachments.length > 0 ? t("Attach less, or raise the context size in the settings.") : t("Ask a shorter question, or raise the context size in the settings.");
  return new HearthError("prompt-too-long", [tooLong, ...(await largestAttachments(scope, question))].join(" "), { remedy });
}

async function largestAttachments(scope: PromptScope, { attachments }: Question): Promise<readonly string[]> {
  if (attachments.length === 0) return [];
  const tokens = await scope.model.countTokens(attachments.map(attachmentBlock), scope.signal);
  const named = attachments
    .map((attachment, index) => ({ label: attachmentHeader(attachment), tokens: tokens[index] ?? 0 }))
    .sort((a, b) => b.tokens - a.tokens)
    .slice(0, mostNamed)
    .map((row) => t("{0} ({1} tokens)", row.label, row.tokens));
  const list = named.join(", ");
  return [named.length === 1 ? t("The largest attachment is {0}.", list) : t("The largest attachments are {0}.", list)];
}
