import { Emitter } from "../../../src/common/emitter";
import { abortError, type HearthError } from "../../../src/common/errors";
import type { ChatModel, EngineState, GenerateEvent, GenerateRequest, ModelInfo, Prompt, PromptSize } from "../../../src/engine/ports";
import type { RetrievedChunk, Retriever } from "../../../src/rag/ports";

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
  threads: 1,
  loadMs: 1,
  defaults: {
    sampling: { sampler: "top-p", temperature: 0.2, topK: 40, topP: 0.9, minP: 0, repeatPenalty: 1 },
    maxTokens: 50,
    systemPrompt: "Be brief.",
  },
};

const words = (text: string) => text.split(/\s+/).filter(Boolean).length;

/** A model whose tokens are words; it answers with the words of `script`, one event each. */
export class FakeModel implements ChatModel {
  readonly requests: GenerateRequest[] = [];
  readonly forgotten: string[] = [];
  readonly #changed = new Emitter<EngineState>();
  readonly onDidChangeState = this.#changed.subscribe;
  state: EngineState = { kind: "idle", model: "fake" };
  script = "An answer .";
  loadError: HearthError | undefined;
  /** Thrown in the middle of the next answer. */
  dieWith: Error | undefined;
  contextSize = info.contextSize;
  beforeMeasure: () => void = () => undefined;
  /** Called before each token. */
  beforeToken: () => void = () => undefined;

  load(): Promise<ModelInfo> {
    if (this.loadError) return Promise.reject(this.loadError);
    this.#changed.fire({ kind: "loading", model: "fake", fraction: 0.5 });
    return Promise.resolve(info);
  }

  measure(prompt: Prompt, signal?: AbortSignal): Promise<PromptSize> {
    this.beforeMeasure();
    if (signal?.aborted) return Promise.reject(abortError());
    const turnTokens = prompt.turns.map((turn) => words(turn.user) + words(turn.answer?.text ?? ""));
    const promptTokens = words(prompt.system) + turnTokens.reduce((a, b) => a + b, 0);
    return Promise.resolve({ promptTokens, contextSize: this.contextSize, turnTokens });
  }

  countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return Promise.resolve(texts.map(words));
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
    this.requests.push(request);
    yield { type: "prefill", done: 1, total: 1, reused: 0 };
    const tokens: number[] = [];
    for (const word of this.script.split(" ")) {
      this.beforeToken();
      if (signal.aborted) break;
      await Promise.resolve();
      yield { type: "text", text: `${word} ` };
      tokens.push(word.length);
      if (this.dieWith) throw this.dieWith;
    }
    const { promptTokens } = await this.measure(request);
    const stats = {
      promptTokens,
      reusedTokens: 0,
      evaluatedTokens: promptTokens,
      generatedTokens: tokens.length,
      timeToFirstTokenMs: 1,
      decodeTokensPerSecond: 1,
      prefillTokensPerSecond: 1,
    };
    const stopReason = signal.aborted ? "aborted" : "endOfTurn";
    const { sampling } = request;
    yield { type: "done", stats, stopReason, seed: sampling.seed ?? 1, model: "fake", modelHash: "f00d", sampling, tokens };
  }

  forget(conversation: string): Promise<void> {
    this.forgotten.push(conversation);
    return Promise.resolve();
  }
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
