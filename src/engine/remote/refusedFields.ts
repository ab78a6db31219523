import { HearthError } from "../../common/errors";
import type { Sampling } from "../ports";
import type { ServerRequest } from "./serverClient";

/** Fields without which an answer is still the one that was asked for, or nearly; the form of the answer is not among them. */
const dispensable = [
  ...["stream_options", "return_progress", "return_tokens", "return_token_ids", "cache_salt", "cache_prompt"],
  ...["top_k", "min_p", "repeat_penalty", "repetition_penalty", "seed", "temperature", "top_p"],
] as const;

const refusal = /unsupported|not supported|does not support|unrecognized|unknown|unexpected|extra|forbidden|not permitted|not allowed|additional propert/i;

/** The field that a strict server says it does not take; undefined: something else is wrong. */
export function refusedField(error: unknown, { body }: ServerRequest): string | undefined {
  if (!(error instanceof HearthError) || error.code !== "server-failed" || !refusal.test(error.message)) return undefined;
  const sent = new Set(Object.keys(body as object));
  return [...dispensable, "max_tokens"].find((field) => sent.has(field) && new RegExp(`\\b${field}\\b`).test(error.message));
}

/** The request as a server takes it that does not know these fields. The limit of the answer has a newer name. */
export function withoutFields(request: ServerRequest, refused: ReadonlySet<string>): ServerRequest {
  if (refused.size === 0) return request;
  const kept = Object.entries(request.body as object).filter(([field]) => !refused.has(field));
  const { max_tokens: limit } = request.body as { readonly max_tokens?: number };
  return { ...request, body: { ...Object.fromEntries<unknown>(kept), ...(refused.has("max_tokens") && { max_completion_tokens: limit }) } };
}

/** A sampling as it is where the server takes none of these fields: what it does by itself. */
export function samplingWithout(sampling: Sampling, refused: ReadonlySet<string>): Sampling {
  return {
    ...sampling,
    ...(refused.has("temperature") && { temperature: 1 }),
    ...(refused.has("top_p") && { topP: 1 }),
    ...(refused.has("top_k") && { topK: 0 }),
    ...(refused.has("min_p") && { minP: 0 }),
    ...((refused.has("repeat_penalty") || refused.has("repetition_penalty")) && { repeatPenalty: 1 }),
  };
}
