import { HearthError, isAbortError } from "../common/errors";
import { type PromptFormat, singleToken } from "./formats/promptFormat";
import { Generation, type Interruption } from "./generation";
import type { GenerateEvent, GenerateRequest, GenerateResult, GenerateStats, ModelInfo, Prompt, PromptSize, Sampling, StopReason } from "./ports";
import { checkFits, PromptRenderer } from "./promptRenderer";
import type { ChatRuntime } from "./runtime";
import { checkMaxTokens, checkSampling, decodeOptions, drawSeed } from "./samplers";
import { clearSlot, SequencePool, type Slot } from "./sequencePool";

const noStats: GenerateStats = {
  promptTokens: 0,
  reusedTokens: 0,
  evaluatedTokens: 0,
  generatedTokens: 0,
  timeToFirstTokenMs: 0,
  decodeTokensPerSecond: 0,
  prefillTokensPerSecond: 0,
};

export interface Stops {
  readonly tokens: readonly string[];
  readonly texts: readonly string[];
}

/** One loaded model that answers conversations. Owns the runtime it is given. */
export class ChatEngine {
  readonly info: ModelInfo;
  readonly #runtime: ChatRuntime;
  readonly #renderer: PromptRenderer;
  readonly #pool: SequencePool;
  readonly #stopTokens: ReadonlySet<number>;
  readonly #stopTexts: readonly string[];
  readonly #closing = new AbortController();
  #closedWith: Interruption = "aborted";
  readonly #running = new Set<Promise<void>>();

  /** @param stops what ends an answer of this model besides what its format names */
  constructor(runtime: ChatRuntime, format: PromptFormat, info: ModelInfo, stops: Stops = { tokens: [], texts: [] }) {
    this.info = info;
    this.#runtime = runtime;
    this.#renderer = new PromptRenderer(runtime.vocabulary, format, info.hash);
    this.#pool = new SequencePool(runtime.sequences);
    this.#stopTokens = new Set([...format.stopTokens, ...stops.tokens].flatMap((piece) => singleToken(runtime.vocabulary, piece) ?? []));
    this.#stopTexts = [...new Set([...format.stopTexts, ...stops.texts])];
  }

  measure(prompt: Prompt): PromptSize {
    const { tokens, turnTokens } = this.#renderer.render(prompt);
    return { promptTokens: tokens.length, contextSize: this.info.contextSize, turnTokens };
  }

  countTokens(texts: readonly string[]): readonly number[] {
    return texts.map((text) => this.#runtime.vocabulary.tokenize(text).length);
  }

  /** Throws "bad-setting", "bad-use" or "prompt-too-long"; aborting and disposing end with a "done". */
  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    checkRequest(request);
    const startedAt = performance.now();
    const seed = request.sampling.seed ?? drawSeed();
    const slot = await this.#acquire(request.conversation, signal);
    if (!slot || this.#closing.signal.aborted) {
      if (slot) this.#pool.release(slot);
      yield { type: "done", ...this.#result(request, seed, this.#interruption(signal) ?? "aborted") };
      return;
    }
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    this.#running.add(finished);
    try {
      yield* this.#answer(request, seed, slot, signal, startedAt);
    } finally {
      this.#pool.release(slot);
      this.#running.delete(finished);
      finish();
    }
  }

  async forget(conversation: string): Promise<void> {
    this.#renderer.forget(conversation);
    await this.#pool.forget(conversation);
  }

  /** Ends running answers with `reason`, waits for them, then frees the model. */
  async dispose(reason: Interruption): Promise<void> {
    this.#closedWith = reason;
    this.#closing.abort();
    await Promise.all(this.#running);
    await this.#runtime.dispose();
  }

  async #acquire(conversation: string, signal: AbortSignal): Promise<Slot | undefined> {
    try {
      return await this.#pool.acquire(conversation, AbortSignal.any([signal, this.#closing.signal]));
    } catch (error) {
      if (isAbortError(error)) return undefined;
      throw error;
    }
  }

  async *#answer(
    request: GenerateRequest,
    seed: number,
    slot: Slot,
    signal: AbortSignal,
    startedAt: number,
  ): AsyncGenerator<GenerateEvent, void, undefined> {
    const prompt = this.#renderer.render(request).tokens;
    checkFits(prompt.length, this.info.contextSize);
    if (slot.ledger.length !== slot.sequence.length) await clearSlot(slot);
    const generation = this.#generation(request, seed, slot, signal, startedAt, prompt);
    try {
      yield* generation.run();
    } catch (error) {
      // What the cache holds after a failed evaluation is not known.
      await clearSlot(slot);
      throw error;
    }
    const { tokens, text, stopReason } = generation;
    const turn = request.turns.at(-1);
    if (turn && tokens.length > 0) this.#renderer.remember(request.conversation, turn.id, { text, tokens });
    yield { type: "done", ...this.#result(request, seed, stopReason), stats: generation.stats(), tokens: [...tokens] };
  }

  #generation(request: GenerateRequest, seed: number, slot: Slot, signal: AbortSignal, startedAt: number, prompt: readonly number[]): Generation {
    return new Generation({
      slot,
      prompt,
      startedAt,
      vocabulary: this.#runtime.vocabulary,
      contextSize: this.info.contextSize,
      maxTokens: request.maxTokens,
      stopTokens: this.#stopTokens,
      stopTexts: this.#stopTexts,
      decodeOptions: (generated) => decodeOptions(request.sampling, seed, generated),
      interrupted: () => this.#interruption(signal),
    });
  }

  #interruption(signal: AbortSignal): Interruption | undefined {
    if (this.#closing.signal.aborted) return this.#closedWith;
    return signal.aborted ? "aborted" : undefined;
  }

  #result(request: GenerateRequest, seed: number, stopReason: StopReason): GenerateResult {
    return emptyResult(request.sampling, seed, stopReason, this.info.id, this.info.hash);
  }
}

/** The result of an answer that has no token. */
export function emptyResult(sampling: Sampling, seed: number, stopReason: StopReason, model: string, modelHash: string): GenerateResult {
  return { stats: noStats, stopReason, seed, model, modelHash, sampling: { ...sampling, seed }, tokens: [] };
}

function checkRequest(request: GenerateRequest): void {
  checkSampling(request.sampling);
  checkMaxTokens(request.maxTokens);
  const last = request.turns.at(-1);
  if (last && !last.answer) return;
  throw new HearthError("bad-use", "The last turn of a prompt has to be a question without an answer.", {
    remedy: "Send the conversation's turns with the new question at the end.",
  });
}
