import { HearthError } from "../common/errors";
import { t } from "../common/l10n";

/** A message of a client that sends its whole history with each request. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly text: string;
}

/** A question and, but for the last one, its answer. */
export interface MessageTurn {
  readonly user: string;
  readonly answer?: string;
}

export interface MessageHistory {
  /** Undefined when the client sent no system message. */
  readonly system: string | undefined;
  readonly turns: readonly MessageTurn[];
}

/**
 * A list of messages as turns. Neighbours of the same role are one message; an answer without a question before it
 * follows an empty one. Throws "bad-use" when the last word is not the user's.
 */
export function messageTurns(messages: readonly ChatMessage[]): MessageHistory {
  const system = messages.filter(({ role }) => role === "system").map(({ text }) => text);
  const spoken = messages.filter(({ role }) => role !== "system");
  if (spoken.at(-1)?.role !== "user") {
    throw new HearthError("bad-use", t("The last message must be the user's."), { remedy: t("End the messages with the question to answer.") });
  }
  return { system: system.length === 0 ? undefined : system.join("\n\n"), turns: spoken.reduce(addMessage, []) };
}

function addMessage(turns: readonly MessageTurn[], { role, text }: ChatMessage): MessageTurn[] {
  const last = turns.at(-1);
  const before = turns.slice(0, -1);
  if (role === "user") {
    return last && last.answer === undefined ? [...before, { user: joined(last.user, text) }] : [...turns, { user: text }];
  }
  if (!last) return [{ user: "", answer: text }];
  return [...before, { user: last.user, answer: last.answer === undefined ? text : joined(last.answer, text) }];
}

function joined(first: string, second: string): string {
  return `${first}\n\n${second}`;
}
