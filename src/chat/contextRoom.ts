import { t } from "../common/l10n";
import type { PromptSize } from "../engine/ports";
import { excessTokens, type FoundTokens, hasAmpleRoom, hasRoomForSummary, type Leaving, type Need, needOf, planLeaving, promptReserve } from "./contextBudget";
import { contextFullError, leftText, tooLongError } from "./contextMessages";
import { writeSummary } from "./conversationSummary";
import { measurePrompt, type PromptScope } from "./promptScope";
import { questionTurn } from "./promptTurns";
import { carrySummary, limitTurns, returningTurns, shownTurns, turnsWithCode, withLeft, withReturned } from "./turnWindow";
import type { ChatEvent, Turn, TurnWindow } from "./types";
import { userMessage } from "./userMessage";

/** A question with the window that its prompt will have, and the size of that prompt, still without new code. */
export interface RoomyTurn {
  readonly turn: Turn;
  readonly size: PromptSize;
}

/**
 * Decides what a question's prompt leaves out, and says so. Turns beyond the window of turns stay out, and those that
 * had left come back when there is ample room. When the context is full the code of old turns leaves first, then the
 * oldest turns, folded into a summary or dropped. Throws "prompt-too-long" and "context-full".
 *
 * @param found of the code that was found for the question
 */
export async function* makeRoom(scope: PromptScope, turn: Turn, found: FoundTokens): AsyncGenerator<ChatEvent, RoomyTurn, undefined> {
  const limited = limitTurns(turn.window, scope.branch, scope.settings.turnWindow);
  const draft = yield* takeBack(scope, await withWindow(scope, turn, limited), found);
  const roomy = yield* leave(scope, draft, planLeaving(draft.size, need(scope, draft.size, found)));
  if (carrySummary(roomy.turn.window, scope.branch).summary !== roomy.turn.window.summary) yield notice(t("The question leaves no room for the summary of the earlier ones."));
  return roomy;
}

/**
 * Renders the question for a window and measures the prompt. A summary that the question leaves no room for stays out;
 * a question that is too long even alone is refused.
 */
async function withWindow(scope: PromptScope, turn: Turn, window: TurnWindow): Promise<RoomyTurn> {
  const carried = carrySummary(window, scope.branch);
  const draft = await rendered(scope, turn, carried);
  if (excessTokens(draft.size, scope.maxTokens) === 0) return draft;
  const { dropped, withoutCode } = carried;
  const bare = carried.summary === undefined ? draft : await rendered(scope, turn, { dropped, withoutCode });
  if (excessTokens(bare.size, scope.maxTokens) > 0) throw await tooLongError(scope, turn.question, bare.size);
  return bare;
}

async function rendered(scope: PromptScope, turn: Turn, window: TurnWindow): Promise<RoomyTurn> {
  const draft: Turn = { ...turn, window, userText: userMessage(turn.question, window.summary) };
  return { turn: draft, size: await measurePrompt(scope, window, questionTurn(draft)) };
}

async function* takeBack(scope: PromptScope, draft: RoomyTurn, found: FoundTokens): AsyncGenerator<ChatEvent, RoomyTurn, undefined> {
  const { window } = draft.turn;
  const turns = returningTurns(window, scope.branch, scope.settings.turnWindow);
  if (turns.length === 0) return draft;
  const whole = await withWindow(scope, draft.turn, withReturned(window, turns));
  if (!hasAmpleRoom(whole.size, need(scope, whole.size, found))) return draft;
  yield notice(turns.length === 1 ? t("The context has room again: 1 question came back.") : t("The context has room again: {0} questions came back.", turns.length));
  return whole;
}

/**
 * By the person's setting, whatever was answered for this question: so that what was said would leave does. Nobody is
 * asked for the sake of code alone: then there is less of it.
 */
function need(scope: PromptScope, size: PromptSize, found: FoundTokens): Need {
  const policy = scope.settings.contextFull;
  const wanted = needOf(size, promptReserve(size.contextSize, scope.maxTokens, policy), found, scope.codeShare);
  return policy === "ask" ? { ...wanted, firmCode: 0 } : wanted;
}

async function* leave(scope: PromptScope, draft: RoomyTurn, leaving: Leaving): AsyncGenerator<ChatEvent, RoomyTurn, undefined> {
  if (leaving.turns > 0 && scope.whenFull === "ask") throw contextFullError(leaving.turns);
  const { window } = draft.turn;
  const shown = shownTurns(scope.branch, window);
  const turns = shown.slice(0, leaving.turns);
  const withCode = new Set(turnsWithCode(scope.branch, window));
  const codeOf = shown.slice(leaving.turns, leaving.code).filter((turn) => withCode.has(turn));
  if (turns.length === 0 && codeOf.length === 0) return draft;
  const left = withLeft(window, turns, codeOf);
  const folds = turns.length > 0 && scope.whenFull === "summarise" && hasRoomForSummary(draft.size, scope.maxTokens);
  const summary = folds ? yield* fold(scope, draft.turn, { turns, shortened: withLeft(window, [], shown.slice(0, leaving.code)) }) : undefined;
  yield notice(leftText({ turns: turns.length, code: codeOf.length, folded: summary !== undefined }));
  return withWindow(scope, draft.turn, summary === undefined ? left : { ...left, summary });
}

async function* fold(
  scope: PromptScope,
  turn: Turn,
  { turns, shortened }: { readonly turns: readonly Turn[]; readonly shortened: TurnWindow },
): AsyncGenerator<ChatEvent, string | undefined, undefined> {
  const outcome = yield* writeSummary(scope, { id: `${turn.id}/summary`, window: turn.window, shortened, turns });
  if (outcome.kind === "written") return outcome.text;
  yield notice(t("The summary could not be written. {0}", outcome.reason));
  return undefined;
}

function notice(text: string): ChatEvent {
  return { type: "notice", text };
}
