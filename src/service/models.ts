import type { FastifyInstance } from "fastify";
import { describeError, isAbortError } from "../common/errors";
import type { EmbeddingInfo } from "../engine/ports";
import { errorReply } from "./apiSchemas";
import { clientOf } from "./clientOf";
import { clientSignal } from "./clientSignal";
import { HttpError } from "./httpErrors";
import { type ServiceDeps, servedModel } from "./ports";

const modelSchema = {
  description: "A model that is served.",
  type: "object",
  required: ["id", "object", "created", "owned_by", "role"],
  properties: {
    ...{ id: { type: "string" }, object: { const: "model" }, created: { type: "integer" }, owned_by: { const: "hearth" } },
    role: { enum: ["chat", "embedding"] },
    hash: { type: "string", description: "Identifies the model's content; there once it is loaded." },
    max_model_len: { type: "integer", description: "Tokens of one conversation; there once the chat model is loaded." },
    dimensions: { type: "integer", description: "Of an embedding model's vectors." },
  },
} as const;

const list = { description: "The models.", type: "object", required: ["object", "data"], properties: { object: { const: "list" }, data: { type: "array", items: modelSchema } } } as const;

/** The models that are served, and what clients want to know of the chat model before they ask it. */
export function addModels(app: FastifyInstance, deps: ServiceDeps): void {
  const models = new ServedModels(deps);
  const tags = ["openai"];
  app.get("/v1/models", { schema: { summary: "The models that are served", tags, response: { 200: list } } }, async () => ({ object: "list", data: await models.list() }));
  app.get<{ Params: { id: string } }>(
    "/v1/models/:id",
    { schema: { summary: "One of the models", tags, response: { 200: modelSchema, 404: errorReply("There is no such model.") } } },
    async ({ params }) => {
      const model = (await models.list()).find(({ id }) => id === params.id);
      if (!model) throw new HttpError(404, "model_not_found", `The model "${params.id}" is not served here.`);
      return model;
    },
  );
  addProps(app, deps);
  addTokenCounts(app, deps);
}

class ServedModels {
  readonly #deps: ServiceDeps;
  #embedding: EmbeddingInfo | undefined;

  constructor(deps: ServiceDeps) {
    this.#deps = deps;
  }

  async list() {
    const embedding = await this.#embeddingModel();
    return [this.#chat(), ...(embedding ? [embedding] : [])];
  }

  #chat() {
    const { state } = this.#deps.engine;
    const loaded = state.kind === "ready" && { max_model_len: state.info.contextSize, hash: state.info.hash, meta: { n_ctx_train: state.info.trainedContextSize } };
    return { id: servedModel(state), ...common, role: "chat", ...loaded };
  }

  /** It is loaded to be asked for its name, once; one that cannot be is not served. */
  async #embeddingModel() {
    try {
      const info = (this.#embedding ??= await this.#deps.engine.info(this.#deps.stop));
      return info && { id: info.id, ...common, role: "embedding", dimensions: info.dimensions, hash: info.hash };
    } catch (error) {
      if (isAbortError(error)) throw error;
      this.#deps.log.write("warn", `The embedding model cannot be served: ${describeError(error)}`);
      return undefined;
    }
  }
}

const common = { object: "model", created: 0, owned_by: "hearth" } as const;

/** As llama-server has it, in part. */
function addProps(app: FastifyInstance, { engine, stop }: ServiceDeps): void {
  const schema = { summary: "What the chat model is", description: "Loads the model where it is not. The names are llama-server's.", tags: ["openai"], response: { 200: propsSchema } };
  app.get("/props", { schema }, async (_request, reply) => {
    const { id, hash, contextSize, sequences, defaults } = await engine.load(clientSignal(reply, stop));
    return { default_generation_settings: { n_ctx: contextSize }, total_slots: sequences, model_alias: id, hash, owned_by: "hearth", hearth: { defaults } };
  });
}

const propsSchema = {
  description: "The loaded model.",
  type: "object",
  properties: {
    default_generation_settings: { type: "object", properties: { n_ctx: { type: "integer", description: "Tokens of one conversation." } } },
    total_slots: { type: "integer", description: "Conversations that are held at once." },
    ...{ model_alias: { type: "string" }, hash: { type: "string" }, owned_by: { const: "hearth" } },
    hearth: { type: "object", description: "What Hearth's own client takes over: sampling, most tokens and system prompt of this model, where nobody sets others." },
  },
} as const;

const countSchema = {
  summary: "How many tokens texts have",
  description: "By the chat model's tokenizer, without special tokens.",
  tags: ["openai"],
  body: {
    type: "object",
    required: ["input"],
    properties: { input: { anyOf: [{ type: "string" }, { type: "array", maxItems: 2048, items: { type: "string" } }] } },
  },
  response: {
    200: {
      description: "A number for each text, in their order.",
      type: "object",
      required: ["model", "counts"],
      properties: { model: { type: "string" }, counts: { type: "array", items: { type: "integer" } } },
    },
  },
} as const;

function addTokenCounts(app: FastifyInstance, { engine, admission, stop }: ServiceDeps): void {
  app.post<{ Body: { input: string | readonly string[] } }>("/v1/tokens/count", { schema: countSchema }, (request, reply) => {
    const signal = clientSignal(reply, stop);
    return admission.enter(clientOf(request), signal, async () => {
      const counts = await engine.countTokens([request.body.input].flat(), signal);
      return { model: servedModel(engine.state), counts };
    });
  });
}
