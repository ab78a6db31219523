import { HearthError } from "../common/errors";
import type { CompletionMessage } from "./completionTypes";

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
export function messageTurns(messages: readonly CompletionMessage[]): MessageHistory {
  const isSystem = (message: CompletionMessage) => message.role === "system" || message.role === "developer";
  const system = messages.filter(isSystem).map(contentText);
  const spoken = messages.filter((message) => !isSystem(message));
  if (spoken.at(-1)?.role !== "user") {
    throw new HearthError("bad-use", "The last message must be the user's.", { remedy: 'End "messages" with the question to answer.' });
  }
  return { system: system.length === 0 ? undefined : system.join("\n\n"), turns: spoken.reduce(addMessage, []) };
}

function addMessage(turns: readonly MessageTurn[], message: CompletionMessage): MessageTurn[] {
  const text = contentText(message);
  const last = turns.at(-1);
  const before = turns.slice(0, -1);
  if (message.role === "user") {
    return last && last.answer === undefined ? [...before, { user: joined(last.user, text) }] : [...turns, { user: text }];
  }
  if (!last) return [{ user: "", answer: text }];
  return [...before, { user: last.user, answer: last.answer === undefined ? text : joined(last.answer, text) }];
}

function joined(first: string, second: string): string {
  return `${first}\n\n${second}`;
}

function contentText({ content }: CompletionMessage): string {
  return typeof content === "string" ? content : content.map((part) => part.text).join("");
}
