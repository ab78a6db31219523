import { randomUUID } from "node:crypto";
import type { GenerateResult, StopReason } from "../engine/ports";

type FinishReason = "stop" | "length";

/** Writes the replies of one completion, whole or in chunks, as OpenAI's clients expect them. */
export class CompletionReplies {
  readonly #id = `chatcmpl-${randomUUID()}`;
  readonly #created = Math.floor(Date.now() / 1000);
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  whole(text: string, result: GenerateResult) {
    const message = { role: "assistant", content: text };
    const choice = { index: 0, message, logprobs: null, finish_reason: finishReason(result.stopReason) };
    return { ...this.#head("chat.completion"), choices: [choice], usage: usage(result) };
  }

  first() {
    return this.#chunk({ role: "assistant", content: "" }, null);
  }

  text(content: string) {
    return this.#chunk({ content }, null);
  }

  last({ stopReason }: GenerateResult) {
    return this.#chunk({}, finishReason(stopReason));
  }

  usage(result: GenerateResult) {
    return { ...this.#head("chat.completion.chunk"), choices: [], usage: usage(result) };
  }

  #chunk(delta: object, finish: FinishReason | null) {
    return { ...this.#head("chat.completion.chunk"), choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] };
  }

  #head(object: string) {
    return { id: this.#id, object, created: this.#created, model: this.#model };
  }
}

function finishReason(reason: StopReason): FinishReason {
  return reason === "maxTokens" || reason === "contextFull" ? "length" : "stop";
}

function usage({ stats }: GenerateResult) {
  return {
    prompt_tokens: stats.promptTokens,
    completion_tokens: stats.generatedTokens,
    total_tokens: stats.promptTokens + stats.generatedTokens,
    prompt_tokens_details: { cached_tokens: stats.reusedTokens },
  };
}
