import type { GuidanceQuery } from "../ports";
import type { WeightedTokens } from "./queryMoments";

/** What the prompt has that a query may be made of, in tokens. */
export interface PromptParts {
  /** The whole prompt. */
  readonly all: readonly number[];
  /** The question that is to be answered. */
  readonly question: readonly number[];
  /** The code that was retrieved for it; empty: none. */
  readonly code: readonly number[];
}

/** Tokens that stand for more than this share of the prompt count less and less (Arora and others, 2017). */
const commonShare = 1e-3;

/** The tokens of a query, each with its weight; without retrieved code, `context` takes the question's. */
export function queryTokens(query: GuidanceQuery, parts: PromptParts, isContent: (token: number) => boolean): WeightedTokens {
  const wanted = query === "context" && parts.code.length > 0 ? parts.code : parts.question;
  const counts = countsOf(parts.all);
  const weights = new Map<number, number>();
  for (const token of wanted) {
    if (!isContent(token)) continue;
    const share = (counts.get(token) ?? 1) / Math.max(1, parts.all.length);
    weights.set(token, (weights.get(token) ?? 0) + commonShare / (commonShare + share));
  }
  return weights;
}

function countsOf(tokens: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}
