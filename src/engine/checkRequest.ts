import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { jsonSchemaGrammar } from "./grammar/jsonSchemaGrammar";
import { checkGuidance } from "./guidance/checkGuidance";
import type { GenerateRequest } from "./ports";
import { checkExtras, checkMaxTokens, checkSampling } from "./samplers";

/** Throws "bad-setting" for a value out of its range, and "bad-use" for a request that no answer can be given to. */
export function checkRequest({ sampling, maxTokens, extras, guidance, jsonSchema, rawText, turns }: GenerateRequest): void {
  checkSampling(sampling);
  checkMaxTokens(maxTokens);
  if (extras) checkExtras(extras);
  if (guidance) checkGuidance(guidance);
  if (jsonSchema) jsonSchemaGrammar(jsonSchema);
  if (rawText !== undefined) return;
  const last = turns.at(-1);
  if (last && !last.answer) return;
  throw new HearthError("bad-use", t("The last turn of a prompt has to be a question without an answer."), {
    remedy: t("Send the conversation's turns with the new question at the end."),
  });
}
