import type { FastifyInstance, FastifyRequest } from "fastify";
import type { SerializedError } from "../common/errors";
import type { EngineState } from "../engine/ports";
import type { IndexStatus } from "../rag/ports";
import { type ServiceDeps, servedModel } from "./ports";

/** "ok" says that the service answers; whether a model can is in `engine`. Without the token it says no more than that. */
export function addHealth(app: FastifyInstance, { engine, index, version }: ServiceDeps, mayAsk: (request: FastifyRequest) => boolean): void {
  const schema = { summary: "Whether the service, its model and its index are there", tags: ["service"], response: { 200: healthSchema } };
  app.get("/health", { config: { open: true }, schema }, (request) => {
    if (!mayAsk(request)) return { status: "ok" };
    return { status: "ok", version, engine: engineHealth(engine.state), index: indexHealth(index?.status ?? { kind: "off" }) };
  });
}

const state = { type: "string" };

const healthSchema = {
  description: "The service answers. Without the token the reply has `status` alone.",
  type: "object",
  required: ["status"],
  properties: {
    status: { const: "ok" },
    version: { type: "string" },
    engine: { type: "object", required: ["state", "model"], properties: { state, model: { type: "string" } } },
    index: { type: "object", required: ["state"], properties: { state } },
  },
} as const;

function engineHealth(state: EngineState) {
  const model = servedModel(state);
  switch (state.kind) {
    case "ready": {
      const { device, contextSize, threads, gpuLayers } = state.info;
      return { state: state.kind, model, device, context_size: contextSize, threads, gpu_layers: gpuLayers };
    }
    case "loading":
      return { state: state.kind, model, fraction: state.fraction };
    case "missing":
    case "failed":
      return { state: state.kind, model, error: problem(state.error) };
    case "idle":
    case "restarting":
      return { state: state.kind, model };
  }
}

function indexHealth(status: IndexStatus) {
  switch (status.kind) {
    case "paused":
    case "ready":
      return { state: status.kind, files: status.summary.files, chunks: status.summary.chunks };
    case "indexing":
    case "embedding":
      return { state: status.kind, done: status.done, total: status.total };
    case "failed":
      return { state: status.kind, error: problem(status.error) };
    case "off":
    case "scanning":
      return { state: status.kind };
  }
}

function problem({ code, message, remedy }: SerializedError) {
  return { code: code ?? "internal", message, remedy: remedy ?? null };
}
