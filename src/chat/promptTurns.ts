import type { PromptTurn } from "../engine/ports";
import { branchTo, historyOf } from "./conversation";
import type { Conversation, Turn, TurnWindow } from "./types";

/** The answered turns of the branch that ends with `parent`, as the engine takes them, less what the window leaves out. */
export function historyTurns(conversation: Conversation, parent: string | undefined, window: TurnWindow): readonly PromptTurn[] {
  return promptHistory(branchTo(conversation, parent), window);
}

/** The same of any branch. */
export function promptHistory(branch: readonly Turn[], window: TurnWindow): readonly PromptTurn[] {
  const [dropped, withoutCode] = [new Set(window.dropped), new Set(window.withoutCode)];
  return historyOf(branch)
    .filter((turn) => !dropped.has(turn.id))
    .map((turn) => ({ ...questionTurn(withoutCode.has(turn.id) ? { ...turn, codeText: "" } : turn), answer: promptAnswer(turn) }));
}

/** The question as the engine takes it, without its answer. */
export function questionTurn({ id, parent, codeText, userText }: Turn): PromptTurn {
  return { id, ...(parent !== undefined && { continues: true }), ...(codeText !== "" && { context: codeText }), user: userText };
}

/** What the engine is told of an answer; its exact tokens count only under the model that drew them. */
function promptAnswer(turn: Turn): NonNullable<PromptTurn["answer"]> {
  if (turn.status.kind !== "done") return { text: turn.answerText };
  return { text: turn.answerText, tokens: turn.answerTokens, modelHash: turn.status.record.modelHash };
}
