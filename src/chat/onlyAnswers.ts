import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import type { GenerateRequest, ModelInfo, Prompt } from "../engine/ports";
import { groundedGrammar } from "./groundedGrammar";
import type { ChatSettings, Question } from "./types";

// Models that answer questions about code in their prompt and can do nothing else (`ModelDefaults.answersOnly`).

/** Most of their context that retrieved code may take: they know nothing else, and remember one question at most. */
export const lookupCodeShare = 0.6;

type Info = Pick<ModelInfo, "id" | "defaults">;

/** Throws "model-too-small" where the model can only answer. */
export function checkFollowsInstructions({ id, defaults }: Info): void {
  if (!defaults.answersOnly) return;
  throw new HearthError("model-too-small", t("{0} is too small for this: it answers questions about code, and no more.", id), {
    remedy: t("Download or select another model."),
  });
}

/**
 * Whether a question is asked with code of its own. To a model that only answers, one that names nothing and says "it"
 * goes with the question before it and that one's code; to all others every question does both.
 */
export function asksAlone({ defaults }: Info, { text, attachments }: Pick<Question, "text" | "attachments">): boolean {
  return !defaults.answersOnly || attachments.length > 0 || !saysIt.test(text) || namesCode.test(text);
}

const saysIt = /\b(?:it|its|this|that)\b/i;
/** Backticks, calls, paths, `camelCase`, `snake_case`. */
const namesCode = /[`"()/\\]|\w\.\w|[a-z\d][A-Z]|\w_\w/;

/** Keeps the answer of a model that only answers to what stands in its prompt. */
export function groundingOf({ defaults }: Pick<ModelInfo, "defaults">, { turns }: Pick<Prompt, "turns">): Pick<GenerateRequest, "grammar"> {
  return defaults.answersOnly ? { grammar: groundedGrammar(turns) } : {};
}

/** The settings as they count for a question: a model that only answers sees one earlier question or none, and cannot summarise. */
export function settingsFor(info: Info, settings: ChatSettings, question: Pick<Question, "text" | "attachments">): ChatSettings {
  if (!info.defaults.answersOnly) return settings;
  return { ...settings, contextFull: "dropOldest", turnWindow: asksAlone(info, question) ? 0 : 1 };
}
