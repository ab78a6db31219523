import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describeError, isAbortError } from "../common/errors";
import { CompletionMemory } from "../chat/completionMemory";
import { type Completion, type CompletionWish, withCompletion } from "../chat/completionRun";
import { type ChatMessage, messageTurns } from "../chat/messageTurns";
import { clientSignal } from "./clientSignal";
import { CompletionReplies } from "./completionReplies";
import { type CompletionBody, type CompletionMessage, completionSchema } from "./completionTypes";
import { EventStream } from "./eventStream";
import { errorBody, HttpError } from "./httpErrors";
import { type ServiceDeps, servedModel } from "./ports";

/** OpenAI's chat completions: the messages are the whole prompt, and no code context is added to them. */
export function addCompletions(app: FastifyInstance, deps: ServiceDeps): void {
  const memory = new CompletionMemory((conversation) =>
    deps.engine.forget(conversation).catch((error: unknown) => deps.log.write("warn", `A conversation could not be freed: ${describeError(error)}`)),
  );
  app.addHook("onClose", () => memory.close());
  app.post<{ Body: CompletionBody }>("/v1/chat/completions", { schema: { body: completionSchema } }, (request, reply) =>
    complete(deps, memory, request, reply),
  );
}

async function complete(deps: ServiceDeps, memory: CompletionMemory, { body }: FastifyRequest<{ Body: CompletionBody }>, reply: FastifyReply) {
  assertServed(body.model, deps);
  const signal = clientSignal(reply, deps.stop);
  return withCompletion({ model: deps.engine, settings: deps.settings, memory }, wishOf(body), signal, async (completion) => {
    const answer = { deps, completion, signal, replies: new CompletionReplies(completion.info.id) };
    return body.stream === true ? await stream(answer, reply, body.stream_options?.include_usage === true) : await whole(answer);
  });
}

interface Answer {
  readonly deps: ServiceDeps;
  readonly completion: Completion;
  readonly signal: AbortSignal;
  readonly replies: CompletionReplies;
}

async function whole({ completion, replies }: Answer) {
  let text = "";
  const result = await completion.generate((part) => {
    text += part;
  });
  return replies.whole(text, result);
}

/** From the first byte on the status is 200; a failure after it arrives as an "error" object in the stream. */
async function stream({ completion, replies, signal, deps }: Answer, reply: FastifyReply, withUsage: boolean): Promise<FastifyReply> {
  const events = new EventStream(reply, signal);
  try {
    await events.send(replies.first());
    const result = await completion.generate((part) => events.send(replies.text(part)));
    await events.send(replies.last(result));
    if (withUsage) await events.send(replies.usage(result));
    await events.send("[DONE]");
  } catch (error) {
    if (!isAbortError(error)) deps.log.write("warn", `A streamed answer failed: ${describeError(error)}`);
    await events.send(errorBody(error));
  }
  events.end();
  return reply;
}

/** One model is loaded; a request for another one is not answered by this one. */
function assertServed(wanted: string | undefined, { engine }: ServiceDeps): void {
  const served = servedModel(engine.state);
  if (wanted === undefined || wanted === served) return;
  throw new HttpError(404, "model_not_found", `The model "${wanted}" is not served here; "${served}" is.`);
}

function wishOf(body: CompletionBody): CompletionWish {
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  return {
    history: messageTurns(body.messages.map(chatMessage)),
    sampling: {
      ...(body.temperature != null && { temperature: body.temperature }),
      ...(body.top_p != null && { topP: body.top_p }),
      ...(body.seed != null && { seed: body.seed }),
    },
    ...(maxTokens != null && { maxTokens }),
  };
}

function chatMessage({ role, content }: CompletionMessage): ChatMessage {
  const text = typeof content === "string" ? content : content.map((part) => part.text).join("");
  return { role: role === "developer" ? "system" : role, text };
}
