import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describeError, isAbortError } from "../../common/errors";
import { clientOf } from "../clientOf";
import { clientSignal } from "../clientSignal";
import { EventStream } from "../eventStream";
import { errorBody } from "../httpErrors";
import type { ServiceDeps } from "../ports";
import type { ChatAnswers, ChatQuestion, Listener } from "./chatAnswers";
import { sourceOf } from "./chatReplies";
import { querySchema } from "./chatSchemas";

type QueryBody = Omit<ChatQuestion, "clientIn">;

const nobody: Listener = () => Promise.resolve();

/** `POST /chat/query`: whole, or streamed where the client accepts server-sent events. */
export function addQueryRoute(app: FastifyInstance, deps: ServiceDeps, answers: ChatAnswers): void {
  app.post<{ Body: QueryBody }>("/chat/query", { schema: querySchema }, async (request, reply) => {
    const signal = clientSignal(reply, deps.stop);
    const question = { ...request.body, clientIn: (session: string | undefined) => clientOf(inSession(request, session)) };
    if (acceptsEvents(request.headers.accept)) return stream({ deps, answers, question, signal }, reply);
    return answers.answer(question, signal, nobody);
  });
}

/** A follow-up need not name its session to be told apart by it. */
function inSession({ headers, ip, body }: FastifyRequest<{ Body: QueryBody }>, session: string | undefined) {
  return { headers, ip, body: { ...body, ...(session !== undefined && { session_id: session }) } };
}

interface Streaming {
  readonly deps: ServiceDeps;
  readonly answers: ChatAnswers;
  readonly question: ChatQuestion;
  readonly signal: AbortSignal;
}

/** Until something has come of the answer, a failure has its own status; after that it arrives as an "error" event. */
async function stream({ deps, answers, question, signal }: Streaming, reply: FastifyReply): Promise<FastifyReply> {
  let events: EventStream | undefined;
  const send = async (row: object) => {
    events ??= new EventStream(reply, signal);
    await events.send(row);
  };
  try {
    const whole = await answers.answer(question, signal, async (event, place) => {
      // A model that is not there is found out behind "started", which goes with what comes next.
      if (event.type === "started") return;
      if (!events) await send({ type: "started", ...place });
      await send(eventRow(event));
    });
    await send({ type: "done", ...whole });
  } catch (error) {
    if (!events) throw error;
    if (!isAbortError(error)) deps.log.write("warn", `A streamed answer failed: ${describeError(error)}`);
    await events.send({ type: "error", ...errorBody(error) });
  }
  events?.end();
  return reply;
}

function eventRow(event: Exclude<Parameters<Listener>[0], { type: "started" }>): object {
  switch (event.type) {
    case "citations":
      return { type: "sources", sources: event.citations.map(sourceOf) };
    case "prefill":
      return { type: event.type, done: event.done, total: event.total, cached: event.reused };
    case "loading":
    case "compacting":
    case "notice":
    case "text":
      return event;
  }
}

function acceptsEvents(accept: string | undefined): boolean {
  return accept?.split(",").some((type) => type.split(";", 1)[0]?.trim().toLowerCase() === "text/event-stream") === true;
}
