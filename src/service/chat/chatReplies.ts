import { branchOf } from "../../chat/conversation";
import type { ConversationSummary } from "../../chat/store";
import { summaryOf } from "../../chat/summaryOf";
import type { AnswerRecord, Citation, Conversation, Turn } from "../../chat/types";

/** One question or answer, as clients see it. */
export type Message = QuestionMessage | AnswerMessage;

interface QuestionMessage {
  readonly role: "user";
  readonly conversation_id: string;
  readonly content: string;
  readonly created_at: string;
}

interface AnswerMessage {
  readonly role: "assistant";
  readonly conversation_id: string;
  readonly content: string;
  /** When it was asked for. */
  readonly created_at: string;
  readonly status: Turn["status"]["kind"];
  readonly model: string | null;
  readonly stop_reason: AnswerRecord["stopReason"] | null;
  readonly sources: readonly Source[];
}

export interface Source {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly symbol: string | null;
}

/** A conversation of an earlier version belongs to no session; it is one of its own. */
export function sessionIdOf({ session, id }: Pick<Conversation, "session" | "id">): string {
  return session ?? id;
}

/** The branch that is shown, oldest first. A question that has no answer yet stands alone. */
export function messagesOf(conversation: Conversation): readonly Message[] {
  return branchOf(conversation).flatMap((turn) => (turn.answerText === "" ? [question(turn, conversation.id)] : [question(turn, conversation.id), answer(turn, conversation.id)]));
}

function question({ question: { text }, askedAt }: Turn, id: string): QuestionMessage {
  return { role: "user", conversation_id: id, content: text, created_at: isoTime(askedAt) };
}

function answer({ status, answerText, citations, askedAt }: Turn, id: string): AnswerMessage {
  const record = status.kind === "done" ? status.record : undefined;
  return {
    ...{ role: "assistant", conversation_id: id, content: answerText, created_at: isoTime(askedAt), status: status.kind },
    ...{ model: record?.model ?? null, stop_reason: record?.stopReason ?? null, sources: citations.map(sourceOf) },
  };
}

export function sourceOf({ path, startLine, endLine, symbol }: Citation): Source {
  return { path, start_line: startLine, end_line: endLine, symbol: symbol ?? null };
}

/** What is said of a conversation in lists. */
export function conversationRow(summary: ConversationSummary) {
  const { id, title, createdAt, updatedAt, messages } = summary;
  return {
    ...{ conversation_id: id, session_id: sessionIdOf(summary), title, message_count: messages },
    ...{ created_at: isoTime(createdAt), last_updated: isoTime(updatedAt) },
  };
}

/** A conversation as a whole. */
export function conversationReply(conversation: Conversation) {
  return { ...conversationRow(summaryOf(conversation)), messages: messagesOf(conversation) };
}

/** How far a conversation has come. */
export function contextReply(conversation: Conversation) {
  const messages = messagesOf(conversation);
  const ofRole = (role: Message["role"]) => messages.filter((message) => message.role === role);
  const [users, assistants] = [ofRole("user"), ofRole("assistant")];
  const { createdAt, updatedAt } = summaryOf(conversation);
  return {
    ...{ conversation_id: conversation.id, session_id: sessionIdOf(conversation) },
    ...{ message_count: messages.length, user_message_count: users.length, assistant_message_count: assistants.length },
    ...{ last_query: users.at(-1)?.content ?? null, last_response: assistants.at(-1)?.content ?? null },
    ...{ created_at: isoTime(createdAt), last_updated: isoTime(updatedAt) },
  };
}

/** What is said of a session: at least one conversation belongs to it. */
export function sessionRow(id: string, conversations: readonly ConversationSummary[]) {
  const sum = conversations.reduce((total, { messages }) => total + messages, 0);
  return {
    ...{ session_id: id, conversation_count: conversations.length, message_count: sum },
    created_at: isoTime(Math.min(...conversations.map(({ createdAt }) => createdAt))),
    last_updated: isoTime(Math.max(...conversations.map(({ updatedAt }) => updatedAt))),
  };
}

function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
