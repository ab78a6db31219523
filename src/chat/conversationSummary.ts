import { abortError, describeError, isAbortError } from "../common/errors";
import { t } from "../common/l10n";
import type { GenerateEvent, Prompt, PromptSize, PromptTurn, Sampling } from "../engine/ports";
import { summaryTokens } from "./contextBudget";
import { titleOf } from "./conversation";
import { measurePrompt, promptOf, type PromptScope } from "./promptScope";
import { shownTurns, withLeft } from "./turnWindow";
import type { ChatEvent, Turn, TurnWindow } from "./types";
import { userMessage } from "./userMessage";

/** A summary to be written by the model. */
export interface SummaryRequest {
  /** Id of the turn that asks for it; it is cut out of the KV cache together with what is folded. */
  readonly id: string;
  /** What the prompt leaves out now; with it the history stands in the KV cache already. */
  readonly window: TurnWindow;
  /** The same less the code that leaves anyway: for a context that is too full for a request. */
  readonly shortened: TurnWindow;
  /** The oldest turns, which are folded. */
  readonly turns: readonly Turn[];
}

export type SummaryOutcome = { readonly kind: "written"; readonly text: string } | { readonly kind: "failed"; readonly reason: string };

/** Summaries are for the model itself: the likeliest words are the right ones. */
const greedy: Sampling = { sampler: "greedy", temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 0 };

/**
 * Has the model sum up the oldest turns, as one more turn of the conversation, so that nothing is evaluated but the
 * request. Throws an abort error when it is stopped; everything else that goes wrong is the outcome's.
 */
export async function* writeSummary(scope: PromptScope, request: SummaryRequest): AsyncGenerator<ChatEvent, SummaryOutcome, undefined> {
  yield { type: "compacting", turns: request.turns.length };
  try {
    const made = await requestPrompt(scope, request);
    if (!made) return { kind: "failed", reason: t("The context has no room for it.") };
    return yield* generateSummary(scope, request, made);
  } catch (error) {
    if (isAbortError(error)) throw error;
    return { kind: "failed", reason: describeError(error) };
  }
}

interface SummaryPrompt {
  readonly prompt: Prompt;
  readonly maxTokens: number;
}

/**
 * The whole history where it fits, since it stands in the cache. Otherwise as many of the oldest turns as fit, which
 * costs reading the newer ones again afterwards.
 */
async function requestPrompt(scope: PromptScope, request: SummaryRequest): Promise<SummaryPrompt | undefined> {
  for (const window of [request.window, request.shortened]) {
    const question = requestTurn(request, request.turns.length);
    const size = await measurePrompt(scope, window, question);
    if (overfull(size) <= 0) return { prompt: promptOf(scope, window, question), maxTokens: summaryTokens(size.contextSize) };
  }
  return oldestTurnsPrompt(scope, request);
}

async function oldestTurnsPrompt(scope: PromptScope, request: SummaryRequest): Promise<SummaryPrompt | undefined> {
  const size = await measurePrompt(scope, request.shortened, requestTurn(request, request.turns.length));
  let excess = overfull(size);
  let fitting = size.turnTokens.length - 1;
  while (excess > 0 && fitting > 0) excess -= size.turnTokens[--fitting] ?? 0;
  const count = Math.min(fitting, request.turns.length);
  if (count === 0) return undefined;
  const newer = shownTurns(scope.branch, request.shortened).slice(count);
  const prompt = promptOf(scope, withLeft(request.shortened, newer), requestTurn(request, count));
  return { prompt, maxTokens: summaryTokens(size.contextSize) };
}

/** By how many tokens the request and its summary exceed the context. */
function overfull(size: PromptSize): number {
  return size.promptTokens + summaryTokens(size.contextSize) + 1 - size.contextSize;
}

/** An earlier summary that stands in none of the turns is given along, so that the new one holds it, too. */
function requestTurn(request: SummaryRequest, count: number): PromptTurn {
  const last = request.turns[count - 1];
  const end = last === undefined ? "" : `, up to and including the question "${titleOf(last.question.text)}"`;
  const text =
    `Summarise our conversation from its beginning${end}, so that we can go on without it. ` +
    "Keep what was asked, found and decided, the names of files and functions, and what is still open. Write plain text, as short as you can.";
  return { id: request.id, user: userMessage({ text, attachments: [] }, request.window.summary) };
}

async function* generateSummary(
  scope: PromptScope,
  request: SummaryRequest,
  { prompt, maxTokens }: SummaryPrompt,
): AsyncGenerator<ChatEvent, SummaryOutcome, undefined> {
  let text = "";
  for await (const event of scope.model.generate({ ...prompt, sampling: greedy, maxTokens }, scope.signal)) {
    if (event.type === "text") text += event.text;
    if (event.type === "done") return outcomeOf(text, event);
    yield* progressOf(event, request);
  }
  return { kind: "failed", reason: t("The model gave no answer.") };
}

/** Reading the request is no news; reading a conversation that the cache had lost may take minutes. */
function* progressOf(event: GenerateEvent, request: SummaryRequest): Generator<ChatEvent, void, undefined> {
  if (event.type === "load") yield { type: "loading", fraction: event.fraction };
  if (event.type !== "prefill" || event.done === 0) return;
  yield event.done < event.total ? event : { type: "compacting", turns: request.turns.length };
}

function outcomeOf(text: string, { stopReason }: Extract<GenerateEvent, { type: "done" }>): SummaryOutcome {
  if (stopReason === "aborted") throw abortError();
  if (stopReason === "modelChanged") return { kind: "failed", reason: t("The model was changed meanwhile.") };
  const whole = stopReason === "maxTokens" || stopReason === "contextFull" ? wholeSentences(text.trim()) : text.trim();
  return whole === "" ? { kind: "failed", reason: t("The model wrote nothing.") } : { kind: "written", text: whole };
}

/** A summary that was cut at its limit ends with its last sentence, unless that would cost more than half of it. */
function wholeSentences(text: string): string {
  const end = Math.max(...[...text.matchAll(/[.!?](?=\s)|\n/g)].map((match) => match.index + 1), 0);
  return end > text.length / 2 ? text.slice(0, end).trimEnd() : `${text}…`;
}
