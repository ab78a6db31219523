import type { CacheRow } from "./cacheRow";
import type { GenerateEvent, GenerateStats, LookupStats, StopReason } from "./ports";
import { answerChunkMs, prefillInChunks, sharedChunkMs } from "./prefill";
import type { PrefillPace } from "./prefillPace";
import type { DecodeOptions, Vocabulary } from "./runtime";
import { TextStream } from "./textStream";

/** What ends an answer from outside. */
export type Interruption = Extract<StopReason, "aborted" | "modelChanged">;

export interface GenerationOptions {
  /** Holds the front of the prompt, and nothing else. */
  readonly row: CacheRow;
  readonly pace: PrefillPace;
  readonly vocabulary: Vocabulary;
  /** The whole prompt. */
  readonly prompt: readonly number[];
  /** Tokens of the front that came from a saved state or another conversation's row. */
  readonly restored: number;
  readonly contextSize: number;
  readonly maxTokens: number;
  readonly stopTokens: ReadonlySet<number>;
  readonly stopTexts: readonly string[];
  /** The answer goes on with the prompt's own text, so that its first word keeps its space. Default: it is a text of its own. */
  readonly continuesText?: boolean;
  /**
   * @param generated the tokens drawn so far, which the list goes on to collect
   * @param onLookup told once, at the end, where prompt lookup was used
   */
  readonly decodeOptions: (generated: readonly number[], onLookup: (stats: LookupStats) => void) => DecodeOptions;
  /** Whether other questions run or wait, asked before each chunk of the prompt. Default: none do. */
  readonly isShared?: () => boolean;
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
  readonly #reused: number;
  #evaluated = 0;
  #lookup: LookupStats | undefined;
  #stopReason: StopReason | undefined;
  #prefillStartedAt = 0;
  #firstTokenAt: number | undefined;
  #lastTokenAt = 0;

  constructor(options: GenerationOptions) {
    this.#options = options;
    this.#reused = options.row.length;
    this.#stream = new TextStream(options.vocabulary, options.stopTexts, options.continuesText === true ? options.prompt : []);
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
    const wanted = this.#options.prompt.slice(this.#reused);
    this.#prefillStartedAt = performance.now();
    yield* this.#prefill(wanted);
    if (!this.#interrupt()) yield* this.#decode(wanted.slice(this.#evaluated), wanted.length);
    const rest = this.#stopReason === "stopText" ? "" : this.#stream.flush();
    if (rest !== "") yield { type: "text", text: rest };
  }

  /** Evaluates all but the last chunk, which is evaluated with the first token. An abort is noticed between chunks. */
  async *#prefill(tokens: readonly number[]): AsyncGenerator<GenerateEvent, void, undefined> {
    yield this.#progress(tokens.length);
    const { row, pace, isShared } = this.#options;
    const chunkMs = () => (isShared?.() === true ? sharedChunkMs : answerChunkMs);
    for await (const count of prefillInChunks(row, tokens, { pace, chunkMs, last: "keepLastChunk", isStopped: () => this.#interrupt() })) {
      this.#evaluated += count;
      yield this.#progress(tokens.length);
    }
  }

  async *#decode(lastChunk: readonly number[], total: number): AsyncGenerator<GenerateEvent, void, undefined> {
    const { row, decodeOptions } = this.#options;
    const options = decodeOptions(this.#generated, (lookup) => (this.#lookup = lookup));
    for await (const token of row.decode(lastChunk, options)) {
      if (this.#firstTokenAt === undefined) {
        this.#firstTokenAt = performance.now();
        this.#evaluated += lastChunk.length;
        yield this.#progress(total);
      }
      if (this.#endsTurn(token)) return;
      const text = this.#take(token);
      if (text !== "") yield { type: "text", text };
      if (this.#isOver()) return;
    }
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
    const { maxTokens, row, contextSize } = this.#options;
    if (this.#stopReason) return true;
    if (this.#generated.length >= maxTokens) this.#stopReason = "maxTokens";
    else if (row.length + 1 >= contextSize) this.#stopReason = "contextFull";
    return this.#stopReason !== undefined || this.#interrupt();
  }

  #interrupt(): boolean {
    this.#stopReason ??= this.#options.interrupted();
    return this.#stopReason !== undefined;
  }

  #progress(total: number): GenerateEvent {
    return { type: "prefill", done: this.#evaluated, total, reused: this.#reused, restored: this.#options.restored };
  }

  /** From the first evaluation to the first token, or until now. */
  get prefillMs(): number {
    return (this.#firstTokenAt ?? performance.now()) - this.#prefillStartedAt;
  }

  stats(): GenerateStats {
    const firstTokenAt = this.#firstTokenAt ?? performance.now();
    const decodeSeconds = (this.#lastTokenAt - firstTokenAt) / 1000;
    const prefillSeconds = this.prefillMs / 1000;
    const count = this.#generated.length;
    return {
      promptTokens: this.#options.prompt.length,
      reusedTokens: this.#reused,
      restoredTokens: this.#options.restored,
      evaluatedTokens: this.#evaluated,
      generatedTokens: count,
      timeToFirstTokenMs: this.#firstTokenAt === undefined ? 0 : firstTokenAt - this.#options.startedAt,
      decodeTokensPerSecond: count > 1 && decodeSeconds > 0 ? (count - 1) / decodeSeconds : 0,
      prefillTokensPerSecond: this.#evaluated > 0 && prefillSeconds > 0 ? this.#evaluated / prefillSeconds : 0,
      ...(this.#lookup && { lookup: this.#lookup }),
    };
  }
}
