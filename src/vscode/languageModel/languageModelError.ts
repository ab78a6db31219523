import { LanguageModelError } from "vscode";
import { describeError, type ErrorCode, errorCode } from "../../common/errors";

/** Requests that cannot be answered as they are. */
const refusals: ReadonlySet<ErrorCode> = new Set(["bad-use", "prompt-too-long", "context-full"]);

/** A failure as callers of the editor's language-model API know it: code and a text that says what to do. */
export function languageModelError(error: unknown): Error {
  if (error instanceof LanguageModelError) return error;
  const [code, message] = [errorCode(error), describeError(error)];
  if (code === "model-not-found") return LanguageModelError.NotFound(message);
  return code !== undefined && refusals.has(code) ? LanguageModelError.Blocked(message) : new LanguageModelError(message);
}
