import { branchOf } from "./conversation";
import type { ConversationSummary } from "./store";
import type { Conversation } from "./types";

const searchedLength = 1000;

export function summaryOf(conversation: Conversation): ConversationSummary {
  const { id, title, createdAt, turns, pinned = false, session } = conversation;
  const branch = branchOf(conversation);
  return {
    id,
    title,
    createdAt,
    updatedAt: turns.length === 0 ? createdAt : turns.reduce((latest, { askedAt }) => Math.max(latest, askedAt), 0),
    turns: branch.length,
    messages: branch.length + branch.filter(({ answerText }) => answerText !== "").length,
    pinned,
    questions: turns.map(({ question }) => question.text.slice(0, searchedLength)).join("\n"),
    ...(session !== undefined && { session }),
  };
}

export function newestFirst(summaries: readonly ConversationSummary[]): readonly ConversationSummary[] {
  return [...summaries].sort((a, b) => b.updatedAt - a.updatedAt);
}
