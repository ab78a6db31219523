import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Emitter } from "../../../src/common/emitter";
import { abortError, type HearthError } from "../../../src/common/errors";
import type {
  ChatModel,
  EngineState,
  GenerateEvent,
  GenerateRequest,
  GenerateStats,
  ModelInfo,
  Prompt,
  PromptSize,
  PromptTurn,
  ResumeResult,
  StopReason,
} from "../../../src/engine/ports";
import type { RetrievedChunk, Retriever } from "../../../src/rag/ports";
import type { ChatSettings } from "../../../src/chat/types";

export const info: ModelInfo = {
  id: "fake",
  file: "fake.gguf",
  hash: "f00d",
  format: "phi3",
  contextSize: 400,
  trainedContextSize: 400,
  sequences: 2,
  device: "cpu",
  gpuLayers: 0,
  layers: 2,
  threads: 1,
  prefillThreads: 1,
  kvCacheType: "f16",
  flashAttention: false,
  libraryVersion: "3.21.1",
  loadMs: 1,
  defaults: {
    sampling: { sampler: "top-p", temperature: 0.2, topK: 40, topP: 0.9, minP: 0, repeatPenalty: 1 },
    maxTokens: 50,
    systemPrompt: "Be brief.",
  },
};

export const chatSettings: ChatSettings = { sampling: {}, useContext: true, contextFull: "summarise" };

const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean);

/**
 * A model whose tokens are words; it answers with the words of `script`, one event each. It refuses prompts that no
 * model may be sent: an unanswered question in the history, an answered one at the end, a turn sent twice, a turn whose
 * text is not the one it had before, and an answer whose tokens are not the ones that were drawn for it.
 */
export class FakeModel implements ChatModel {
  readonly requests: GenerateRequest[] = [];
  readonly resumed: Prompt[] = [];
  readonly released: string[] = [];
  readonly forgotten: string[] = [];
  readonly #changed = new Emitter<EngineState>();
  readonly onDidChangeState = this.#changed.subscribe;
  state: EngineState = { kind: "idle", model: "fake" };
  /** The answer, or what is answered to a prompt of which so many words were not in the KV cache. */
  script: string | ((request: GenerateRequest, evaluated: number) => string) = "An answer .";
  loadError: HearthError | undefined;
  /** Thrown in the middle of the next answer. */
  dieWith: Error | undefined;
  /** What `load` resolves with and answers come from. */
  info: ModelInfo = info;
  contextSize = info.contextSize;
  /** Stands for a rendering that has changed: prompts of another one have other hashes. */
  promptSalt = "";
  beforeMeasure: () => void = () => undefined;
  /** Called before each token. */
  beforeToken: () => void = () => undefined;
  /** The words that stand in the KV cache of each conversation. */
  readonly #cache = new Map<string, readonly string[]>();
  /** The text under which each turn was sent, and the tokens drawn for it, by its id. */
  readonly #questions = new Map<string, Pick<PromptTurn, "context" | "user">>();
  readonly #answers = new Map<string, readonly number[]>();

  load(): Promise<ModelInfo> {
    if (this.loadError) return Promise.reject(this.loadError);
    this.#changed.fire({ kind: "loading", model: "fake", fraction: 0.5 });
    return Promise.resolve(this.info);
  }

  measure(prompt: Prompt, signal?: AbortSignal): Promise<PromptSize> {
    this.beforeMeasure();
    if (signal?.aborted) return Promise.reject(abortError());
    const turnTokens = prompt.turns.map((turn) => turnWords(turn).length);
    const contextTokens = prompt.turns.map((turn) => wordsOf(turn.context ?? "").length);
    return Promise.resolve({ promptTokens: promptWords(prompt).length, contextSize: this.contextSize, turnTokens, contextTokens });
  }

  countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return Promise.resolve(texts.map((text) => wordsOf(text).length));
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
    this.#check(request, { answered: false });
    this.requests.push(request);
    const { promptTokens, reusedTokens, evaluatedTokens } = this.#evaluate(request, request.fresh === true);
    yield { type: "prefill", done: evaluatedTokens, total: evaluatedTokens, reused: reusedTokens, restored: 0 };
    const words: string[] = [];
    for (const word of (typeof this.script === "string" ? this.script : this.script(request, evaluatedTokens)).split(" ").slice(0, request.maxTokens)) {
      this.beforeToken();
      if (signal.aborted) break;
      await Promise.resolve();
      yield { type: "text", text: `${word} ` };
      words.push(word);
      if (this.dieWith) throw this.dieWith;
    }
    this.#cache.set(request.conversation, [...promptWords(request), ...words]);
    const stats: GenerateStats = { ...noTimes, promptTokens, reusedTokens, evaluatedTokens, generatedTokens: words.length };
    yield this.#done(request, words.map((word) => word.length), stats, signal);
  }

  resume(prompt: Prompt): Promise<ResumeResult> {
    this.#check(prompt, { answered: true });
    this.resumed.push(prompt);
    const { promptTokens, evaluatedTokens } = this.#evaluate(prompt, false);
    return Promise.resolve({ tokens: promptTokens, restoredTokens: 0, evaluatedTokens });
  }

  release(conversation: string): Promise<void> {
    this.#cache.delete(conversation);
    this.released.push(conversation);
    return Promise.resolve();
  }

  forget(conversation: string): Promise<void> {
    this.#cache.delete(conversation);
    this.forgotten.push(conversation);
    return Promise.resolve();
  }

  #done(request: GenerateRequest, tokens: readonly number[], stats: GenerateStats, signal: AbortSignal): GenerateEvent {
    const { id: model, hash: modelHash, format, libraryVersion, device, gpuLayers } = this.info;
    const { sampling, turns } = request;
    const id = turns.at(-1)?.id ?? "";
    if (!this.#answers.has(id)) this.#answers.set(id, tokens); // a reproduction changes nothing
    const origin = { format, libraryVersion, device, gpuLayers, promptHash: hashOf(request, this.promptSalt) };
    return { type: "done", stats, stopReason: stopReasonOf(request, tokens.length, signal), seed: sampling.seed ?? 1, model, modelHash, sampling, tokens, origin };
  }

  #evaluate(prompt: Prompt, fresh: boolean) {
    const words = promptWords(prompt);
    const held = fresh ? [] : (this.#cache.get(prompt.conversation) ?? []);
    const fork = words.findIndex((word, at) => word !== held[at]);
    const reusedTokens = fork < 0 ? Math.min(held.length, words.length) : fork;
    this.#cache.set(prompt.conversation, words);
    return { promptTokens: words.length, reusedTokens, evaluatedTokens: words.length - reusedTokens };
  }

  #check({ turns }: Prompt, { answered }: { answered: boolean }): void {
    assert.equal(new Set(turns.map((turn) => turn.id)).size, turns.length, "a turn was sent twice");
    for (const [at, turn] of turns.entries()) {
      assert.equal(turn.answer !== undefined, answered || at < turns.length - 1, `turn ${at} of ${turns.length}: ${turn.user}`);
      const sent = this.#questions.get(turn.id) ?? turn;
      assert.equal(turn.user, sent.user, "a question was rendered again");
      assert.ok(turn.context === undefined || turn.context === sent.context, "a question's code was rendered again");
      const drawn = turn.answer?.modelHash === this.info.hash ? this.#answers.get(turn.id) : undefined;
      if (drawn) assert.deepEqual(turn.answer?.tokens, drawn, "an answer is not what was drawn");
      this.#questions.set(turn.id, sent);
    }
  }
}

const noTimes = { restoredTokens: 0, timeToFirstTokenMs: 1, decodeTokensPerSecond: 1, prefillTokensPerSecond: 1 };

function stopReasonOf({ maxTokens }: GenerateRequest, drawn: number, signal: AbortSignal): StopReason {
  if (signal.aborted) return "aborted";
  return drawn >= maxTokens ? "maxTokens" : "endOfTurn";
}

function turnWords(turn: PromptTurn): readonly string[] {
  return wordsOf(`${turn.context ?? ""} ${turn.user} ${turn.answer?.text ?? ""}`);
}

function promptWords(prompt: Prompt): readonly string[] {
  return [...wordsOf(prompt.system), ...prompt.turns.flatMap(turnWords)];
}

function hashOf(prompt: Prompt, salt: string): string {
  return createHash("sha256").update([salt, ...promptWords(prompt)].join(" ")).digest("hex");
}

export function chunk(path: string, startLine: number, text: string): RetrievedChunk {
  const endLine = startLine + text.split("\n").length - 1;
  return { path, startLine, endLine, text, score: 1, language: "typescript", hash: `${path}#${startLine}` };
}

export function fakeRetriever(chunks: readonly RetrievedChunk[]): Retriever & { queries: string[] } {
  const queries: string[] = [];
  return {
    queries,
    retrieve({ text }) {
      queries.push(text);
      return Promise.resolve(chunks);
    },
  };
}
