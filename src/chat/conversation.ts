import { randomUUID } from "node:crypto";
import { t } from "../common/l10n";
import type { Conversation, Question, Turn, TurnWindow } from "./types";

const titleLength = 60;

/** The window of a first turn: everything is in the prompt. */
const fullWindow: TurnWindow = { dropped: [], withoutCode: [] };

export function newConversation(now = Date.now()): Conversation {
  return { id: randomUUID(), title: t("New chat"), createdAt: now, turns: [], leaf: undefined };
}

/** A turn that is to be answered, after the turn `parent`; `window` is what that one left out (`windowOf`). */
export function newTurn(question: Question, parent: string | undefined, window: TurnWindow = fullWindow, now = Date.now()): Turn {
  return {
    id: randomUUID(),
    parent,
    question,
    codeText: "",
    userText: question.text,
    answerText: "",
    answerTokens: [],
    citations: [],
    status: { kind: "running" },
    window,
    askedAt: now,
  };
}

/**
 * Adds the turn and shows its branch, or puts it in the place of the one with its id. The first question names a
 * conversation that the person gave no title.
 */
export function withTurn(conversation: Conversation, turn: Turn): Conversation {
  const { turns } = conversation;
  const known = turns.some((other) => other.id === turn.id);
  if (known) return { ...conversation, turns: turns.map((other) => (other.id === turn.id ? turn : other)) };
  const title = turns.length === 0 && conversation.titled !== true ? titleOf(turn.question.text) : conversation.title;
  return { ...conversation, title, turns: [...turns, turn], leaf: turn.id };
}

export function turnOf(conversation: Conversation, id: string | undefined): Turn | undefined {
  return conversation.turns.find((turn) => turn.id === id);
}

/** The branch that is shown, from its first turn to its last. */
export function branchOf(conversation: Conversation): readonly Turn[] {
  return branchTo(conversation, conversation.leaf);
}

/** The turns from a first one to `leaf`; none for undefined. */
export function branchTo(conversation: Conversation, leaf: string | undefined): readonly Turn[] {
  const byId = new Map(conversation.turns.map((turn) => [turn.id, turn]));
  const branch: Turn[] = [];
  let turn = leaf === undefined ? undefined : byId.get(leaf);
  while (turn) {
    branch.push(turn);
    turn = turn.parent === undefined ? undefined : byId.get(turn.parent);
  }
  return branch.reverse();
}

/** The turns that stand in the same place, this one included, in the order in which they were asked; empty: no such turn. */
export function siblingsOf(conversation: Conversation, turnId: string): readonly Turn[] {
  const turn = turnOf(conversation, turnId);
  return turn ? conversation.turns.filter((other) => other.parent === turn.parent) : [];
}

/** What the next turn of the branch that is shown leaves out. */
export function windowOf(conversation: Conversation): TurnWindow {
  return windowAfter(conversation, conversation.leaf);
}

/**
 * What a new turn after `parent` leaves out: what was folded by hand after it, or what its own prompt left out. The
 * summary of its prompt stands in its user message already and is not written again.
 */
export function windowAfter(conversation: Conversation, parent: string | undefined): TurnWindow {
  if (parent !== undefined && conversation.compacted?.leaf === parent) return conversation.compacted.window;
  const window = turnOf(conversation, parent)?.window ?? fullWindow;
  return { dropped: window.dropped, withoutCode: window.withoutCode };
}

/** With the title that a person gave, or without any, with that of the first question. */
export function renamed(conversation: Conversation, title: string): Conversation {
  const own = title.replaceAll(/\s+/g, " ").trim();
  if (own !== "") return { ...conversation, title: own, titled: true };
  return { ...conversation, title: titleOf(conversation.turns[0]?.question.text ?? ""), titled: false };
}

/** The first line of a question, cut at a word. */
export function titleOf(question: string): string {
  const line = question.trim().split("\n", 1)[0] ?? "";
  if (line.length <= titleLength) return line || t("New chat");
  const cut = line.slice(0, titleLength);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), titleLength / 2)).trimEnd()}…`;
}

/**
 * The turns of a branch that the model may see before a new one, whether the context has room for them or not. A turn
 * without any answer, and one that only listed search results, would show it a question nobody answered, so they stay out.
 */
export function historyOf(branch: readonly Turn[]): readonly Turn[] {
  return branch.filter((turn) => turn.answerText !== "" && (turn.status.kind === "done" || turn.status.kind === "failed"));
}
