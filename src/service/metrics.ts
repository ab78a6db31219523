import type { GenerateStats, StopReason } from "../engine/ports";

/** What the service counts of its answers. */
export interface AnswerMetrics {
  /** To be called once for each answer that has ended. */
  answered(stats: GenerateStats, stopReason: StopReason): void;
}

/** Counts nothing. */
export const noMetrics: AnswerMetrics = { answered: () => undefined };
