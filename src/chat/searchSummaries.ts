import type { ConversationSummary } from "./store";

/** Texts as they are compared, by the summary they were made of: a search runs at each key. */
const folded = new WeakMap<ConversationSummary, string>();

/** Those whose title and questions have all words of the query, in their order; upper case and diacritics do not count. */
export function searchSummaries<T extends ConversationSummary>(summaries: readonly T[], query: string): T[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return summaries.filter((summary) => words.every((word) => textOf(summary).includes(word)));
}

function textOf(summary: ConversationSummary): string {
  const text = folded.get(summary) ?? fold(`${summary.title}\n${summary.questions}`);
  folded.set(summary, text);
  return text;
}

function fold(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
