import { randomUUID } from "node:crypto";
import type { PrefillEvent } from "../chat/completionRun";
import type { GenerateResult, StopReason } from "../engine/ports";

type FinishReason = "stop" | "length";

/** The two kinds of completions differ in the names of their objects and in what a choice looks like. */
interface ReplyForm {
  readonly prefix: string;
  readonly whole: string;
  readonly chunk: string;
  /** What a choice of a whole reply has of its text. */
  readonly text: (text: string) => object;
  /** The same for a part of a stream; undefined for a choice without text. */
  readonly part: (text: string | undefined) => object;
  /** What a stream begins with. */
  readonly opening?: object;
}

export const chatForm: ReplyForm = {
  prefix: "chatcmpl",
  whole: "chat.completion",
  chunk: "chat.completion.chunk",
  text: (content) => ({ message: { role: "assistant", content } }),
  part: (content) => ({ delta: content === undefined ? {} : { content } }),
  opening: { delta: { role: "assistant", content: "" } },
};

export const textForm: ReplyForm = {
  prefix: "cmpl",
  whole: "text_completion",
  chunk: "text_completion",
  text: (text) => ({ text }),
  part: (text = "") => ({ text }),
};

/** One answer of a reply. */
export interface Answered {
  readonly text: string;
  readonly result: GenerateResult;
}

/** Writes the replies of one request, whole or in chunks, as OpenAI's clients expect them. */
export class CompletionReplies {
  readonly #id: string;
  readonly #created = Math.floor(Date.now() / 1000);

  constructor(
    readonly model: string,
    readonly form: ReplyForm,
    readonly withTokens: boolean,
  ) {
    this.#id = `${form.prefix}-${randomUUID()}`;
  }

  whole(answers: readonly Answered[]) {
    const choices = answers.map(({ text, result }, index) => ({ index, ...this.form.text(text), logprobs: null, finish_reason: finishReason(result.stopReason) }));
    const last = answers.at(-1)?.result;
    return { ...this.#head(this.form.whole), choices, usage: usage(answers), ...(last && this.#details(last)) };
  }

  /** Undefined where a stream begins with its first text. */
  first() {
    return this.form.opening && this.#chunk(0, this.form.opening, null);
  }

  text(index: number, text: string) {
    return this.#chunk(index, this.form.part(text), null);
  }

  /** How far the reading of the prompt is; named as llama-server does. */
  progress(index: number, { done, total, reused }: PrefillEvent, timeMs: number) {
    const prompt_progress = { total: total + reused, cache: reused, processed: done + reused, time_ms: Math.round(timeMs) };
    return { ...this.#chunk(index, this.form.part(undefined), null), prompt_progress };
  }

  last(index: number, result: GenerateResult) {
    return { ...this.#chunk(index, this.form.part(undefined), finishReason(result.stopReason)), ...this.#details(result) };
  }

  usage(answers: readonly Answered[]) {
    return { ...this.#head(this.form.chunk), choices: [], usage: usage(answers) };
  }

  #chunk(index: number, part: object, finish: FinishReason | null) {
    return { ...this.#head(this.form.chunk), choices: [{ index, ...part, logprobs: null, finish_reason: finish }] };
  }

  #head(object: string) {
    return { id: this.#id, object, created: this.#created, model: this.model };
  }

  #details(result: GenerateResult) {
    const { stats, seed, stopReason, modelHash, tokens } = result;
    const hearth = {
      ...{ seed, stop_reason: stopReason, model_hash: modelHash },
      ...{ time_to_first_token_ms: stats.timeToFirstTokenMs, reused_tokens: stats.reusedTokens, restored_tokens: stats.restoredTokens },
    };
    return { timings: timings(result), hearth, ...(this.withTokens && { tokens }) };
  }
}

function finishReason(reason: StopReason): FinishReason {
  return reason === "maxTokens" || reason === "contextFull" ? "length" : "stop";
}

function usage(answers: readonly Answered[]) {
  const sum = (count: (stats: GenerateResult["stats"]) => number) => answers.reduce((total, { result }) => total + count(result.stats), 0);
  const prompt = sum(({ promptTokens }) => promptTokens);
  const completion = sum(({ generatedTokens }) => generatedTokens);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: sum(({ reusedTokens }) => reusedTokens) },
  };
}

/** As llama-server names them. */
function timings({ stats }: GenerateResult) {
  const { reusedTokens, evaluatedTokens, generatedTokens, prefillTokensPerSecond, decodeTokensPerSecond } = stats;
  return {
    cache_n: reusedTokens,
    prompt_n: evaluatedTokens,
    prompt_ms: milliseconds(evaluatedTokens, prefillTokensPerSecond),
    prompt_per_second: prefillTokensPerSecond,
    predicted_n: generatedTokens,
    // The first token comes with the prompt.
    predicted_ms: milliseconds(generatedTokens - 1, decodeTokensPerSecond),
    predicted_per_second: decodeTokensPerSecond,
  };
}

function milliseconds(tokens: number, perSecond: number): number {
  return perSecond > 0 ? (tokens / perSecond) * 1000 : 0;
}
