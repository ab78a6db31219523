import type { FastifyInstance } from "fastify";
import type { Conversation } from "../../chat/types";
import type { ServiceDeps } from "../ports";
import { type ChatAnswers, noConversation } from "./chatAnswers";
import { contextReply, conversationReply, type Message, messagesOf } from "./chatReplies";
import { contextSchema, conversationSchema, deleteHistorySchema, historySchema } from "./chatSchemas";

type StoredChats = ServiceDeps["sessions"];

interface OfConversation {
  readonly conversation_id: string;
}

const defaultLimit = 50;

/** What can be read of conversations, and their end. */
export function addConversationRoutes(app: FastifyInstance, { sessions }: ServiceDeps, answers: ChatAnswers): void {
  app.get<{ Querystring: Partial<OfConversation> & { limit?: string } }>("/chat/history", { schema: historySchema }, async ({ query: { conversation_id: id, limit } }) => {
    const most = Number(limit ?? defaultLimit);
    const found = id === undefined ? await latestOfAll(sessions, most) : latestOf(await conversationOf(sessions, id), most);
    return { conversation_id: id ?? null, ...found };
  });
  app.delete<{ Querystring: Partial<OfConversation> }>("/chat/history", { schema: deleteHistorySchema }, async ({ query: { conversation_id: id } }) => {
    if (id !== undefined) await conversationOf(sessions, id);
    const ids = id === undefined ? (await sessions.list()).map((summary) => summary.id) : [id];
    await removeAll(answers, ids);
    return { deleted_conversations: ids.length };
  });
  app.get<{ Querystring: OfConversation }>("/chat/context", { schema: contextSchema }, async ({ query }) =>
    contextReply(await conversationOf(sessions, query.conversation_id)),
  );
  app.get<{ Params: { id: string } }>("/chat/conversation/:id", { schema: conversationSchema }, async ({ params }) =>
    conversationReply(await conversationOf(sessions, params.id)),
  );
}

/** One after the other: each takes the store's lock. */
export async function removeAll(answers: ChatAnswers, ids: readonly string[]): Promise<void> {
  for (const id of ids) await answers.remove(id);
}

/** Throws an HttpError with status 404 when there is none. */
async function conversationOf(sessions: StoredChats, id: string): Promise<Conversation> {
  return (await sessions.read(id)) ?? noConversation(id);
}

interface Latest {
  readonly messages: readonly Message[];
  readonly total_count: number;
}

function latestOf(conversation: Conversation, limit: number): Latest {
  const messages = messagesOf(conversation);
  return { messages: messages.slice(-limit), total_count: messages.length };
}

/** Reads no more conversations than have some of the newest messages. */
async function latestOfAll(sessions: StoredChats, limit: number): Promise<Latest> {
  const summaries = await sessions.list();
  let messages: readonly Message[] = [];
  for (const { id, updatedAt } of summaries) {
    const oldest = messages[0];
    if (messages.length === limit && oldest && Date.parse(oldest.created_at) > updatedAt) break;
    const conversation = await sessions.read(id);
    if (conversation) messages = newest([...messages, ...messagesOf(conversation)], limit);
  }
  return { messages, total_count: summaries.reduce((sum, summary) => sum + summary.messages, 0) };
}

/** An answer has the time of its question, and stays behind it. */
function newest(messages: readonly Message[], limit: number): readonly Message[] {
  return messages.toSorted((a, b) => a.created_at.localeCompare(b.created_at)).slice(-limit);
}
