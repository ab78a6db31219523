import type { LlamaContextSequence, SequenceEvaluateOptions } from "node-llama-cpp";
import type { StepGuide } from "../runtime";
import { type Candidates, type Sampler, type SamplerConfig, stepAccess } from "./stepAccess";

/** Cuts the distribution to its likeliest tokens and changes nothing else. */
function candidateOptions(count: number): SequenceEvaluateOptions {
  return { temperature: 1, topK: count, topP: 1, minP: 0, seed: 0 };
}

/**
 * Draws as the library's `evaluate` does with the same options, but asks the guide before each draw what to add to the
 * logits of the step's likeliest tokens. Samplers, penalties, grammar and seed come after that, so a guide that adds
 * nothing has the same tokens drawn.
 */
export async function* guidedDraw(
  sequence: LlamaContextSequence,
  tokens: readonly number[],
  options: SequenceEvaluateOptions,
  guide: StepGuide,
): AsyncGenerator<number, void, undefined> {
  const access = stepAccess(sequence);
  const likeliest = access.sampler();
  const drawing = access.sampler();
  const cut = access.config(candidateOptions(guide.candidates));
  try {
    for (let next = tokens; ; ) {
      const token = await access.evaluate(next, async (logits) => {
        const candidates = await likeliest.candidates(logits, cut);
        return drawBiased(drawing, logits, access.config(options), candidates, guide);
      });
      yield token;
      next = [token];
    }
  } finally {
    likeliest.end();
    drawing.end();
  }
}

function drawBiased(drawing: Sampler, logits: number, config: SamplerConfig, { tokens, shares }: Candidates, guide: StepGuide): Promise<number> {
  const changes = guide.adjust(tokens, shares);
  const raised = tokens.filter((_, i) => changes[i] !== 0);
  if (raised.length === 0) return drawing.draw(logits, config);
  return drawing.draw(logits, { ...config, tokenBiasKeys: raised, tokenBiasValues: changes.filter((change) => change !== 0) });
}
