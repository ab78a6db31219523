import { abortError, describeError, HearthError, isAbortError } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import type { ChatModel, GenerateRequest } from "../engine/ports";
import { type AnswerAgain, type CacheForm, compareAnswers } from "./compareAnswers";
import { branchTo, siblingsOf } from "./conversation";
import { isReproducible, type Reproducible, reproducible, reproductionRequest } from "./reproductionRequest";
import type { Conversation, Reproduction, Turn } from "./types";

interface ReproduceDeps {
  readonly model: ChatModel;
  readonly log: Log;
}

interface Scope {
  readonly model: ChatModel;
  readonly form: CacheForm;
  readonly conversation: Conversation;
  readonly signal: AbortSignal;
}

/** An answer that is computed on the way to the wanted one. */
interface Step {
  readonly answer: Reproducible;
  /** Its prompt alone counts: a later one shares the front of it. */
  readonly promptOnly: boolean;
}

function otherPortions(): string {
  return t(
    "Model, library and device are the same. But its prompt may have been read in other portions then, since part of it stood in the model's memory, or the machine was slower or faster. That rounds the numbers otherwise, which can be enough for another token.",
  );
}

/**
 * Computes an answer once more: the prompt that it was given, evaluated from nothing, with its sampling and seed. When
 * that gives other tokens although nothing has changed, the answers before it are computed again too, as they were.
 * Throws "bad-use" for an answer that did not keep what it takes, and what loading throws. The conversation and its KV
 * state stay as they are: this has one of its own, which is gone afterwards.
 */
export async function reproduceAnswer({ model, log }: ReproduceDeps, conversation: Conversation, turn: Turn, signal: AbortSignal): Promise<Reproduction> {
  const wanted = reproducible(turn);
  try {
    return await reproduce({ model, form: await model.load(signal), conversation, signal }, wanted);
  } catch (error) {
    if (isAbortError(error)) return { kind: "stopped" };
    throw error;
  } finally {
    const { conversation: id } = reproductionRequest(conversation, wanted, true);
    await model.forget(id).catch((error: unknown) => log.write("warn", `The engine did not forget a reproduction: ${describeError(error)}`));
  }
}

/** A server reads the questions of many people together, and in portions of its own. */
function serverPortions(): string {
  return t("A server computes answers of several people together, which rounds the numbers otherwise each time; that can be enough for another token.");
}

async function reproduce(scope: Scope, wanted: Reproducible): Promise<Reproduction> {
  const result = compareAnswers(wanted, await answer(scope, wanted, true), scope.form);
  if (result.kind === "same" || result.reason !== undefined) return result;
  if (wanted.record.origin.device === "server") return { ...result, reason: serverPortions() };
  const wasReused = wanted.record.stats.reusedTokens > 0;
  return (wasReused ? await replay(scope, wanted) : undefined) ?? { ...result, reason: otherPortions() };
}

/**
 * Batches of tokens round otherwise than single ones (llama.cpp's kernels depend on the batch), so a prompt that is read
 * in one go leaves other numbers in the KV cache than a conversation that grew. This lets it grow again, from the last
 * turn that was read whole. Undefined when an answer comes out otherwise.
 */
async function replay(scope: Scope, wanted: Reproducible): Promise<Reproduction | undefined> {
  for (const [at, { answer: step, promptOnly }] of grownSteps(scope.conversation, wanted).entries()) {
    const came = await answer(scope, step, at === 0, promptOnly);
    if (promptOnly) continue;
    const result = compareAnswers(step, came, scope.form);
    if (result.kind !== "same") return undefined;
    if (step.turn.id === wanted.turn.id) return result;
  }
  return undefined;
}

function grownSteps(conversation: Conversation, { turn }: Reproducible): readonly Step[] {
  const answers = branchTo(conversation, turn.id).filter(isReproducible).map(reproducible);
  const first = answers.findLastIndex(({ record }) => record.stats.reusedTokens === 0);
  return answers.slice(Math.max(0, first)).flatMap((answer) => [...sharedFronts(conversation, answer), { answer, promptOnly: false }]);
}

/** The earlier versions of a turn: what a question that was asked again, or changed, has in common with them was read with them. */
function sharedFronts(conversation: Conversation, { turn, record }: Reproducible): readonly Step[] {
  if (record.stats.reusedTokens === 0) return [];
  const versions = siblingsOf(conversation, turn.id);
  const earlier = versions.slice(0, versions.findIndex(({ id }) => id === turn.id)).filter(isReproducible);
  return earlier.map((version) => ({ answer: reproducible(version), promptOnly: true }));
}

async function answer({ model, conversation, signal }: Scope, wanted: Reproducible, fresh: boolean, promptOnly = false): Promise<AnswerAgain> {
  const request = reproductionRequest(conversation, wanted, fresh);
  const result = await lastEvent(model, promptOnly ? { ...request, maxTokens: 1 } : request, signal);
  if (result.stopReason === "aborted") throw abortError(t("The reproduction was stopped."));
  return result;
}

async function lastEvent(model: ChatModel, request: GenerateRequest, signal: AbortSignal): Promise<AnswerAgain> {
  let text = "";
  for await (const event of model.generate(request, signal)) {
    if (event.type === "text") text += event.text;
    if (event.type === "done") return { ...event, text };
  }
  throw new HearthError("internal", "The engine's answer had no end.");
}
