import * as v from "valibot";
import { errorWords } from "./serverClient";

const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema));
const tokens = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));
/** A count that is none says nothing. */
const count = v.optional(v.fallback(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))), null));
const said = v.object({ content: maybe(v.string()) });

const choice = v.object({
  delta: maybe(said),
  message: maybe(said),
  text: maybe(v.string()),
  finish_reason: maybe(v.string()),
  /** vLLM: what the answer stopped at. */
  stop_reason: maybe(v.union([v.string(), v.number()])),
  /** vLLM, when it is asked to return them. */
  token_ids: maybe(tokens),
});

const chunk = v.object({
  choices: v.optional(v.array(choice), []),
  usage: maybe(
    v.object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: maybe(v.object({ cached_tokens: count })),
    }),
  ),
  prompt_progress: maybe(v.object({ total: v.number(), cache: v.number(), processed: v.number() })),
  timings: maybe(v.object({ cache_n: count, prompt_per_second: maybe(v.number()), predicted_per_second: maybe(v.number()) })),
  /** Hearth's service: the tokens of the whole answer. */
  tokens: maybe(tokens),
  hearth: maybe(v.object({ stop_reason: maybe(v.string()), restored_tokens: count })),
});

/** A piece of a streamed answer, or a whole one. */
export type AnswerChunk = v.InferOutput<typeof chunk>;

export type ReadChunk = { readonly kind: "chunk"; readonly chunk: AnswerChunk } | { readonly kind: "error"; readonly words: string } | { readonly kind: "end" } | { readonly kind: "unreadable" };

/** Reads the data of an event: OpenAI's fields, and those of others that are of use. */
export function readChunk(data: string): ReadChunk {
  if (data.trim() === "[DONE]") return { kind: "end" };
  let content: unknown;
  try {
    content = JSON.parse(data);
  } catch {
    return { kind: "unreadable" };
  }
  if (hasError(content)) return { kind: "error", words: errorWords(content) ?? "" };
  const read = v.safeParse(chunk, content);
  return read.success ? { kind: "chunk", chunk: read.output } : { kind: "unreadable" };
}

function hasError(content: unknown): boolean {
  return typeof content === "object" && content !== null && "error" in content && content.error !== null && content.error !== undefined;
}
