import { silentLog } from "../../../src/common/log";
import { memoryStore } from "../../../src/chat/memoryStore";
import type { ChatSession } from "../../../src/chat/session";
import { Sessions } from "../../../src/chat/sessions";
import type { Attachment, ChatEvent, ChatSettings, Turn } from "../../../src/chat/types";
import type { Retriever } from "../../../src/rag/ports";
import { chatSettings, FakeModel } from "./fakes";

interface Given {
  readonly retriever?: Retriever;
  readonly settings?: Partial<ChatSettings>;
}

export function given({ retriever, settings }: Given = {}) {
  const model = new FakeModel();
  const store = memoryStore();
  const sessions = new Sessions({ model, retriever, store, log: silentLog, settings: () => ({ ...chatSettings, ...settings }) });
  return { model, store, sessions, session: sessions.create() };
}

export const never = new AbortController().signal;

interface Answered {
  readonly events: readonly ChatEvent[];
  readonly turn: Turn;
}

export function ask(session: ChatSession, text: string, attachments: Attachment[] = [], signal = never): Promise<Answered> {
  return answered(session.ask({ text, attachments }, signal));
}

/** Reads the stream of an answer to its end. */
export async function answered(answer: AsyncIterable<ChatEvent>): Promise<Answered> {
  const events: ChatEvent[] = [];
  for await (const event of answer) events.push(event);
  const last = events.at(-1);
  if (last?.type !== "finished") throw new Error(`The answer ended with "${last?.type}".`);
  return { events, turn: last.turn };
}
