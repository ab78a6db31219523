import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describeError, HearthError, isAbortError } from "../common/errors";
import { CompletionMemory } from "../chat/completionMemory";
import { type Completion, type CompletionWish, withCompletion } from "../chat/completionRun";
import { clientOf } from "./clientOf";
import { clientSignal } from "./clientSignal";
import { type Answered, chatForm, CompletionReplies, textForm } from "./completionReplies";
import { chatSchema, textSchema } from "./completionSchemas";
import type { ChatBody, CompletionBody, TextBody } from "./completionTypes";
import { chatWish, textWish } from "./completionWish";
import { EventStream } from "./eventStream";
import { errorBody } from "./httpErrors";
import { type ServiceDeps } from "./ports";
import { assertServed } from "./servedModels";

/** OpenAI's chat and text completions: what they send is the whole prompt, and no code context is added to it. */
export function addCompletions(app: FastifyInstance, deps: ServiceDeps): void {
  const memory = new CompletionMemory((conversation) =>
    deps.engine.forget(conversation).catch((error: unknown) => deps.log.write("warn", `A conversation could not be freed: ${describeError(error)}`)),
  );
  app.addHook("onClose", () => memory.close());
  app.post<{ Body: ChatBody }>("/v1/chat/completions", { schema: chatSchema }, (request, reply) => {
    const asked = { deps, memory, request, reply, form: chatForm };
    return answer({ ...asked, prompts: [{ wish: chatWish(request.body), echo: "" }] });
  });
  app.post<{ Body: TextBody }>("/v1/completions", { schema: textSchema }, (request, reply) => {
    const { body } = request;
    const prompts = [body.prompt].flat().map((prompt) => ({ wish: textWish(body, prompt), echo: body.echo === true ? prompt : "" }));
    return answer({ deps, memory, request, reply, form: textForm, prompts });
  });
}

interface Prompted {
  readonly wish: CompletionWish;
  /** What the answer's text begins with. */
  readonly echo: string;
}

interface Asked {
  readonly deps: ServiceDeps;
  readonly memory: CompletionMemory;
  readonly request: FastifyRequest<{ Body: CompletionBody }>;
  readonly reply: FastifyReply;
  readonly form: typeof chatForm;
  /** Answered one after the other. */
  readonly prompts: readonly Prompted[];
}

async function answer(asked: Asked): Promise<unknown> {
  const { deps, request, reply } = asked;
  assertServed(request.body.model, deps.engine.state);
  const signal = clientSignal(reply, deps.stop);
  const run = new CompletionAnswers(asked, signal);
  return deps.admission.enter(clientOf(request), signal, () => (request.body.stream === true ? run.stream() : run.whole()));
}

/** The answers to one request. */
class CompletionAnswers {
  readonly #asked: Asked;
  readonly #signal: AbortSignal;
  #replies: CompletionReplies | undefined;
  #events: EventStream | undefined;

  constructor(asked: Asked, signal: AbortSignal) {
    this.#asked = asked;
    this.#signal = signal;
  }

  async whole(): Promise<object> {
    const answers: Answered[] = [];
    for (const prompted of this.#asked.prompts) {
      let text = prompted.echo;
      const result = await this.#complete(prompted, ({ generate }) => generate((part) => void (text += part)));
      answers.push({ text, result });
    }
    return this.#named().whole(answers);
  }

  /** Until the model has begun, a failure has its own status; after that it arrives as an "error" object in the stream. */
  async stream(): Promise<FastifyReply> {
    const { deps, request, reply, prompts } = this.#asked;
    const answers: Answered[] = [];
    try {
      for (const [index, prompted] of prompts.entries()) answers.push(await this.#streamed(index, prompted));
      if (request.body.stream_options?.include_usage === true) await this.#send(this.#named().usage(answers));
      await this.#events?.send("[DONE]");
    } catch (error) {
      if (!this.#events) throw error;
      if (!isAbortError(error)) deps.log.write("warn", `A streamed answer failed: ${describeError(error)}`);
      await this.#events.send(errorBody(error));
    }
    this.#events?.end();
    return reply;
  }

  async #streamed(index: number, prompted: Prompted): Promise<Answered> {
    let text = "";
    const send = async (part: string) => {
      text += part;
      await this.#send(this.#named().text(index, part));
    };
    const startedAt = performance.now();
    const wantsProgress = this.#asked.request.body.return_progress === true;
    const result = await this.#complete(prompted, async ({ generate }) => {
      if (!this.#events) await this.#open();
      if (prompted.echo !== "") await send(prompted.echo);
      return generate(send, async (event) => {
        if (wantsProgress) await this.#send(this.#named().progress(index, event, performance.now() - startedAt));
      });
    });
    await this.#send(this.#named().last(index, result));
    return { text, result };
  }

  async #open(): Promise<void> {
    this.#events = new EventStream(this.#asked.reply, this.#signal);
    await this.#send(this.#named().first());
  }

  async #send(data: object | undefined): Promise<void> {
    if (data) await this.#events?.send(data);
  }

  async #complete(prompted: Prompted, use: (completion: Completion) => ReturnType<Completion["generate"]>) {
    const { deps, memory, request, form } = this.#asked;
    const answered: Parameters<typeof withCompletion>[0]["answered"] = ({ stats, stopReason }) => deps.metrics.answered(stats, stopReason);
    const result = await withCompletion({ model: deps.engine, settings: deps.settings, memory, answered }, prompted.wish, this.#signal, (completion) => {
      this.#replies ??= new CompletionReplies(completion.info.id, form, request.body.return_tokens === true);
      return use(completion);
    });
    if (result.stopReason === "modelChanged") throw new HearthError("model-changed", "The model was changed while it answered.", { remedy: "Send the request again." });
    return result;
  }

  #named(): CompletionReplies {
    if (this.#replies) return this.#replies;
    throw new HearthError("internal", "The answer has no model.");
  }
}
