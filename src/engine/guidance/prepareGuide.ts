import { isAbortError } from "../../common/errors";
import type { GenerateRequest } from "../ports";
import type { Vocabulary } from "../runtime";
import type { RowContent } from "../states/savedStates";
import type { MakeGuide, ModelGuidance } from "./modelGuidance";
import { promptParts } from "./promptParts";
import { steering } from "./steering";

/** What a loaded model brings to its guides. */
export interface GuidedModel {
  readonly guidance: ModelGuidance | undefined;
  readonly vocabulary: Vocabulary;
  /** End an answer besides the model's own end tokens. */
  readonly stopTokens: ReadonlySet<number>;
}

/**
 * The guide of an answer that is drawn with `seed`. Undefined for one that nothing steers, and for one that was aborted meanwhile.
 * Throws what `ModelGuidance.prepare` throws.
 */
export async function prepareGuide(model: GuidedModel, request: GenerateRequest, seed: number, prompt: RowContent, signal: AbortSignal): Promise<MakeGuide | undefined> {
  const guidance = steering(request);
  if (!guidance || !model.guidance) return undefined;
  const parts = promptParts(prompt, request.turns.at(-1)?.id);
  return model.guidance.prepare({ guidance, parts, seed, isContent: (token) => isContent(model, token) }, signal).catch((error: unknown) => {
    if (isAbortError(error)) return undefined;
    throw error;
  });
}

function isContent({ vocabulary, stopTokens }: GuidedModel, token: number): boolean {
  return token < vocabulary.size && !vocabulary.isSpecial(token) && !vocabulary.isEndOfGeneration(token) && !stopTokens.has(token);
}
