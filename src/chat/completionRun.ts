import { abortError, HearthError } from "../common/errors";
import { t } from "../common/l10n";
import type { ChatModel, GenerateEvent, GenerateRequest, GenerateResult, JsonSchema, ModelInfo, Sampling } from "../engine/ports";
import { guidanceOf } from "./guidanceSettings";
import type { CompletionMemory, Lease } from "./completionMemory";
import type { MessageHistory } from "./messageTurns";
import { wishedSampling } from "./wishedSampling";
import type { ChatSettings } from "./types";

export interface CompletionDeps {
  readonly model: ChatModel;
  /** Read at each request. */
  readonly settings: () => ChatSettings;
  readonly memory: CompletionMemory;
  /** Told of every answer that has ended, stopped ones included. */
  readonly answered?: (result: GenerateResult) => void;
}

/** What a client asks for: a whole history, or a text to go on with. Nothing is added to it, and its values go over the settings. */
export type CompletionWish = CompletionLimits & ({ readonly history: MessageHistory; readonly rawText?: never } | { readonly history?: never; readonly rawText: string });

export interface CompletionLimits extends Pick<GenerateRequest, "stopTexts" | "extras" | "fresh"> {
  readonly sampling?: WishedSampling;
  /** Most tokens of the answer. Default: the setting's, else the model's. */
  readonly maxTokens?: number;
  readonly jsonSchema?: JsonSchema;
}

export type WishedSampling = Partial<Omit<Sampling, "sampler">>;

export type PrefillEvent = Extract<GenerateEvent, { type: "prefill" }>;

/** A completion whose prompt is known to fit. */
export interface Completion {
  readonly info: ModelInfo;
  /** Streams the answer to `onText`. Throws an abort error when it was stopped. */
  readonly generate: (onText: OnText, onPrefill?: OnPrefill) => Promise<GenerateResult>;
}

type OnText = (text: string) => Promise<void> | void;
type OnPrefill = (event: PrefillEvent) => Promise<void> | void;

/**
 * Loads the model if need be, borrows the conversation that the history goes on with, and hands the completion to
 * `use`. Throws "prompt-too-long" before that where the history does not fit the context.
 */
export async function withCompletion<T>(deps: CompletionDeps, wish: CompletionWish, signal: AbortSignal, use: (completion: Completion) => Promise<T>): Promise<T> {
  const { model, memory } = deps;
  const info = await model.load(signal);
  const { lease, prompt } = promptOf(wish, memory, deps.settings());
  try {
    const request = { conversation: lease.conversation, ...prompt, ...limits(wish, deps.settings(), info) };
    await assertFits(request, model, signal);
    return await use({ info, generate: (onText, onPrefill) => generate({ model, request, lease, signal, answered: deps.answered }, onText, onPrefill) });
  } finally {
    lease.release();
  }
}

function promptOf(wish: CompletionWish, memory: CompletionMemory, settings: ChatSettings) {
  const { history, rawText, jsonSchema } = wish;
  if (rawText !== undefined) return { lease: memory.leaseText(rawText), prompt: { system: "", turns: [], rawText } };
  const turns = memory.promptTurns(history);
  const { systemPrompt = "" } = settings;
  const guidance = guidanceOf(settings);
  // A grammar leaves no choice that guidance could make.
  const prompt = { system: history.system ?? systemPrompt, turns, ...(guidance && !jsonSchema && { guidance }) };
  return { lease: memory.lease(turns), prompt };
}

interface Run {
  readonly model: ChatModel;
  readonly request: GenerateRequest;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly answered: CompletionDeps["answered"];
}

async function generate({ model, request, lease, signal, answered }: Run, onText: OnText, onPrefill?: OnPrefill): Promise<GenerateResult> {
  let text = "";
  for await (const event of model.generate(request, signal)) {
    if (event.type === "text") {
      text += event.text;
      await onText(event.text);
    }
    if (event.type === "prefill") await onPrefill?.(event);
    if (event.type !== "done") continue;
    answered?.(event);
    lease.keep({ text, tokens: event.tokens, modelHash: event.modelHash });
    if (event.stopReason === "aborted") throw abortError(t("The answer was stopped."));
    return event;
  }
  throw new HearthError("internal", "The engine's answer had no end.");
}

function limits({ sampling: wished = {}, extras, maxTokens: most, stopTexts, jsonSchema, fresh }: CompletionLimits, { sampling, maxTokens }: ChatSettings, { defaults }: ModelInfo) {
  return {
    ...wishedSampling(wished, extras, { ...defaults.sampling, ...sampling }, sampling.sampler !== undefined),
    maxTokens: most ?? maxTokens ?? defaults.maxTokens,
    ...(stopTexts && { stopTexts }),
    ...(jsonSchema && { jsonSchema }),
    ...(fresh === true && { fresh }),
  };
}

async function assertFits(request: GenerateRequest, model: ChatModel, signal: AbortSignal): Promise<void> {
  const { promptTokens, contextSize } = await model.measure(request, signal);
  if (promptTokens < contextSize) return;
  throw new HearthError("prompt-too-long", t("The messages take {0} tokens, and the context holds {1}.", promptTokens, contextSize), {
    remedy: t("Send fewer or shorter messages, or raise the context size."),
  });
}
