import type { FastifyInstance } from "fastify";
import type { ConversationSummary } from "../../chat/store";
import { HttpError } from "../httpErrors";
import type { ServiceDeps } from "../ports";
import type { ChatAnswers } from "./chatAnswers";
import { conversationRow, sessionIdOf, sessionRow } from "./chatReplies";
import { clearSessionSchema, sessionConversationsSchema, sessionSchema, sessionsSchema } from "./chatSchemas";
import { removeAll } from "./conversationRoutes";

const defaultLimit = 100;

interface OfSession {
  Params: { id: string };
}

/** What can be read of sessions, and their end. */
export function addSessionRoutes(app: FastifyInstance, { sessions }: ServiceDeps, answers: ChatAnswers): void {
  const conversationsOf = async (id: string) => (await sessions.list()).filter((summary) => sessionIdOf(summary) === id);

  app.get<{ Querystring: { limit?: string } }>("/chat/sessions", { schema: sessionsSchema }, async ({ query: { limit } }) => {
    const all = bySession(await sessions.list());
    return { sessions: all.slice(0, Number(limit ?? defaultLimit)).map(([id, conversations]) => sessionRow(id, conversations)), total_count: all.length };
  });
  app.get<OfSession>("/chat/session/:id", { schema: sessionSchema }, async ({ params: { id } }) => sessionRow(id, someOf(id, await conversationsOf(id))));
  app.get<OfSession>("/chat/session/:id/conversations", { schema: sessionConversationsSchema }, async ({ params: { id } }) => {
    const conversations = someOf(id, await conversationsOf(id));
    return { session_id: id, conversations: conversations.map(conversationRow), total_count: conversations.length };
  });
  app.post<{ Body: { session_id: string } }>("/chat/session/clear", { schema: clearSessionSchema }, async ({ body: { session_id: id } }) => {
    const ids = (await conversationsOf(id)).map((summary) => summary.id);
    await removeAll(answers, ids);
    return { session_id: id, deleted_conversations: ids.length };
  });
}

/** Newest first, as the conversations are. */
function bySession(summaries: readonly ConversationSummary[]): readonly (readonly [id: string, conversations: readonly ConversationSummary[]])[] {
  const sessions = new Map<string, ConversationSummary[]>();
  for (const summary of summaries) {
    const id = sessionIdOf(summary);
    const known = sessions.get(id);
    if (known) known.push(summary);
    else sessions.set(id, [summary]);
  }
  return [...sessions];
}

function someOf(id: string, conversations: readonly ConversationSummary[]): readonly ConversationSummary[] {
  if (conversations.length > 0) return conversations;
  throw new HttpError(404, "session_not_found", `There is no session "${id}".`);
}
