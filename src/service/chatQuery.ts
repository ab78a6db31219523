import type { FastifyInstance } from "fastify";
import { deserializeError, type SerializedError } from "../common/errors";
import type { ChatSession } from "../chat/session";
import type { Turn } from "../chat/types";
import { clientSignal } from "./clientSignal";
import { HttpError } from "./httpErrors";
import type { ServiceDeps } from "./ports";
import { RecentSessions } from "./recentSessions";

interface QueryBody {
  readonly query: string;
  readonly conversation_id?: string;
}

const querySchema = {
  type: "object",
  required: ["query"],
  additionalProperties: false,
  properties: {
    query: { type: "string", minLength: 1, pattern: "\\S" },
    conversation_id: { type: "string", minLength: 1, maxLength: 64 },
  },
} as const;

/** A question with the workspace's code as its context, in a conversation that the service remembers. */
export function addChatQuery(app: FastifyInstance, deps: ServiceDeps): void {
  const recent = new RecentSessions((id) => deps.sessions.close(id));
  app.post<{ Body: QueryBody }>("/chat/query", { schema: { body: querySchema } }, async ({ body }, reply) => {
    const session = await openSession(deps, body.conversation_id);
    await recent.use(session);
    await deps.indexReady;
    const turn = await ask(session, body.query, clientSignal(reply, deps.stop));
    return { answer: answerOf(turn), conversation_id: session.conversation.id, sources: turn.citations.map(source) };
  });
}

async function openSession({ sessions }: ServiceDeps, id: string | undefined): Promise<ChatSession> {
  if (id === undefined) return sessions.create();
  const session = await sessions.open(id);
  if (!session) throw new HttpError(404, "conversation_not_found", `There is no conversation "${id}".`);
  if (session.busy) throw new HttpError(409, "conversation_busy", `The conversation "${id}" is still answering.`);
  return session;
}

async function ask(session: ChatSession, text: string, signal: AbortSignal): Promise<Turn> {
  for await (const event of session.ask({ text, attachments: [] }, signal)) {
    if (event.type === "finished") return event.turn;
  }
  throw new HttpError(500, "internal", "The answer had no end.");
}

/** Search results are no answer: without a model the reply is the error, as in every other place. */
function answerOf({ status, answerText }: Turn): string {
  switch (status.kind) {
    case "done":
      return answerText;
    case "searchResults":
      return fail(status.reason);
    case "failed":
      return fail(status.error);
    case "running":
      throw new HttpError(500, "internal", "The answer had no end.");
  }
}

function fail(error: SerializedError): never {
  throw deserializeError(error);
}

function source({ path, startLine, endLine, symbol }: Turn["citations"][number]) {
  return { path, start_line: startLine, end_line: endLine, symbol: symbol ?? null };
}
