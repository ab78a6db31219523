import type { GenerateEvent, GenerateStats, StopReason } from "./ports";
import { PrefillPace } from "./prefillPace";
import type { DecodeOptions, Vocabulary } from "./runtime";
import type { Slot } from "./sequencePool";
import { TextStream } from "./textStream";

/** What ends an answer from outside. */
export type Interruption = Extract<StopReason, "aborted" | "modelChanged">;

export interface GenerationOptions {
  readonly slot: Slot;
  readonly vocabulary: Vocabulary;
  /** The whole prompt. */
  readonly prompt: readonly number[];
  readonly contextSize: number;
  readonly maxTokens: number;
  readonly stopTokens: ReadonlySet<number>;
  readonly stopTexts: readonly string[];
  /** @param generated the tokens drawn so far, which the list goes on to collect */
  readonly decodeOptions: (generated: readonly number[]) => DecodeOptions;
  /** Why to stop now, if so; asked between chunks and tokens. */
  readonly interrupted: () => Interruption | undefined;
  /** When the question came, by `performance.now()`. */
  readonly startedAt: number;
}

/** Answers one prompt on one sequence: evaluates what the KV cache lacks, then draws tokens until something ends it. */
export class Generation {
  readonly #options: GenerationOptions;
  readonly #stream: TextStream;
  readonly #generated: number[] = [];
  #reused = 0;
  #evaluated = 0;
  #stopReason: StopReason | undefined;
  #prefillStartedAt = 0;
  #firstTokenAt: number | undefined;
  #lastTokenAt = 0;

  constructor(options: GenerationOptions) {
    this.#options = options;
    this.#stream = new TextStream(options.vocabulary, options.stopTexts);
  }

  get stopReason(): StopReason {
    return this.#stopReason ?? "aborted";
  }

  /** All text of the answer so far. */
  get text(): string {
    return this.#stream.text;
  }

  /** The answer's tokens; after a stop text those that lie before it. */
  get tokens(): readonly number[] {
    return this.#stopReason === "stopText" ? this.#generated.slice(0, this.#stream.wholeTokens) : this.#generated;
  }

  async *run(): AsyncGenerator<GenerateEvent, void, undefined> {
    const { slot, prompt } = this.#options;
    const plan = slot.ledger.plan(prompt);
    if (plan.erase > 0) await slot.sequence.eraseTail(plan.keep);
    slot.ledger.truncate(plan.keep);
    this.#reused = plan.keep;
    this.#prefillStartedAt = performance.now();
    yield* this.#prefill(plan.evaluate);
    if (!this.#interrupt()) yield* this.#decode(plan.evaluate.slice(this.#evaluated), plan.evaluate.length);
    const rest = this.#stopReason === "stopText" ? "" : this.#stream.flush();
    if (rest !== "") yield { type: "text", text: rest };
  }

  /** Evaluates all but the last chunk, which belongs to the first drawn token. An abort is noticed between chunks. */
  async *#prefill(tokens: readonly number[]): AsyncGenerator<GenerateEvent, void, undefined> {
    const pace = new PrefillPace();
    yield this.#progress(tokens.length);
    while (tokens.length - this.#evaluated > pace.chunk && !this.#interrupt()) {
      const chunk = tokens.slice(this.#evaluated, this.#evaluated + pace.chunk);
      const startedAt = performance.now();
      await this.#options.slot.sequence.prefill(chunk);
      pace.measured(chunk.length, performance.now() - startedAt);
      this.#commit(chunk);
      yield this.#progress(tokens.length);
    }
  }

  async *#decode(lastChunk: readonly number[], total: number): AsyncGenerator<GenerateEvent, void, undefined> {
    const { slot, decodeOptions } = this.#options;
    for await (const token of slot.sequence.decode(lastChunk, decodeOptions(this.#generated))) {
      if (this.#firstTokenAt === undefined) {
        this.#firstTokenAt = performance.now();
        this.#commit(lastChunk);
        yield this.#progress(total);
      }
      slot.ledger.sample(token);
      if (this.#endsTurn(token)) return;
      const text = this.#take(token);
      if (text !== "") yield { type: "text", text };
      if (this.#isOver()) return;
    }
  }

  #commit(tokens: readonly number[]): void {
    this.#options.slot.ledger.commit(tokens);
    this.#evaluated += tokens.length;
  }

  #endsTurn(token: number): boolean {
    const { vocabulary, stopTokens } = this.#options;
    if (!vocabulary.isEndOfGeneration(token) && !stopTokens.has(token)) return false;
    this.#stopReason = "endOfTurn";
    return true;
  }

  #take(token: number): string {
    this.#generated.push(token);
    this.#lastTokenAt = performance.now();
    const piece = this.#stream.push(token);
    if (piece.stopped) this.#stopReason = "stopText";
    return piece.text;
  }

  /** After a token: whether another one may be drawn. The drawn one needs a place in the cache to go on from. */
  #isOver(): boolean {
    const { maxTokens, slot, contextSize } = this.#options;
    if (this.#stopReason) return true;
    if (this.#generated.length >= maxTokens) this.#stopReason = "maxTokens";
    else if (slot.ledger.length + 1 >= contextSize) this.#stopReason = "contextFull";
    return this.#stopReason !== undefined || this.#interrupt();
  }

  #interrupt(): boolean {
    this.#stopReason ??= this.#options.interrupted();
    return this.#stopReason !== undefined;
  }

  #progress(total: number): GenerateEvent {
    return { type: "prefill", done: this.#evaluated, total, reused: this.#reused };
  }

  stats(): GenerateStats {
    const firstTokenAt = this.#firstTokenAt ?? performance.now();
    const decodeSeconds = (this.#lastTokenAt - firstTokenAt) / 1000;
    const prefillSeconds = (firstTokenAt - this.#prefillStartedAt) / 1000;
    const count = this.#generated.length;
    return {
      promptTokens: this.#options.prompt.length,
      reusedTokens: this.#reused,
      evaluatedTokens: this.#evaluated,
      generatedTokens: count,
      timeToFirstTokenMs: this.#firstTokenAt === undefined ? 0 : firstTokenAt - this.#options.startedAt,
      decodeTokensPerSecond: count > 1 && decodeSeconds > 0 ? (count - 1) / decodeSeconds : 0,
      prefillTokensPerSecond: this.#evaluated > 0 && prefillSeconds > 0 ? this.#evaluated / prefillSeconds : 0,
    };
  }
}
