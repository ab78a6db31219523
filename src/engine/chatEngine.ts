import { Emitter } from "../common/emitter";
import { isAbortError } from "../common/errors";
import { type Log, silentLog } from "../common/log";
import { BackgroundSaving } from "./backgroundSaving";
import type { CacheRow } from "./cacheRow";
import { checkRequest } from "./checkRequest";
import { type PromptFormat, singleToken } from "./formats/promptFormat";
import { Generation, type Interruption } from "./generation";
import { jsonSchemaGrammar } from "./grammar/jsonSchemaGrammar";
import type { MakeGuide, ModelGuidance } from "./guidance/modelGuidance";
import { prepareGuide } from "./guidance/prepareGuide";
import { steering } from "./guidance/steering";
import { hashTokens } from "./hashTokens";
import { IdleWork } from "./idleWork";
import { canMoveTokens, KvSources } from "./kvSources";
import type {
  GenerateEvent,
  GenerateOrigin,
  GenerateRequest,
  GenerateResult,
  GenerateStats,
  LookupStats,
  ModelInfo,
  Prompt,
  PromptLookup,
  PromptSize,
  ResumeResult,
  Sampling,
  StopReason,
} from "./ports";
import { PrefillPace } from "./prefillPace";
import { checkFits, PromptRenderer, type RenderedPrompt } from "./promptRenderer";
import { Resumptions } from "./resumption";
import type { ChatRuntime, DecodeOptions, ThreadCounts } from "./runtime";
import { decodeOptions, drawSeed } from "./samplers";
import { SequencePool } from "./sequencePool";
import type { SavedStates } from "./states/savedStates";

const noStats: GenerateStats = {
  promptTokens: 0,
  reusedTokens: 0,
  restoredTokens: 0,
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

export interface ChatEngineOptions {
  /** What ends an answer of this model besides what its format names. Default: nothing. */
  readonly stops?: Stops;
  /** Default: nothing is kept of a conversation that has to give way. */
  readonly states?: SavedStates | undefined;
  /** Where a row's state stands for a moment on its way to another row. Default: rows are not copied. Needs `states`. */
  readonly forkFolder?: string | undefined;
  /** Asked for anew at each answer. Default: "off". */
  readonly promptLookup?: () => PromptLookup;
  /** What steers answers that ask for it. Default: none is steered. */
  readonly guidance?: ModelGuidance;
  /** How long nothing has to be asked before conversations are saved. Default: 4 s. */
  readonly idleSaveMs?: number;
  /** After so long no further conversation is saved while the engine closes. Default: 2.5 s. */
  readonly closeSaveMs?: number;
  readonly log?: Log;
}

/** A question on its way to its answer. */
interface Run {
  readonly request: GenerateRequest;
  readonly signal: AbortSignal;
  readonly seed: number;
  /** When it came, by `performance.now()`. */
  readonly startedAt: number;
  readonly finished: Promise<void>;
  /** Its conversation is over. */
  isForgotten: boolean;
}

const defaults = { idleSaveMs: 4000, closeSaveMs: 2500 };
const never = new AbortController().signal;

/** One loaded model that answers conversations. Owns the runtime it is given. */
export class ChatEngine {
  readonly #runtime: ChatRuntime;
  readonly #options: ChatEngineOptions;
  readonly #renderer: PromptRenderer;
  readonly #pool: SequencePool;
  readonly #sources: KvSources;
  readonly #idle = new IdleWork();
  readonly #pace = new PrefillPace();
  readonly #background: BackgroundSaving;
  readonly #resumptions: Resumptions;
  readonly #stopTokens: ReadonlySet<number>;
  readonly #stopTexts: readonly string[];
  readonly #answered = new Emitter<GenerateStats>();
  readonly #closing = new AbortController();
  #info: ModelInfo;
  #closedWith: Interruption = "aborted";
  readonly #running = new Set<Run>();
  readonly #forgetting = new Set<Promise<void>>();
  #disposal: Promise<void> | undefined;

  constructor(runtime: ChatRuntime, format: PromptFormat, info: ModelInfo, options: ChatEngineOptions = {}) {
    const { states, forkFolder, stops, log = silentLog } = options;
    const cuts = canMoveTokens(runtime.hints.architecture, info.kvCacheType);
    this.#info = info;
    this.#runtime = runtime;
    this.#options = options;
    this.#renderer = new PromptRenderer(runtime.vocabulary, format, info.hash);
    this.#pool = new SequencePool(runtime.sequences);
    this.#sources = new KvSources({ pool: this.#pool, states, forkFolder, cuts, log });
    this.#background = new BackgroundSaving(this.#sources.saving, this.#idle, options.idleSaveMs ?? defaults.idleSaveMs, log);
    const { contextSize } = info;
    const parts = { renderer: this.#renderer, pool: this.#pool, sources: this.#sources, idle: this.#idle, pace: this.#pace };
    this.#resumptions = new Resumptions({ ...parts, states, contextSize });
    this.#stopTokens = new Set([...format.stopTokens, ...(stops?.tokens ?? [])].flatMap((piece) => singleToken(runtime.vocabulary, piece) ?? []));
    this.#stopTexts = [...new Set([...format.stopTexts, ...(stops?.texts ?? [])])];
  }

  get info(): ModelInfo {
    return this.#info;
  }

  /** Fires with each answer's stats once it has ended, stopped ones included. */
  readonly onDidAnswer = this.#answered.subscribe;

  /** CPU threads from the next evaluation on. */
  setThreads(threads: ThreadCounts): void {
    this.#runtime.setThreads(threads);
    this.#info = { ...this.#info, threads: threads.decode, prefillThreads: threads.prefill };
  }

  measure(prompt: Prompt): PromptSize {
    const { tokens, turnTokens, contextTokens } = this.#renderer.render(prompt);
    return { promptTokens: tokens.length, contextSize: this.info.contextSize, turnTokens, contextTokens };
  }

  countTokens(texts: readonly string[]): readonly number[] {
    return texts.map((text) => this.#runtime.vocabulary.tokenize(text).length);
  }

  /** Throws "bad-setting", "bad-use" or "prompt-too-long"; aborting and disposing end with a "done". */
  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    checkRequest(request);
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const run: Run = { request, signal, finished, seed: request.sampling.seed ?? drawSeed(), startedAt: performance.now(), isForgotten: false };
    this.#running.add(run);
    this.#background.hold();
    this.#resumptions.supersede(request.conversation);
    try {
      const row = await this.#acquire(request.conversation, AbortSignal.any([signal, this.#closing.signal]));
      if (row) yield* this.#answer(run, row);
      else yield { type: "done", ...this.#result(run, this.#interruption(signal) ?? "aborted") };
    } finally {
      this.#idle.answered();
      this.#background.touch();
      this.#running.delete(run);
      finish();
    }
  }

  /**
   * Evaluates what the KV cache lacks of a conversation, so that its next question finds it there. Any question goes
   * first; one of the same conversation does the rest itself. Rejects with an AbortError when `signal` fires.
   */
  async resume(prompt: Prompt, signal: AbortSignal): Promise<ResumeResult> {
    const result = await this.#resumptions.resume(prompt, AbortSignal.any([signal, this.#closing.signal]));
    this.#background.touch();
    return result;
  }

  /**
   * Runs `work` with a row while nothing is asked; a question ends it by its signal, waits for it, and `work` is begun
   * anew afterwards. Work evaluates behind the row's tokens, of which there are `row.length`: what it leaves there is
   * erased. Rejects with what `work` throws, and with an AbortError once `signal` fires or the engine closes.
   */
  whenIdle<T>(work: (row: CacheRow, signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const run = async (idle: AbortSignal): Promise<T> => {
      const row = this.#pool.borrowShortest();
      try {
        return await work(row, idle);
      } finally {
        await row.settle();
        this.#pool.giveBack(row);
      }
    };
    return this.#idle.run(run, AbortSignal.any([signal, this.#closing.signal]));
  }

  /** The conversation's panel was closed: its row is the first that another one takes; until then it is saved if that pays. */
  release(conversation: string): Promise<void> {
    this.#resumptions.supersede(conversation);
    this.#pool.disown(conversation);
    this.#background.touch();
    return Promise.resolve();
  }

  /** The conversation is over: nothing of it stays in memory or on disk. */
  async forget(conversation: string): Promise<void> {
    const forgetting = this.#forget(conversation);
    this.#forgetting.add(forgetting);
    await forgetting.finally(() => this.#forgetting.delete(forgetting));
  }

  async #forget(conversation: string): Promise<void> {
    this.#resumptions.supersede(conversation);
    this.#renderer.forget(conversation);
    for (const run of this.#running) if (run.request.conversation === conversation) run.isForgotten = true;
    try {
      // What runs in the background may be about to fill a row with it.
      await this.#idle.asked(never);
      await this.#clear(this.#pool.forget(conversation));
    } finally {
      this.#idle.answered();
      this.#background.touch();
    }
    await this.#options.states?.forget(conversation);
  }

  /** An engine that closes frees them all. */
  async #clear(rows: readonly CacheRow[]): Promise<void> {
    for (const row of rows) {
      if (this.#closing.signal.aborted) return;
      if (this.#pool.borrow(row)) await row.clear().finally(() => this.#pool.giveBack(row));
    }
  }

  /** Ends running answers with `reason`, waits for them, saves what pays within a time limit, then frees the model. */
  dispose(reason: Interruption): Promise<void> {
    return (this.#disposal ??= this.#dispose(reason));
  }

  async #dispose(reason: Interruption): Promise<void> {
    this.#closedWith = reason;
    this.#closing.abort();
    this.#background.stop();
    await Promise.allSettled([...[...this.#running].map(({ finished }) => finished), ...this.#forgetting]);
    await this.#idle.asked(never);
    await this.#saveAll(performance.now() + (this.#options.closeSaveMs ?? defaults.closeSaveMs));
    await this.#runtime.dispose();
  }

  /** A write that has begun is waited for: the model must not go away under it. */
  async #saveAll(deadline: number): Promise<void> {
    const { saving } = this.#sources;
    await saving.saveIdle(() => performance.now() >= deadline);
    const rest = Math.max(0, deadline - performance.now());
    await Promise.race([saving.finished(), new Promise((resolve) => setTimeout(resolve, rest).unref())]);
  }

  /** Undefined when it was aborted. */
  async #acquire(conversation: string, signal: AbortSignal): Promise<CacheRow | undefined> {
    try {
      await this.#idle.asked(signal);
      return await this.#pool.acquire(conversation, signal);
    } catch (error) {
      if (isAbortError(error)) return undefined;
      throw error;
    }
  }

  async *#answer(run: Run, row: CacheRow): AsyncGenerator<GenerateEvent, void, undefined> {
    try {
      const prompt = this.#renderer.render(run.request);
      checkFits(prompt.tokens.length, this.info.contextSize);
      yield* this.#clearOnError(row, this.#evaluate(run, row, prompt));
    } finally {
      if (run.isForgotten) row.conversation = undefined;
      this.#pool.release(row);
    }
  }

  /** What the cache holds after a failed evaluation is not known. */
  async *#clearOnError(row: CacheRow, events: AsyncGenerator<GenerateEvent, void, undefined>): AsyncGenerator<GenerateEvent, void, undefined> {
    try {
      yield* events;
    } catch (error) {
      await row.clear();
      throw error;
    }
  }

  async *#evaluate(run: Run, row: CacheRow, prompt: RenderedPrompt): AsyncGenerator<GenerateEvent, void, undefined> {
    const { conversation, turns, fresh = false } = run.request;
    const model = { guidance: this.#options.guidance, vocabulary: this.#runtime.vocabulary, stopTokens: this.#stopTokens };
    const guide = await prepareGuide(model, run.request, run.seed, prompt, AbortSignal.any([run.signal, this.#closing.signal]));
    const restored = await this.#sources.fill(row, { conversation, wanted: prompt, evaluateAtLeast: 1, fresh });
    const generation = this.#generation(run, row, prompt, restored, guide);
    yield* generation.run();
    await row.settle();
    const stats = generation.stats();
    if (stats.evaluatedTokens > 0) this.#options.states?.evaluated(stats.evaluatedTokens, generation.prefillMs);
    const { tokens, text, stopReason } = generation;
    const turn = turns.at(-1);
    if (turn && tokens.length > 0 && !run.isForgotten) this.#renderer.remember(conversation, turn.id, { text, tokens });
    this.#answered.fire(stats);
    yield { type: "done", ...this.#result(run, stopReason), origin: this.#origin(prompt), stats, tokens: [...tokens] };
  }

  #generation({ request, seed, signal, startedAt }: Run, row: CacheRow, prompt: RenderedPrompt, restored: number, guide: MakeGuide | undefined): Generation {
    return new Generation({
      row,
      pace: this.#pace,
      restored,
      startedAt,
      prompt: prompt.tokens,
      vocabulary: this.#runtime.vocabulary,
      contextSize: this.info.contextSize,
      maxTokens: request.maxTokens,
      stopTokens: this.#stopTokens,
      ...this.#stopTextsOf(request),
      decodeOptions: (generated, onLookup) => ({ ...this.#decodeOptions(request, seed, prompt.tokens, generated, onLookup), ...(guide && { guide: guide(generated) }) }),
      isShared: () => this.#running.size > 1,
      interrupted: () => this.#interruption(signal),
    });
  }

  /** What a format is not used for, its texts do not end. */
  #stopTextsOf({ rawText, stopTexts = [] }: GenerateRequest) {
    const continuesText = rawText !== undefined;
    return { continuesText, stopTexts: continuesText ? stopTexts : [...this.#stopTexts, ...stopTexts] };
  }

  /** Guessing changes nothing but the speed, where the likeliest token is taken whatever was drawn before it. */
  #decodeOptions(
    { sampling, extras, jsonSchema, grammar }: GenerateRequest,
    seed: number,
    prompt: readonly number[],
    generated: readonly number[],
    onEnd: (stats: LookupStats) => void,
  ): DecodeOptions {
    const options = decodeOptions(sampling, seed, generated, extras);
    if (jsonSchema) return { ...options, grammar: jsonSchemaGrammar(jsonSchema) };
    if (grammar !== undefined) return { ...options, grammar };
    const mode = this.#options.promptLookup?.() ?? "off";
    if (mode === "off" || options.temperature > 0 || options.repeatPenalty) return options;
    return { ...options, lookup: { mode, prompt, onEnd } };
  }

  #interruption(signal: AbortSignal): Interruption | undefined {
    if (this.#closing.signal.aborted) return this.#closedWith;
    return signal.aborted ? "aborted" : undefined;
  }

  #result({ request, seed }: Run, stopReason: StopReason): GenerateResult {
    const guidance = steering(request);
    return { ...emptyResult(request.sampling, seed, stopReason, this.info.id, this.info.hash), ...(guidance && { guidance }) };
  }

  #origin({ tokens }: RenderedPrompt): GenerateOrigin {
    const { format, libraryVersion, device, gpuLayers } = this.info;
    return { format, libraryVersion, device, gpuLayers, promptHash: hashTokens(tokens) };
  }
}

/** The result of an answer that has no token. */
export function emptyResult(sampling: Sampling, seed: number, stopReason: StopReason, model: string, modelHash: string): GenerateResult {
  return { stats: noStats, stopReason, seed, model, modelHash, sampling: { ...sampling, seed }, tokens: [] };
}
