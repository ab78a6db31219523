import type { CompletionLimits, CompletionWish, WishedSampling } from "../chat/completionRun";
import { type ChatMessage, messageTurns } from "../chat/messageTurns";
import { jsonSchemaGrammar } from "../engine/grammar/jsonSchemaGrammar";
import type { JsonSchema, SamplingExtras } from "../engine/ports";
import { maxTokensRange, samplingRanges } from "../engine/ranges";
import type { ChatBody, CompletionBody, CompletionMessage, ResponseFormat, TextBody } from "./completionTypes";

const seeds = samplingRanges.seed.maximum + 1;

/** Where a client does not say how long a continuation may be. OpenAI's default. */
const defaultTextTokens = 16;

export function chatWish(body: ChatBody): CompletionWish {
  const wanted = body.max_completion_tokens ?? body.max_tokens;
  return { history: messageTurns(body.messages.map(chatMessage)), ...limits(body), ...(wanted != null && { maxTokens: mostTokens(wanted) }) };
}

export function textWish(body: TextBody, prompt: string): CompletionWish {
  return { rawText: prompt, ...limits(body), maxTokens: mostTokens(body.max_tokens ?? defaultTextTokens) };
}

/** A greater limit than any answer needs is none. */
function mostTokens(wanted: number): number {
  return Math.min(wanted, maxTokensRange.maximum);
}

/** Throws "bad-use" for a JSON schema that cannot be kept to, before an answer has begun. */
function limits(body: CompletionBody): CompletionLimits {
  const { stop, response_format: format, cache_prompt: reads } = body;
  const jsonSchema = schemaOf(format);
  if (jsonSchema) jsonSchemaGrammar(jsonSchema);
  return {
    sampling: samplingOf(body),
    extras: extrasOf(body),
    ...(stop != null && { stopTexts: [stop].flat() }),
    ...(jsonSchema && { jsonSchema }),
    ...(reads === false && { fresh: true }),
  };
}

function schemaOf(format: ResponseFormat | null | undefined): JsonSchema | undefined {
  if (format?.type === "json_schema") return format.json_schema.schema;
  return format?.type === "json_object" ? { type: "object" } : undefined;
}

function samplingOf({ temperature, top_p: topP, top_k: topK, min_p: minP, repeat_penalty: repeatPenalty, seed }: CompletionBody): WishedSampling {
  return {
    ...(temperature != null && { temperature }),
    ...(topP != null && { topP }),
    ...(topK != null && { topK: Math.max(0, topK) }),
    ...(minP != null && { minP }),
    ...(repeatPenalty != null && { repeatPenalty }),
    ...(seed != null && seed >= 0 && { seed: seed % seeds }),
  };
}

function extrasOf({ presence_penalty: presencePenalty, frequency_penalty: frequencyPenalty }: CompletionBody): SamplingExtras {
  return { ...(presencePenalty != null && { presencePenalty }), ...(frequencyPenalty != null && { frequencyPenalty }) };
}

function chatMessage({ role, content }: CompletionMessage): ChatMessage {
  const text = typeof content === "string" ? content : content.map((part) => part.text).join("");
  return { role: role === "developer" ? "system" : role, text };
}
