import { extrasRanges, type NumberRange, samplingRanges } from "../engine/ranges";
import { errorReply } from "./apiSchemas";

const messageText = {
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

const number = ({ minimum, maximum, integer }: NumberRange, description?: string) => ({
  type: [integer ? "integer" : "number", "null"],
  ...{ minimum, maximum, ...(description !== undefined && { description }) },
});
const tokenLimit = (description: string) => ({ type: ["integer", "null"], minimum: 1, description });
const flag = (description: string) => ({ type: ["boolean", "null"], description });

const responseFormat = {
  type: ["object", "null"],
  description: "What the answer is: any text, any JSON object, or JSON that a schema allows. A schema with parts that cannot be kept to is refused.",
  required: ["type"],
  properties: {
    type: { enum: ["text", "json_object", "json_schema"] },
    json_schema: { type: "object", required: ["schema"], properties: { name: { type: "string" }, schema: { type: "object" } } },
  },
  if: { properties: { type: { const: "json_schema" } } },
  then: { required: ["json_schema"] },
};

/**
 * What is not served is refused and not ignored: an answer without the tools, or the second answer, that a client
 * asked for would be a wrong one. Keys that change nothing here (`user`, `metadata`) pass.
 */
const common = {
  model: { type: "string", description: "The model that is served; another one is not found." },
  stream: flag("Server-sent events as the answer comes."),
  stream_options: { type: ["object", "null"], properties: { include_usage: { type: "boolean" } } },
  temperature: number(samplingRanges.temperature),
  top_p: number(samplingRanges.topP),
  top_k: number({ ...samplingRanges.topK, minimum: -1 }, "Candidates that are kept; 0 and -1 keep all. With it, nothing of the operator's own sampler counts."),
  min_p: number(samplingRanges.minP, "Drops candidates below this share of the likeliest one's probability."),
  repeat_penalty: number(samplingRanges.repeatPenalty, "Divides the logit of recently used tokens; 1 is off."),
  presence_penalty: number(extrasRanges.presencePenalty),
  frequency_penalty: number(extrasRanges.frequencyPenalty),
  seed: { type: ["integer", "null"], description: "The same seed gives the same answer; a negative one is drawn. Only its lowest 32 bits count." },
  max_tokens: tokenLimit("Most tokens of the answer. Default: the operator's, or the model's own."),
  stop: {
    anyOf: [{ type: ["string", "null"], minLength: 1 }, { type: "array", maxItems: 16, items: { type: "string", minLength: 1 } }],
    description: "The answer ends before the first of these.",
  },
  response_format: responseFormat,
  cache_prompt: flag("False: the whole prompt is read anew."),
  return_progress: flag("A stream tells how far the reading of the prompt is."),
  return_tokens: flag("The ids of the answer's tokens come with its end."),
  n: { enum: [1, null] },
};

const usage = {
  type: "object",
  required: ["prompt_tokens", "completion_tokens", "total_tokens"],
  properties: { prompt_tokens: { type: "integer" }, completion_tokens: { type: "integer" }, total_tokens: { type: "integer" } },
};

const reply = (description: string, choice: object) => ({
  description,
  type: "object",
  required: ["id", "object", "created", "model", "choices", "usage"],
  properties: {
    ...{ id: { type: "string" }, object: { type: "string" }, created: { type: "integer" }, model: { type: "string" }, usage },
    choices: { type: "array", items: { type: "object", properties: { index: { type: "integer" }, finish_reason: { enum: ["stop", "length"] }, ...choice } } },
    timings: { type: "object", description: "Tokens and times, as llama-server names them." },
    hearth: { type: "object", description: "How the answer came about: seed, why it ended, the model's hash, tokens reused and restored." },
    tokens: { type: "array", items: { type: "integer" }, description: "Ids of the answer's tokens, where they were asked for." },
  },
});

const otherModel = errorReply("Another model is served.");

export const chatSchema = {
  summary: "A chat completion",
  description: "The messages are the whole prompt; no code of the workspace is added to them.",
  tags: ["openai"],
  body: {
    type: "object",
    required: ["messages"],
    properties: {
      messages: {
        type: "array",
        minItems: 1,
        maxItems: 2000,
        items: {
          type: "object",
          required: ["role", "content"],
          properties: { role: { enum: ["system", "developer", "user", "assistant"] }, content: messageText },
        },
      },
      ...common,
      max_completion_tokens: tokenLimit("The same as max_tokens, over which it goes."),
      tools: { type: ["array", "null"], maxItems: 0 },
      logprobs: { enum: [false, null] },
    },
  },
  response: { 200: reply("The answer.", { message: { type: "object", properties: { role: { const: "assistant" }, content: { type: "string" } } } }), 404: otherModel },
};

/** Prompts that one request may have. */
const mostPrompts = 16;

export const textSchema = {
  summary: "A text completion",
  description: "The prompt is gone on with as it stands, without any chat format.",
  tags: ["openai"],
  body: {
    type: "object",
    required: ["prompt"],
    properties: {
      prompt: { anyOf: [{ type: "string" }, { type: "array", minItems: 1, maxItems: mostPrompts, items: { type: "string" } }] },
      ...common,
      max_tokens: tokenLimit("Default 16."),
      echo: flag("The text begins with the prompt."),
      best_of: { enum: [1, null] },
      suffix: { enum: ["", null] },
      logprobs: { enum: [0, null] },
    },
  },
  response: { 200: reply("The continuation.", { text: { type: "string" } }), 404: otherModel },
};
