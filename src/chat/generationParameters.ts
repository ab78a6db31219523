import { type Sampling, samplerNames } from "../engine/ports";
import type { ChatSettings } from "./types";

/** A number that a person may give. The bounds belong to the range. */
export interface NumberRange {
  readonly kind: "number";
  readonly integer: boolean;
  readonly minimum: number;
  readonly maximum: number;
}

export interface Choice {
  readonly kind: "choice";
  readonly choices: readonly string[];
}

/** A parameter of the answer as a terminal names it: `--top-k 40`, `/set top-k 40`. */
export interface GenerationParameter {
  readonly name: string;
  readonly field: keyof Sampling | "maxTokens";
  readonly values: NumberRange | Choice;
  readonly description: string;
}

const whole = (minimum: number, maximum: number): NumberRange => ({ kind: "number", integer: true, minimum, maximum });
const real = (minimum: number, maximum: number): NumberRange => ({ kind: "number", integer: false, minimum, maximum });

/** The ranges are those of the settings; a test compares them with the manifest. */
export const generationParameters: readonly GenerationParameter[] = [
  { name: "temperature", field: "temperature", values: real(0, 5), description: "Randomness; 0 always takes the likeliest token" },
  { name: "top-k", field: "topK", values: whole(0, 1000), description: "Candidates kept by the top-k sampler; 0 keeps all" },
  { name: "top-p", field: "topP", values: real(0, 1), description: "Probability mass kept by the top-p sampler; 1 keeps all" },
  { name: "min-p", field: "minP", values: real(0, 1), description: "Drops tokens below this share of the likeliest; 0 keeps all" },
  { name: "repeat-penalty", field: "repeatPenalty", values: real(0.5, 2), description: "Makes recent tokens less likely; 1 is off" },
  { name: "seed", field: "seed", values: whole(0, 4294967295), description: "Seed of the draw; the same seed gives the same answer" },
  { name: "max-tokens", field: "maxTokens", values: whole(1, 32768), description: "Most tokens of one answer" },
  { name: "sampler", field: "sampler", values: { kind: "choice", choices: samplerNames }, description: "How each token is drawn" },
];

/** The value that `text` names, or undefined when it is not allowed; `describeValues` says what is. */
export function parseValue(values: NumberRange | Choice, text: string): number | string | undefined {
  return values.kind === "choice" ? values.choices.find((choice) => choice === text) : parseNumber(values, text);
}

/** Plain decimal numbers only, so that "", "0x10" and "1e9" are mistakes and not values. */
export function parseNumber(range: NumberRange, text: string): number | undefined {
  if (!/^-?(\d+(\.\d*)?|\.\d+)$/.test(text)) return undefined;
  const value = Number(text);
  const fits = value >= range.minimum && value <= range.maximum && (!range.integer || Number.isInteger(value));
  return fits ? value : undefined;
}

/** What is allowed, as the end of a sentence: "a whole number from 0 to 1000". */
export function describeValues(values: NumberRange | Choice): string {
  if (values.kind === "choice") return `one of ${values.choices.join(", ")}`;
  return `a ${values.integer ? "whole " : ""}number from ${values.minimum} to ${values.maximum}`;
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
