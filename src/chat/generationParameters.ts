import { type Sampling, samplerNames } from "../engine/ports";
import { describeRange, isInRange, maxTokensRange, type NumberRange, samplingRanges } from "../engine/ranges";
import type { ChatSettings } from "./types";

export interface Choice {
  readonly choices: readonly string[];
}

/** A parameter of the answer as a terminal names it: `--top-k 40`, `/set top-k 40`. */
export interface GenerationParameter {
  readonly name: string;
  readonly field: keyof Sampling | "maxTokens";
  readonly values: NumberRange | Choice;
  readonly description: string;
}

export const generationParameters: readonly GenerationParameter[] = [
  { name: "temperature", field: "temperature", values: samplingRanges.temperature, description: "Randomness; 0 always takes the likeliest token" },
  { name: "top-k", field: "topK", values: samplingRanges.topK, description: "Candidates kept by the top-k sampler; 0 keeps all" },
  { name: "top-p", field: "topP", values: samplingRanges.topP, description: "Probability mass kept by the top-p sampler; 1 keeps all" },
  { name: "min-p", field: "minP", values: samplingRanges.minP, description: "With top-k and top-p: drops tokens below this share of the likeliest; 0 keeps all" },
  { name: "repeat-penalty", field: "repeatPenalty", values: samplingRanges.repeatPenalty, description: "Makes recent tokens less likely; 1 is off" },
  { name: "seed", field: "seed", values: samplingRanges.seed, description: "Seed of the draw; the same seed gives the same answer" },
  { name: "max-tokens", field: "maxTokens", values: maxTokensRange, description: "Most tokens of one answer" },
  { name: "sampler", field: "sampler", values: { choices: samplerNames }, description: "How each token is drawn" },
];

/** The value that `text` names, or undefined when it is not allowed; `describeValues` says what is. */
export function parseValue(values: NumberRange | Choice, text: string): number | string | undefined {
  return "choices" in values ? values.choices.find((choice) => choice === text) : parseNumber(values, text);
}

/** Plain decimal numbers only, so that "", "0x10" and "1e9" are mistakes and not values. */
export function parseNumber(range: NumberRange, text: string): number | undefined {
  if (!/^-?(\d+(\.\d*)?|\.\d+)$/.test(text)) return undefined;
  const value = Number(text);
  return isInRange(value, range) ? value : undefined;
}

/** What is allowed, as the end of a sentence: "a whole number from 0 to 1000". */
export function describeValues(values: NumberRange | Choice): string {
  return "choices" in values ? `one of ${values.choices.join(", ")}` : describeRange(values);
}

/** The settings with one parameter set, or taken back to the model's own default by `undefined`. */
export function withParameter(settings: ChatSettings, parameter: GenerationParameter, value: number | string | undefined): ChatSettings {
  if (parameter.field === "maxTokens") {
    const { sampling, useContext, systemPrompt } = settings;
    return { sampling, useContext, ...(systemPrompt !== undefined && { systemPrompt }), ...(typeof value === "number" && { maxTokens: value }) };
  }
  const others = Object.entries(settings.sampling).filter(([field]) => field !== parameter.field);
  const own = value === undefined ? [] : [[parameter.field, value] as const];
  return { ...settings, sampling: Object.fromEntries<unknown>([...others, ...own]) };
}

/** What is set now; undefined where the model's own default counts. */
export function parameterValue(settings: ChatSettings, parameter: GenerationParameter): number | string | undefined {
  return parameter.field === "maxTokens" ? settings.maxTokens : settings.sampling[parameter.field];
}
