import { randomUUID } from "node:crypto";
import type { PromptTurn } from "../engine/ports";
import type { Conversation, Question, Turn } from "./types";

const titleLength = 60;

export function newConversation(now = Date.now()): Conversation {
  return { id: randomUUID(), title: "New chat", createdAt: now, turns: [] };
}

export function newTurn(question: Question, now = Date.now()): Turn {
  return {
    id: randomUUID(),
    question,
    userText: question.text,
    answerText: "",
    answerTokens: [],
    citations: [],
    status: { kind: "running" },
    dropped: false,
    askedAt: now,
  };
}

/** Adds the turn, or puts it in the place of the one with its id. The first question names the conversation. */
export function withTurn(conversation: Conversation, turn: Turn): Conversation {
  const known = conversation.turns.some((other) => other.id === turn.id);
  const turns = known ? conversation.turns.map((other) => (other.id === turn.id ? turn : other)) : [...conversation.turns, turn];
  const title = conversation.turns.length === 0 ? titleOf(turn.question.text) : conversation.title;
  return { ...conversation, title, turns };
}

/** Marks exactly the turns with these ids as outside of the context. */
export function withDropped(conversation: Conversation, ids: ReadonlySet<string>): Conversation {
  const turns = conversation.turns.map((turn) => (turn.dropped === ids.has(turn.id) ? turn : { ...turn, dropped: ids.has(turn.id) }));
  return { ...conversation, turns };
}

/** The first line of a question, cut at a word. */
export function titleOf(question: string): string {
  const line = question.trim().split("\n", 1)[0] ?? "";
  if (line.length <= titleLength) return line || "New chat";
  const cut = line.slice(0, titleLength);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), titleLength / 2)).trimEnd()}…`;
}

/**
 * The turns that the model may see before a new one, whether the context has room for them or not. A turn without any
 * answer, and one that only listed search results, would show it a question nobody answered, so they stay out.
 */
export function historyOf(conversation: Conversation): readonly Turn[] {
  return conversation.turns.filter((turn) => turn.answerText !== "" && (turn.status.kind === "done" || turn.status.kind === "failed"));
}

/** What the engine is told of an answer; its exact tokens count only under the model that drew them. */
export function promptAnswer(turn: Turn): NonNullable<PromptTurn["answer"]> {
  if (turn.status.kind !== "done") return { text: turn.answerText };
  return { text: turn.answerText, tokens: turn.answerTokens, modelHash: turn.status.record.modelHash };
}
