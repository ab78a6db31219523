import { t } from "../common/l10n";
import type { ChatModel } from "../engine/ports";
import { branchOf } from "./conversation";
import { writeSummary } from "./conversationSummary";
import { loadModel } from "./loadModel";
import { checkFollowsInstructions } from "./onlyAnswers";
import { measurePrompt, promptScope, type PromptScope } from "./promptScope";
import { limitTurns, shownTurns, startingWindow, withLeft } from "./turnWindow";
import type { ChatEvent, ChatSettings, Conversation, Turn, TurnWindow } from "./types";
import { userMessage } from "./userMessage";

export interface CompactDeps {
  readonly model: ChatModel;
  readonly settings: ChatSettings;
}

/**
 * Folds all turns of the branch that is shown, but the last, into a summary, and says how many tokens that frees. The
 * next question takes the summary in. Undefined when nothing was changed; a notice says why. Throws what loading
 * throws, "model-too-small", and an abort error.
 */
export async function* compactBranch(
  { model, settings }: CompactDeps,
  conversation: Conversation,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, Conversation["compacted"], undefined> {
  const { leaf } = conversation;
  const branch = branchOf(conversation);
  const window = limitTurns(startingWindow(conversation, { id: "", parent: leaf }), branch, settings.turnWindow);
  const turns = shownTurns(branch, window).slice(0, -1);
  if (leaf === undefined || turns.length === 0) {
    yield { type: "notice", text: t("There is nothing to compact: the model sees one question at most.") };
    return undefined;
  }
  const info = yield* loadModel(model, signal);
  checkFollowsInstructions(info);
  const scope = promptScope({ model, settings }, info, conversation, leaf, signal);
  const compacted = yield* fold(scope, `${leaf}/summary`, window, turns);
  return compacted && { leaf, window: compacted };
}

async function* fold(scope: PromptScope, id: string, window: TurnWindow, turns: readonly Turn[]): AsyncGenerator<ChatEvent, TurnWindow | undefined, undefined> {
  const outcome = yield* writeSummary(scope, { id, window, shortened: { ...window, withoutCode: codeIds(scope) }, turns });
  if (outcome.kind === "failed") {
    yield { type: "notice", text: t("The summary could not be written, so nothing was changed. {0}", outcome.reason) };
    return undefined;
  }
  const compacted = { ...withLeft(window, turns), summary: outcome.text };
  const freed = (await tokensWith(scope, window)) - (await tokensWith(scope, compacted));
  if (freed <= 0) {
    yield { type: "notice", text: t("The earlier questions take no more room than their summary would, so nothing was changed.") };
    return undefined;
  }
  yield { type: "notice", text: foldedText(turns.length, freed) };
  return compacted;
}

function foldedText(turns: number, freed: number): string {
  if (turns === 1) return t("1 question folded into a summary: {0} tokens are free again.", freed);
  return t("{0} questions folded into a summary: {1} tokens are free again.", turns, freed);
}

/** Tokens of the prompt that an empty question would have. */
async function tokensWith(scope: PromptScope, window: TurnWindow): Promise<number> {
  const question = userMessage({ text: "", attachments: [] }, window.summary);
  return (await measurePrompt(scope, window, { id: `${scope.conversation}/empty`, user: question })).promptTokens;
}

function codeIds(scope: PromptScope): readonly string[] {
  return scope.branch.filter((turn) => turn.codeText !== "").map((turn) => turn.id);
}
