import { t } from "../common/l10n";
import type { Sampling, SamplingExtras } from "./ports";

/** What a number may be. Both bounds are included. */
export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly integer: boolean;
}

const whole = (minimum: number, maximum: number): NumberRange => ({ minimum, maximum, integer: true });
const real = (minimum: number, maximum: number): NumberRange => ({ minimum, maximum, integer: false });

/** Allowed values of every number that decides an answer. Tests compare them with the manifest. */
export const samplingRanges = {
  temperature: real(0, 5),
  topK: whole(0, 1000),
  topP: real(0, 1),
  minP: real(0, 1),
  repeatPenalty: real(0.5, 2),
  seed: whole(0, 2 ** 32 - 1),
} as const satisfies Record<Exclude<keyof Sampling, "sampler">, NumberRange>;

export const extrasRanges = {
  presencePenalty: real(-2, 2),
  frequencyPenalty: real(-2, 2),
  topK: samplingRanges.topK,
} as const satisfies Record<keyof SamplingExtras, NumberRange>;

/** Allowed values of `Guidance`. */
export const guidanceRanges = {
  scale: real(0, 20),
  topN: whole(1, 4096),
} as const;

export const maxTokensRange = whole(1, 32768);

/** Allowed values of the engine's numbers. */
export const engineRanges = {
  contextSize: whole(512, 131072),
  threads: whole(0, 256),
  sequences: whole(1, 64),
  gpuLayers: whole(0, 9999),
  /** 0: never. */
  unloadAfterMinutes: real(0, 10080),
  /** 0: none are saved. */
  stateBudgetBytes: real(0, 1e13),
} as const;

export function isInRange(value: unknown, range: NumberRange): value is number {
  return typeof value === "number" && value >= range.minimum && value <= range.maximum && (!range.integer || Number.isInteger(value));
}

/** What is allowed, as the end of a sentence: "a whole number from 0 to 1000". */
export function describeRange(range: NumberRange): string {
  return range.integer ? t("a whole number from {0} to {1}", range.minimum, range.maximum) : t("a number from {0} to {1}", range.minimum, range.maximum);
}
