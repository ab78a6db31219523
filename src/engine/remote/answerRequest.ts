import type { GenerateRequest } from "../ports";
import { chatMessages } from "./chatMessages";
import type { ServerRequest } from "./serverClient";
import type { ServerAddress } from "./serverAddress";
import type { ServerKind, ServerModel } from "./serverModel";

export interface AnswerRequestOptions {
  readonly address: ServerAddress;
  readonly model: ServerModel;
  /** What decides how tokens are drawn, as the server takes it. */
  readonly sampling: Readonly<Record<string, number>>;
  /** Most tokens of the answer that the server is asked for. */
  readonly maxTokens: number;
}

/** The request for an answer, as a stream. */
export function answerRequest(request: GenerateRequest, { address, model, sampling, maxTokens }: AnswerRequestOptions): ServerRequest {
  const isRaw = request.rawText !== undefined;
  return {
    url: `${address.base}/${isRaw ? "completions" : "chat/completions"}`,
    body: {
      model: model.name,
      ...(isRaw ? { prompt: request.rawText } : { messages: chatMessages(request) }),
      ...sampling,
      ...penalties(request),
      max_tokens: maxTokens,
      stream: true,
      stream_options: { include_usage: true },
      ...(request.stopTexts && request.stopTexts.length > 0 && { stop: request.stopTexts }),
      ...responseFormat(request),
      ...ownFields(model.kind, request.fresh === true),
    },
  };
}

function penalties({ extras = {} }: GenerateRequest): object {
  const { presencePenalty, frequencyPenalty } = extras;
  return { ...(presencePenalty !== undefined && { presence_penalty: presencePenalty }), ...(frequencyPenalty !== undefined && { frequency_penalty: frequencyPenalty }) };
}

function responseFormat({ jsonSchema: schema }: GenerateRequest): object {
  if (schema === undefined) return {};
  if (Object.keys(schema).length === 0) return { response_format: { type: "json_object" } };
  return { response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema } } };
}

/** The answer's tokens, how far the prompt is read, and a prompt that is read anew: by the names that each server has for it. */
function ownFields(kind: ServerKind, fresh: boolean): object {
  switch (kind) {
    case "hearth":
      return { return_tokens: true, return_progress: true, ...(fresh && { cache_prompt: false }) };
    case "llama-server":
      return { return_progress: true, ...(fresh && { cache_prompt: false }) };
    case "vllm":
      // A prompt with another salt shares nothing with those before it.
      return { return_token_ids: true, ...(fresh && { cache_salt: crypto.randomUUID() }) };
    case "ollama":
    case "lm-studio":
    case "other":
      return {};
    default:
      return kind satisfies never;
  }
}
