import type { GenerateRequest, Sampling } from "../ports";
import type { ServerKind } from "./serverModel";

/** What the server is told of how tokens are drawn, and the sampling that it amounts to. */
export interface SentSampling {
  readonly fields: Readonly<Record<string, number>>;
  readonly sampling: Sampling;
}

/** The names of values that OpenAI's API does not have; absent: the server does not take it. */
interface ExtraNames {
  readonly topK?: string;
  readonly minP?: string;
  readonly repeatPenalty?: string;
}

/** vLLM's word for no top-k; 0 is refused by its older versions. */
const everyToken = -1;

const llamaNames: ExtraNames = { topK: "top_k", minP: "min_p", repeatPenalty: "repeat_penalty" };
const extraNames: Readonly<Record<ServerKind, ExtraNames>> = {
  "llama-server": llamaNames,
  hearth: llamaNames,
  vllm: { topK: "top_k", minP: "min_p", repeatPenalty: "repetition_penalty" },
  "lm-studio": { topK: "top_k", repeatPenalty: "repeat_penalty" },
  ollama: {},
  other: {},
};

/**
 * A sampling as the server takes it. Every value is sent, since servers have defaults of their own; what one does not
 * take is left out, and neutral in the `sampling` that the answer's record gets.
 */
export function sentSampling({ sampling, extras: wished = {} }: Pick<GenerateRequest, "sampling" | "extras">, seed: number, kind: ServerKind): SentSampling {
  const whole = effective(sampling);
  const drawn = { ...whole, topK: wished.topK ?? whole.topK };
  const names = extraNames[kind];
  const { topK, minP, repeatPenalty } = names;
  const extras: Record<string, number> = {
    ...(topK !== undefined && { [topK]: drawn.topK === 0 && kind === "vllm" ? everyToken : drawn.topK }),
    ...(minP !== undefined && { [minP]: drawn.minP }),
    ...(repeatPenalty !== undefined && { [repeatPenalty]: drawn.repeatPenalty }),
  };
  return {
    fields: { temperature: drawn.temperature, top_p: drawn.topP, seed, ...extras },
    sampling: {
      ...sampling,
      seed,
      ...(topK === undefined && { topK: 0 }),
      ...(minP === undefined && { minP: 0 }),
      ...(repeatPenalty === undefined && { repeatPenalty: 1 }),
    },
  };
}

/** The sampler as the values that it amounts to: 0 is no top-k, 1 no top-p. */
function effective({ sampler, temperature, topK, topP, minP, repeatPenalty }: Sampling) {
  const cuts = sampler === "top-k" || sampler === "top-p";
  return {
    temperature: sampler === "greedy" ? 0 : temperature,
    topK: sampler === "top-k" ? topK : 0,
    topP: sampler === "top-p" ? topP : 1,
    minP: cuts ? minP : 0,
    repeatPenalty,
  };
}
