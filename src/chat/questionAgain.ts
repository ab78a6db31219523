import type { Turn } from "./types";

/** Whether the model has seen the turn's question as it stands in the turn. */
export function reachedTheModel(turn: Turn): boolean {
  return turn.status.kind === "done" || (turn.status.kind === "failed" && turn.answerText !== "");
}

/**
 * A turn that asks `old`'s question once more. What the model saw is taken over as it was rendered, so that the same
 * tokens stand in the KV cache; a question that never reached the model is searched and rendered anew.
 */
export function questionAgain(old: Turn, again: Turn): Turn {
  if (!reachedTheModel(old)) return again;
  const { codeText, userText, citations, window } = old;
  return { ...again, codeText, userText, citations, window };
}
