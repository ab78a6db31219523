import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { abortError, describeError, HearthError, isAbortError } from "../common/errors";
import type { GenerateRequest, GenerateResult, ModelInfo, Sampling } from "../engine/ports";
import { clientSignal } from "./clientSignal";
import { CompletionMemory, type Lease } from "./completionMemory";
import { CompletionReplies } from "./completionReplies";
import { type CompletionBody, completionSchema } from "./completionTypes";
import { EventStream } from "./eventStream";
import { errorBody, HttpError } from "./httpErrors";
import { messageTurns } from "./messageTurns";
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
  const info = await deps.engine.load(signal);
  const history = messageTurns(body.messages);
  const turns = memory.promptTurns(history);
  const lease = memory.lease(turns);
  try {
    const system = history.system ?? deps.settings().systemPrompt ?? "";
    const request = { conversation: lease.conversation, system, turns, ...limits(body, deps, info) };
    await assertFits(request, deps, signal);
    const answer = { deps, request, lease, signal, replies: new CompletionReplies(info.id) };
    return body.stream === true ? await stream(answer, reply, body.stream_options?.include_usage === true) : await whole(answer);
  } finally {
    lease.release();
  }
}

interface Answer {
  readonly deps: ServiceDeps;
  readonly request: GenerateRequest;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly replies: CompletionReplies;
}

async function whole(answer: Answer) {
  let text = "";
  const result = await generate(answer, (part) => {
    text += part;
  });
  return answer.replies.whole(text, result);
}

/** From the first byte on the status is 200; a failure after it arrives as an "error" object in the stream. */
async function stream(answer: Answer, reply: FastifyReply, withUsage: boolean): Promise<FastifyReply> {
  const { replies, signal, deps } = answer;
  const events = new EventStream(reply, signal);
  try {
    await events.send(replies.first());
    const result = await generate(answer, (part) => events.send(replies.text(part)));
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

async function generate({ deps, request, lease, signal }: Answer, onText: (text: string) => Promise<void> | void): Promise<GenerateResult> {
  let text = "";
  for await (const event of deps.engine.generate(request, signal)) {
    if (event.type === "text") {
      text += event.text;
      await onText(event.text);
    }
    if (event.type !== "done") continue;
    lease.keep({ text, tokens: event.tokens, modelHash: event.modelHash });
    if (event.stopReason === "aborted") throw abortError("The answer was stopped.");
    return event;
  }
  throw new HearthError("internal", "The engine's answer had no end.");
}

/** One model is loaded; a request for another one is not answered by this one. */
function assertServed(wanted: string | undefined, { engine }: ServiceDeps): void {
  const served = servedModel(engine.state);
  if (wanted === undefined || wanted === served) return;
  throw new HttpError(404, "model_not_found", `The model "${wanted}" is not served here; "${served}" is.`);
}

function limits(body: CompletionBody, deps: ServiceDeps, { defaults }: ModelInfo) {
  const { sampling, maxTokens } = deps.settings();
  return {
    sampling: requestSampling(body, { ...defaults.sampling, ...sampling }, sampling.sampler !== undefined),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? maxTokens ?? defaults.maxTokens,
  };
}

/**
 * A request's temperature and top_p mean a draw by them, so they choose the sampler too where the operator has not: a
 * `top-k` default ignores top_p, and a greedy one the temperature.
 */
function requestSampling(body: CompletionBody, base: Sampling, samplerIsSet: boolean): Sampling {
  const draws = body.top_p != null || (body.temperature != null && body.temperature > 0 && base.sampler === "greedy");
  return {
    ...base,
    ...(draws && !samplerIsSet && { sampler: "top-p" as const }),
    ...(body.temperature != null && { temperature: body.temperature }),
    ...(body.top_p != null && { topP: body.top_p }),
    ...(body.seed != null && { seed: body.seed }),
  };
}

async function assertFits(request: GenerateRequest, { engine }: ServiceDeps, signal: AbortSignal): Promise<void> {
  const { promptTokens, contextSize } = await engine.measure(request, signal);
  if (promptTokens < contextSize) return;
  throw new HearthError("prompt-too-long", `The messages take ${promptTokens} tokens, and the context holds ${contextSize}.`, {
    remedy: "Send fewer or shorter messages, or start the service with a larger --context-size.",
  });
}
