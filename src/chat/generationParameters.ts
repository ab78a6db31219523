import { guidanceQueries, type Sampling, samplerNames } from "../engine/ports";
import { describeRange, guidanceRanges, isInRange, maxTokensRange, type NumberRange, samplingRanges } from "../engine/ranges";
import { guidanceChoices, guidanceDefault, type GuidanceField, guidanceValue, isGuidanceField, withGuidance } from "./guidanceSettings";
import { type ChatSettings, contextFullPolicies, type ContextFullPolicy } from "./types";

export interface Choice {
  readonly choices: readonly string[];
}

const defaultContextFull: ContextFullPolicy = "summarise";

/** Allowed values of `turnWindow`. */
const turnWindowRange: NumberRange = { minimum: 1, maximum: 1000, integer: true };

/** A parameter of the answer as a terminal names it: `--top-k 40`, `/set top-k 40`. */
export interface GenerationParameter {
  readonly name: string;
  readonly field: keyof Sampling | "maxTokens" | "contextFull" | "turnWindow" | GuidanceField;
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
  { name: "context-full", field: "contextFull", values: { choices: contextFullPolicies }, description: "What happens to the oldest questions when the context is full" },
  { name: "turn-window", field: "turnWindow", values: turnWindowRange, description: "Questions before the current one that the model sees; without it all that fit" },
  { name: "guidance", field: "guidance", values: { choices: guidanceChoices }, description: "Makes tokens likelier that are near the question's, or the retrieved code's" },
  { name: "guidance-scale", field: "guidanceScale", values: guidanceRanges.scale, description: "Most that guidance changes a token's logit by" },
  { name: "guidance-top-n", field: "guidanceTopN", values: guidanceRanges.topN, description: "Likeliest tokens of a step that guidance looks at" },
  { name: "guidance-query", field: "guidanceQuery", values: { choices: guidanceQueries }, description: "What tokens are to be near: the question, the retrieved code, or the question and the answer so far" },
  { name: "guidance-adaptive", field: "guidanceAdaptive", values: { choices: ["on", "off"] }, description: "Leaves the model alone where it is sure" },
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

/** The settings with one parameter set, or taken back to its default by `undefined`. */
export function withParameter(settings: ChatSettings, { field }: GenerationParameter, value: number | string | undefined): ChatSettings {
  if (field === "contextFull") return { ...settings, contextFull: contextFullPolicies.find((policy) => policy === value) ?? defaultContextFull };
  if (field === "maxTokens" || field === "turnWindow") return withNumber(settings, field, value);
  if (isGuidanceField(field)) return withGuidance(settings, field, value);
  const others = Object.entries(settings.sampling).filter(([other]) => other !== field);
  const own = value === undefined ? [] : [[field, value] as const];
  return { ...settings, sampling: Object.fromEntries<unknown>([...others, ...own]) };
}

function withNumber(settings: ChatSettings, field: "maxTokens" | "turnWindow", value: number | string | undefined): ChatSettings {
  const { maxTokens, turnWindow, ...others } = settings;
  const numbers = { maxTokens, turnWindow, [field]: typeof value === "number" ? value : undefined };
  return {
    ...others,
    ...(numbers.maxTokens !== undefined && { maxTokens: numbers.maxTokens }),
    ...(numbers.turnWindow !== undefined && { turnWindow: numbers.turnWindow }),
  };
}

/** What is set now; undefined where the default counts. */
export function parameterValue(settings: ChatSettings, { field }: GenerationParameter): number | string | undefined {
  if (field === "contextFull") return settings.contextFull === defaultContextFull ? undefined : settings.contextFull;
  if (isGuidanceField(field)) return guidanceValue(settings, field);
  return field === "maxTokens" || field === "turnWindow" ? settings[field] : settings.sampling[field];
}

/** What counts when a parameter is not set, as the end of a sentence. */
export function describeDefault({ field }: GenerationParameter): string {
  if (field === "contextFull") return defaultContextFull;
  if (isGuidanceField(field)) return guidanceDefault(field);
  return field === "turnWindow" ? "as many as fit" : "the model's own default";
}
