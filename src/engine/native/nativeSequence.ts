import type { LlamaContextSequence, LlamaGrammarEvaluationState, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { DecodeOptions, SequencePort, TokenRange } from "../runtime";
import { guidedDraw } from "./guidedDraw";
import type { BeginGrammar } from "./nativeGrammar";
import type { NativeThreads } from "./nativeThreads";
import { SpeculativeDraw } from "./speculativeDraw";
import type { StepCosts } from "./stepCosts";

export class NativeSequence implements SequencePort {
  /** The drawing that may have guessed, so that its guesses do not count. */
  #draw: SpeculativeDraw | undefined;

  constructor(
    readonly sequence: LlamaContextSequence,
    readonly threads: NativeThreads,
    readonly costs: StepCosts,
    readonly beginGrammar: BeginGrammar,
  ) {}

  get length(): number {
    return this.sequence.nextTokenIndex - (this.#draw?.ahead ?? 0);
  }

  get meter() {
    const { usedInputTokens, usedOutputTokens } = this.sequence.tokenMeter.getState();
    return { input: usedInputTokens, output: usedOutputTokens };
  }

  async prefill(tokens: readonly number[]): Promise<void> {
    const startedAt = performance.now();
    await this.threads.during("prefill", () => this.sequence.evaluateWithoutGeneratingNewTokens([...tokens] as Token[]));
    this.costs.prompt(tokens.length, performance.now() - startedAt);
  }

  async *decode(tokens: readonly number[], options: DecodeOptions): AsyncGenerator<number, void, undefined> {
    const { lookup } = options;
    if (lookup && isGreedy(options) && !this.sequence.needsCheckpoints) yield* this.#guess(tokens, options, lookup);
    else yield* this.#drawPlain(tokens, options);
  }

  async eraseTail(from: number): Promise<void> {
    await this.erase([{ start: from, end: this.sequence.nextTokenIndex }]);
  }

  /** What a cache that cannot be shifted keeps is evaluated anew. */
  async erase(ranges: readonly TokenRange[]): Promise<void> {
    await this.threads.during("prefill", () => this.sequence.eraseContextTokenRanges([...ranges]));
  }

  async saveState(file: string): Promise<number> {
    return (await this.sequence.saveStateToFile(file)).fileSize;
  }

  async loadState(file: string): Promise<readonly number[]> {
    // A file that the library refuses leaves the old tokens in the cache, where it no longer counts them.
    if (this.length > 0) await this.eraseTail(0);
    await this.sequence.loadStateFromFile(file, { acceptRisk: true });
    return this.sequence.contextTokens;
  }

  async *#drawPlain(tokens: readonly number[], options: DecodeOptions): AsyncGenerator<number, void, undefined> {
    const grammar = options.grammar === undefined ? undefined : await this.beginGrammar(options.grammar);
    const drawn = options.guide
      ? guidedDraw(this.sequence, tokens, libraryOptions(options, grammar), options.guide)
      : this.sequence.evaluate([...tokens] as Token[], libraryOptions(options, grammar));
    let phase: "prefill" | "decode" = tokens.length > 1 ? "prefill" : "decode";
    try {
      for (;;) {
        const { value, done } = await this.threads.during(phase, () => drawn.next());
        if (done) return;
        phase = "decode";
        yield value;
      }
    } finally {
      await drawn.return();
    }
  }

  async *#guess(
    tokens: readonly number[],
    options: DecodeOptions,
    lookup: NonNullable<DecodeOptions["lookup"]>,
  ): AsyncGenerator<number, void, undefined> {
    const { sequence, threads, costs } = this;
    this.#draw = new SpeculativeDraw({ sequence, threads, costs }, lookup);
    yield* this.#draw.run(tokens, libraryOptions(options));
  }
}

/** Guesses are checked against the likeliest token, so nothing else may have a say. */
function isGreedy({ temperature, repeatPenalty, grammar, guide }: DecodeOptions): boolean {
  return temperature === 0 && repeatPenalty === undefined && grammar === undefined && guide === undefined;
}

function libraryOptions({ temperature, topK, topP, minP, seed, repeatPenalty }: DecodeOptions, grammar?: LlamaGrammarEvaluationState): SequenceEvaluateOptions {
  return {
    ...{ temperature, topK, topP, minP, seed },
    ...(repeatPenalty && { repeatPenalty: { ...repeatPenalty, punishTokens: () => repeatPenalty.punishTokens() as Token[] } }),
    ...(grammar && { grammarEvaluationState: grammar }),
    yieldEogToken: true,
  };
}
