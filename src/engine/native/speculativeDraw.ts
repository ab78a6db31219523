import type { LlamaContextSequence, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { LookupStats } from "../ports";
import type { DecodeOptions } from "../runtime";
import { type DrawnTogether, drawTogether, eraseLast } from "./drawTogether";
import { GuessPolicy } from "./guessPolicy";
import type { NativeThreads } from "./nativeThreads";
import { NgramIndex, type NgramMatch } from "./ngramIndex";
import type { StepCosts } from "./stepCosts";

/** Steps without a guess at the start of an answer: what its gain is measured against. */
const plainSteps = 2;

type Lookup = NonNullable<DecodeOptions["lookup"]>;
type PlainDraw = AsyncGenerator<Token, void, void | Token | Token[]>;

export interface SpeculativeParts {
  readonly sequence: LlamaContextSequence;
  readonly threads: NativeThreads;
  readonly costs: StepCosts;
}

interface Guess {
  readonly match: NgramMatch;
  readonly tokens: readonly number[];
}

/**
 * Greedy drawing that guesses the next tokens from the text so far (prompt-lookup decoding). The library's own is not
 * used: it is tied to a sequence for good, keeps its guesses in the cache when a drawing ends, and takes a token
 * whether or not rounding has decided it.
 */
export class SpeculativeDraw {
  readonly #parts: SpeculativeParts;
  readonly #lookup: Lookup;
  readonly #policy: GuessPolicy;
  readonly #index = new NgramIndex();
  readonly #plain = { tokens: 0, ms: 0 };
  readonly #guessed = { tokens: 0, ms: 0, proposed: 0, accepted: 0 };
  #ahead = 0;
  /** The token that was drawn last. */
  #last = 0;

  constructor(parts: SpeculativeParts, lookup: Lookup) {
    this.#parts = parts;
    this.#lookup = lookup;
    this.#policy = new GuessPolicy(lookup.mode, parts.costs);
    this.#index.push(lookup.prompt);
  }

  /** Tokens in the cache that are yielded later; none when the drawing has ended. */
  get ahead(): number {
    return this.#ahead;
  }

  async *run(tokens: readonly number[], options: SequenceEvaluateOptions): AsyncGenerator<number, void, undefined> {
    const plain = this.#parts.sequence.evaluate([...tokens] as Token[], options);
    try {
      let step = await this.#first(plain, tokens.length);
      while (step) {
        this.#index.push(step.tokens);
        this.#ahead = step.tokens.length;
        for (const token of step.tokens) {
          this.#ahead--;
          yield token;
        }
        step = await this.#next(plain, step);
      }
    } finally {
      await plain.return();
      await eraseLast(this.#parts.sequence, this.#ahead);
      this.#ahead = 0;
      this.#lookup.onEnd(this.#stats());
    }
  }

  /** Reads the end of the prompt; its time is no step's. */
  async #first(plain: PlainDraw, count: number): Promise<DrawnTogether | undefined> {
    const { threads, costs } = this.#parts;
    const { result, ms } = await timed(() => threads.during(count > 1 ? "prefill" : "decode", () => plain.next()));
    costs.prompt(count, ms);
    return result.done ? undefined : { tokens: [result.value], unsure: false };
  }

  async #next(plain: PlainDraw, { tokens, unsure }: DrawnTogether): Promise<DrawnTogether | undefined> {
    this.#last = tokens.at(-1) ?? this.#last;
    const guess = unsure || this.#plain.tokens < plainSteps ? undefined : this.#guess();
    return guess ? this.#drawGuessed(guess) : this.#drawPlain(plain);
  }

  async #drawPlain(plain: PlainDraw): Promise<DrawnTogether | undefined> {
    const { threads, costs } = this.#parts;
    const { result, ms } = await timed(() => threads.during("decode", () => plain.next(this.#last as Token)));
    if (result.done) return undefined;
    this.#plain.tokens++;
    this.#plain.ms += ms;
    costs.plain(ms);
    return { tokens: [result.value], unsure: false };
  }

  async #drawGuessed({ match, tokens: guess }: Guess): Promise<DrawnTogether> {
    const { sequence, threads, costs } = this.#parts;
    const { result, ms } = await timed(() => threads.during("prefill", () => drawTogether(sequence, this.#last, guess)));
    const accepted = result.unsure ? result.tokens.length : result.tokens.length - 1;
    this.#guessed.tokens += result.tokens.length;
    this.#guessed.ms += ms;
    this.#guessed.proposed += guess.length;
    this.#guessed.accepted += accepted;
    costs.batch(1 + guess.length, ms);
    this.#policy.learn(match, { proposed: guess.length, accepted, drawn: result.tokens.length, cost: costs.inSteps(ms) });
    return result;
  }

  /** Nothing is guessed behind the end of an answer, nor for want of room in the cache. */
  #guess(): Guess | undefined {
    const { sequence } = this.#parts;
    const match = this.#index.match();
    if (!match) return undefined;
    const room = sequence.contextSize - 2 - sequence.nextTokenIndex;
    const tokens = this.#index.continuation(match, this.#policy.count(match, room));
    const end = tokens.findIndex((token) => sequence.model.isEogToken(token as Token));
    const wanted = end === -1 ? tokens : tokens.slice(0, end);
    return wanted.length > 0 ? { match, tokens: wanted } : undefined;
  }

  #stats(): LookupStats {
    const { tokens, ms, proposed, accepted } = this.#guessed;
    const both = tokens > 0 && this.#plain.tokens > 0 && this.#plain.ms > 0;
    const all = (this.#plain.tokens + tokens) / (this.#plain.ms + ms);
    return { proposedTokens: proposed, acceptedTokens: accepted, gain: both ? (all * this.#plain.ms) / this.#plain.tokens : 1 };
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const startedAt = performance.now();
  const result = await work();
  return { result, ms: performance.now() - startedAt };
}
