import type { Sampling, SamplingExtras } from "../engine/ports";

interface Draw {
  readonly sampling: Sampling;
  readonly extras?: SamplingExtras;
}

/**
 * What a client asks for over what is set. A wish for a temperature or a top-p means a draw by them, so it chooses the
 * sampler too where the person has not: a `top-k` default ignores top-p, and a greedy one the temperature. Only a wish
 * that names a top-k has said all there is to say: it chooses in any case, and with a top-p beside it both cuts are made.
 */
export function wishedSampling(wish: Partial<Omit<Sampling, "sampler">>, extras: SamplingExtras | undefined, base: Sampling, samplerIsSet: boolean): Draw {
  const { topK, topP } = wish;
  if (topK === undefined) return withExtras({ ...base, ...(draws(wish, base) && !samplerIsSet && { sampler: "top-p" as const }), ...wish }, extras);
  if (topK === 0) return withExtras({ ...base, ...wish, sampler: "top-p" }, extras);
  const cutsBoth = topP !== undefined && topP < 1;
  return withExtras({ ...base, ...wish, sampler: cutsBoth ? "top-p" : "top-k" }, cutsBoth ? { ...extras, topK } : extras);
}

function draws({ temperature = 0, topP }: Partial<Sampling>, { sampler }: Sampling): boolean {
  return topP !== undefined || (temperature > 0 && sampler === "greedy");
}

function withExtras(sampling: Sampling, extras: SamplingExtras | undefined): Draw {
  return { sampling, ...(extras && { extras }) };
}
