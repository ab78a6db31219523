import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { type Sampling, type SamplingExtras, samplerNames } from "./ports";
import { describeRange, extrasRanges, isInRange, maxTokensRange, type NumberRange, samplingRanges } from "./ranges";
import type { DecodeOptions } from "./runtime";

/** Throws "bad-setting" with the name, the value and the range of the first value that is out of range. */
export function checkSampling(sampling: Partial<Sampling>): void {
  const { sampler } = sampling;
  if (sampler !== undefined && !samplerNames.includes(sampler)) {
    throw badSetting("sampler", sampler, t("one of {0}", samplerNames.join(", ")));
  }
  for (const [name, range] of Object.entries(samplingRanges)) {
    const value = sampling[name as keyof typeof samplingRanges];
    if (value !== undefined) checkRange(name, value, range);
  }
}

/** Throws "bad-setting" like `checkSampling`. */
export function checkExtras(extras: SamplingExtras): void {
  for (const [name, range] of Object.entries(extrasRanges)) {
    const value = extras[name as keyof typeof extrasRanges];
    if (value !== undefined) checkRange(name, value, range);
  }
}

export function checkMaxTokens(maxTokens: number): void {
  checkRange("maxTokens", maxTokens, maxTokensRange);
}

/** Throws "bad-setting" unless `value` is a number in `range`. */
export function checkRange(name: string, value: unknown, range: NumberRange): void {
  if (!isInRange(value, range)) throw badSetting(name, value, describeRange(range));
}

function badSetting(name: string, value: unknown, allowed: string): HearthError {
  const shown = typeof value === "string" ? `"${value}"` : String(value);
  return new HearthError("bad-setting", t("The setting {0} is {1}; it has to be {2}.", name, shown, allowed), {
    remedy: t("Set {0} to {1}.", name, allowed),
  });
}

/** How many of the answer's last tokens the penalties look at. */
const repeatWindow = 64;

/**
 * The library's options for a sampling. Its chain is penalty, top-k, top-p, min-p, temperature, draw; every stage
 * is named, because an omitted one takes a default of the library's (top-k 40, top-p 0.95).
 * @param generated the answer's tokens so far, read anew for each token
 */
export function decodeOptions(sampling: Sampling, seed: number, generated: readonly number[], extras: SamplingExtras = {}): DecodeOptions {
  const { sampler } = sampling;
  const penalties = penaltiesOf(sampling, extras);
  const cuts = sampler === "top-k" || sampler === "top-p";
  return {
    temperature: sampler === "greedy" ? 0 : sampling.temperature,
    topK: sampler === "top-k" ? sampling.topK : (extras.topK ?? 0),
    topP: sampler === "top-p" ? sampling.topP : 1,
    minP: cuts ? sampling.minP : 0,
    seed: librarySeed(seed),
    ...(penalties && {
      repeatPenalty: {
        ...penalties,
        maxPunishTokens: repeatWindow,
        punishTokens: () => generated.slice(-repeatWindow),
      },
    }),
  };
}

/** Undefined where none has an effect. */
function penaltiesOf({ repeatPenalty: penalty }: Sampling, { presencePenalty = 0, frequencyPenalty = 0 }: SamplingExtras) {
  if (penalty === 1 && presencePenalty === 0 && frequencyPenalty === 0) return undefined;
  return { penalty, ...(presencePenalty !== 0 && { presencePenalty }), ...(frequencyPenalty !== 0 && { frequencyPenalty }) };
}

/** llama.cpp takes 2^32 - 1 to mean "draw a seed", which would not repeat; that one value shares its neighbour's answer. */
function librarySeed(seed: number): number {
  return seed === samplingRanges.seed.maximum ? samplingRanges.seed.maximum - 1 : seed;
}

export function drawSeed(): number {
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  return seed;
}
