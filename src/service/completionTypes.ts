import type { JsonSchema } from "../engine/ports";

/** What chat and text completions have in common: the part of OpenAI's requests that is served, and llama-server's extras. */
interface CommonBody {
  readonly model?: string;
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  /** 0 and -1: all. */
  readonly top_k?: number | null;
  readonly min_p?: number | null;
  readonly repeat_penalty?: number | null;
  readonly presence_penalty?: number | null;
  readonly frequency_penalty?: number | null;
  /** Negative: drawn. */
  readonly seed?: number | null;
  readonly max_tokens?: number | null;
  readonly stop?: string | readonly string[] | null;
  readonly response_format?: ResponseFormat | null;
  /** False: nothing is taken from the KV cache. */
  readonly cache_prompt?: boolean | null;
  readonly return_progress?: boolean | null;
  readonly return_tokens?: boolean | null;
}

export interface ChatBody extends CommonBody {
  readonly messages: readonly CompletionMessage[];
  readonly max_completion_tokens?: number | null;
}

export interface TextBody extends CommonBody {
  readonly prompt: string | readonly string[];
  readonly echo?: boolean | null;
}

export type CompletionBody = ChatBody | TextBody;

export type ResponseFormat =
  | { readonly type: "text" | "json_object" }
  | { readonly type: "json_schema"; readonly json_schema: { readonly schema: JsonSchema } };

export interface CompletionMessage {
  readonly role: "system" | "developer" | "user" | "assistant";
  readonly content: string | readonly { readonly type: "text"; readonly text: string }[];
}
