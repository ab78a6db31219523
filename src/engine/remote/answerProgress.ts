import type { GenerateEvent, GenerateStats, StopReason } from "../ports";
import type { AnswerChunk } from "./answerChunk";

export interface ProgressOptions {
  readonly maxTokens: number;
  readonly hasStopTexts: boolean;
  /** When the question came, by `performance.now()`. */
  readonly startedAt: number;
  /** Where the server tells no numbers. */
  readonly guess: { readonly promptTokens: number; readonly tokensOf: (text: string) => number };
}

/** What has come of an answer so far. */
export class AnswerProgress {
  readonly #options: ProgressOptions;
  readonly #tokens: number[] = [];
  #text = "";
  /** The last one, which says how the answer ended. */
  #end: Pick<AnswerChunk["choices"][number], "finish_reason" | "stop_reason"> | undefined;
  #told: string | undefined;
  #usage: AnswerChunk["usage"];
  #timings: AnswerChunk["timings"];
  #restored = 0;
  #firstAt: number | undefined;
  #lastAt = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  /** Text has come, so the question cannot be sent again. */
  get hasBegun(): boolean {
    return this.#text !== "";
  }

  /** The server has said that the answer is whole. */
  get isWhole(): boolean {
    return this.#end !== undefined;
  }

  /** What the server says that the prompt had; undefined: it does not. */
  get promptTokens(): number | undefined {
    return this.#usage?.prompt_tokens ?? undefined;
  }

  /** The answer's tokens; empty where the server does not tell them. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  *take(chunk: AnswerChunk): Generator<GenerateEvent, void, undefined> {
    const { usage, timings, prompt_progress: read, hearth, tokens } = chunk;
    this.#usage = usage ?? this.#usage;
    this.#timings = timings ?? this.#timings;
    this.#restored = hearth?.restored_tokens ?? this.#restored;
    if (tokens) this.#tokens.splice(0, Infinity, ...tokens);
    if (read) yield { type: "prefill", done: read.processed - read.cache, total: read.total - read.cache, reused: read.cache, restored: 0 };
    const [choice] = chunk.choices;
    if (!choice) return;
    if (choice.token_ids) this.#tokens.push(...choice.token_ids);
    const text = choice.delta?.content ?? choice.message?.content ?? choice.text ?? "";
    if (text !== "") yield this.#add(text);
    if (choice.finish_reason == null) return;
    this.#end = choice;
    this.#told = hearth?.stop_reason ?? undefined;
  }

  /** Of a whole answer. "length" is either limit: the answer's, or that of the context. */
  stopReason(): StopReason {
    const told = this.#told;
    if (told === "endOfTurn" || told === "stopText" || told === "maxTokens" || told === "contextFull") return told;
    const { maxTokens, hasStopTexts } = this.#options;
    if (this.#end?.finish_reason === "length") return (this.#usage?.completion_tokens ?? maxTokens) < maxTokens ? "contextFull" : "maxTokens";
    return hasStopTexts && typeof this.#end?.stop_reason === "string" ? "stopText" : "endOfTurn";
  }

  stats(): GenerateStats {
    const { startedAt, guess } = this.#options;
    const usage = this.#usage;
    const estimated = usage?.prompt_tokens == null || usage.completion_tokens == null;
    const promptTokens = usage?.prompt_tokens ?? guess.promptTokens;
    const cached = usage?.prompt_tokens_details?.cached_tokens ?? this.#timings?.cache_n ?? undefined;
    const generatedTokens = this.#generated();
    return {
      promptTokens,
      reusedTokens: cached ?? 0,
      restoredTokens: this.#restored,
      evaluatedTokens: cached === undefined ? 0 : Math.max(0, promptTokens - cached),
      generatedTokens,
      timeToFirstTokenMs: this.#firstAt === undefined ? 0 : this.#firstAt - startedAt,
      decodeTokensPerSecond: this.#timings?.predicted_per_second ?? this.#speed(generatedTokens),
      prefillTokensPerSecond: this.#timings?.prompt_per_second ?? 0,
      ...(estimated && { estimated }),
    };
  }

  #add(text: string): GenerateEvent {
    this.#lastAt = performance.now();
    this.#firstAt ??= this.#lastAt;
    this.#text += text;
    return { type: "text", text };
  }

  #generated(): number {
    return this.#usage?.completion_tokens ?? (this.#tokens.length > 0 ? this.#tokens.length : this.#options.guess.tokensOf(this.#text));
  }

  #speed(tokens: number): number {
    const seconds = (this.#lastAt - (this.#firstAt ?? 0)) / 1000;
    return tokens > 1 && seconds > 0 ? (tokens - 1) / seconds : 0;
  }
}
