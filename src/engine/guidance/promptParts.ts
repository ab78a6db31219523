import type { RowContent } from "../states/savedStates";
import type { PromptParts } from "./queryTokens";

/** Where a prompt's question and its code are. A prompt without turns is all question. */
export function promptParts({ tokens, parts }: Pick<RowContent, "tokens" | "parts">, turnId: string | undefined): PromptParts {
  if (turnId === undefined) return { all: tokens, question: tokens, code: [] };
  let at = 0;
  const found = new Map<string, readonly number[]>();
  for (const { key, length } of parts) {
    found.set(key, tokens.slice(at, at + length));
    at += length;
  }
  return { all: tokens, question: found.get(`${turnId}/question`) ?? [], code: found.get(`${turnId}/code`) ?? [] };
}
