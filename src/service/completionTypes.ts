/** The part of OpenAI's chat completion request that this version serves. */
export interface CompletionBody {
  readonly model?: string;
  readonly messages: readonly CompletionMessage[];
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly seed?: number | null;
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
}

export interface CompletionMessage {
  readonly role: "system" | "developer" | "user" | "assistant";
  readonly content: string | readonly { readonly type: "text"; readonly text: string }[];
}

const text = {
  anyOf: [
    { type: "string" },
    {
      type: "array",
      items: {
        type: "object",
        required: ["type", "text"],
        properties: { type: { const: "text" }, text: { type: "string" } },
      },
    },
  ],
};

const nullable = (type: "number" | "integer", minimum: number, maximum: number) => ({ type: [type, "null"], minimum, maximum });

/**
 * What is not served is refused and not ignored: an answer without the tools, the format or the stop texts that a client
 * asked for would be a wrong one. Keys that change nothing here (`user`, `metadata`) pass.
 */
export const completionSchema = {
  type: "object",
  required: ["messages"],
  properties: {
    model: { type: "string" },
    messages: {
      type: "array",
      minItems: 1,
      maxItems: 2000,
      items: {
        type: "object",
        required: ["role", "content"],
        properties: { role: { enum: ["system", "developer", "user", "assistant"] }, content: text },
      },
    },
    stream: { type: ["boolean", "null"] },
    stream_options: { type: ["object", "null"], properties: { include_usage: { type: "boolean" } } },
    temperature: nullable("number", 0, 5),
    top_p: nullable("number", 0, 1),
    seed: nullable("integer", 0, 4294967295),
    max_tokens: nullable("integer", 1, 32768),
    max_completion_tokens: nullable("integer", 1, 32768),
    n: { enum: [1, null] },
    stop: { enum: [null] },
    tools: { type: ["array", "null"], maxItems: 0 },
    logprobs: { enum: [false, null] },
    response_format: { type: ["object", "null"], properties: { type: { const: "text" } } },
  },
} as const;
