import { abortError, HearthError } from "../common/errors";
import { t } from "../common/l10n";
import type { ChatModel, GenerateRequest, GenerateResult, ModelInfo, Sampling } from "../engine/ports";
import type { CompletionMemory, Lease } from "./completionMemory";
import type { MessageHistory } from "./messageTurns";
import type { ChatSettings } from "./types";

export interface CompletionDeps {
  readonly model: ChatModel;
  /** Read at each request. */
  readonly settings: () => ChatSettings;
  readonly memory: CompletionMemory;
}

/** What a client asks for: a whole history, to which nothing is added, and values that go over the settings. */
export interface CompletionWish {
  readonly history: MessageHistory;
  readonly sampling?: Partial<Pick<Sampling, "temperature" | "topP" | "seed">>;
  /** Most tokens of the answer. Default: the setting's, else the model's. */
  readonly maxTokens?: number;
}

/** A completion whose prompt is known to fit. */
export interface Completion {
  readonly info: ModelInfo;
  /** Streams the answer to `onText`. Throws an abort error when it was stopped. */
  readonly generate: (onText: (text: string) => Promise<void> | void) => Promise<GenerateResult>;
}

/**
 * Loads the model if need be, borrows the conversation that the history goes on with, and hands the completion to
 * `use`. Throws "prompt-too-long" before that where the history does not fit the context.
 */
export async function withCompletion<T>(deps: CompletionDeps, wish: CompletionWish, signal: AbortSignal, use: (completion: Completion) => Promise<T>): Promise<T> {
  const { model, memory } = deps;
  const info = await model.load(signal);
  const turns = memory.promptTurns(wish.history);
  const lease = memory.lease(turns);
  try {
    const system = wish.history.system ?? deps.settings().systemPrompt ?? "";
    const request = { conversation: lease.conversation, system, turns, ...limits(wish, deps.settings(), info) };
    await assertFits(request, model, signal);
    return await use({ info, generate: (onText) => generate({ model, request, lease, signal }, onText) });
  } finally {
    lease.release();
  }
}

interface Run {
  readonly model: ChatModel;
  readonly request: GenerateRequest;
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

async function generate({ model, request, lease, signal }: Run, onText: (text: string) => Promise<void> | void): Promise<GenerateResult> {
  let text = "";
  for await (const event of model.generate(request, signal)) {
    if (event.type === "text") {
      text += event.text;
      await onText(event.text);
    }
    if (event.type !== "done") continue;
    lease.keep({ text, tokens: event.tokens, modelHash: event.modelHash });
    if (event.stopReason === "aborted") throw abortError(t("The answer was stopped."));
    return event;
  }
  throw new HearthError("internal", "The engine's answer had no end.");
}

function limits(wish: CompletionWish, { sampling, maxTokens }: ChatSettings, { defaults }: ModelInfo) {
  return {
    sampling: wishedSampling(wish.sampling ?? {}, { ...defaults.sampling, ...sampling }, sampling.sampler !== undefined),
    maxTokens: wish.maxTokens ?? maxTokens ?? defaults.maxTokens,
  };
}

/**
 * A wish for a temperature or a top-p means a draw by them, so it chooses the sampler too where the person has not: a
 * `top-k` default ignores top-p, and a greedy one the temperature.
 */
function wishedSampling(wish: NonNullable<CompletionWish["sampling"]>, base: Sampling, samplerIsSet: boolean): Sampling {
  const draws = wish.topP !== undefined || (wish.temperature !== undefined && wish.temperature > 0 && base.sampler === "greedy");
  return { ...base, ...(draws && !samplerIsSet && { sampler: "top-p" as const }), ...wish };
}

async function assertFits(request: GenerateRequest, model: ChatModel, signal: AbortSignal): Promise<void> {
  const { promptTokens, contextSize } = await model.measure(request, signal);
  if (promptTokens < contextSize) return;
  throw new HearthError("prompt-too-long", t("The messages take {0} tokens, and the context holds {1}.", promptTokens, contextSize), {
    remedy: t("Send fewer or shorter messages, or raise the context size."),
  });
}
