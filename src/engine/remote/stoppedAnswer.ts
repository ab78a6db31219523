import type { GenerateEvent, GenerateRequest, GenerateStats, StopReason } from "../ports";

export const noStats: GenerateStats = {
  ...{ promptTokens: 0, reusedTokens: 0, restoredTokens: 0, evaluatedTokens: 0, generatedTokens: 0 },
  ...{ timeToFirstTokenMs: 0, decodeTokensPerSecond: 0, prefillTokensPerSecond: 0 },
};

/** The end of an answer that was stopped before it was known which model would give it. */
export function stoppedAnswer({ sampling }: GenerateRequest, stopReason: StopReason): GenerateEvent {
  return { type: "done", stats: noStats, stopReason, seed: sampling.seed ?? 0, model: "", modelHash: "", sampling, tokens: [] };
}
