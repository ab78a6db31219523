import { t } from "../../common/l10n";
import { rangeLabel } from "../../chat/rangeLabel";
import { fenced } from "../../chat/userMessage";
import type { RetrievedChunk } from "../../rag/ports";

export interface SearchInput {
  readonly query: string;
  readonly limit: number;
}

const defaultLimit = 8;
const mostResults = 50;

/** What a model passed to the tool, checked: models get schemas wrong. Undefined where there is no question in it. */
export function searchInput(given: unknown): SearchInput | undefined {
  if (typeof given !== "object" || given === null || !("query" in given) || typeof given.query !== "string" || given.query.trim() === "") return undefined;
  const limit = "limit" in given && typeof given.limit === "number" && given.limit >= 1 ? Math.floor(given.limit) : defaultLimit;
  return { query: given.query.trim(), limit: Math.min(limit, mostResults) };
}

/** A chunk as a model reads it: where it stands, then its lines. */
export function chunkText(chunk: RetrievedChunk): string {
  const { symbol, language, text } = chunk;
  return `${rangeLabel(chunk)}${symbol === undefined ? "" : ` (${symbol})`}\n${fenced(text, language === "plaintext" ? "" : language)}`;
}

/** As many of the texts, from the first one on, as `budget` tokens hold; always one. */
export function withinBudget(texts: readonly string[], tokens: readonly number[], budget: number): readonly string[] {
  let left = budget;
  return texts.filter((_text, at) => {
    left -= tokens[at] ?? 0;
    return at === 0 || left >= 0;
  });
}

/** What the model is told when there is nothing to tell, so that it does not make it up. */
export function nothingFound(query: string): string {
  return t("No code of this workspace fits \"{0}\".", query);
}
