import type { FastifyInstance } from "fastify";
import type { EmbeddingInfo, EmbeddingKind } from "../engine/ports";
import { errorReply } from "./apiSchemas";
import { clientOf } from "./clientOf";
import { clientSignal } from "./clientSignal";
import { HttpError } from "./httpErrors";
import type { ServiceDeps } from "./ports";
import { otherModel } from "./servedModels";

interface EmbeddingBody {
  readonly input: string | readonly string[];
  readonly model?: string;
  readonly encoding_format?: "float" | "base64" | null;
  readonly dimensions?: number | null;
  readonly input_type?: "query" | "document" | null;
}

const schema = {
  summary: "Embeddings",
  description: "Vectors of length 1. A text is embedded as it stands, unless `input_type` asks for the prefix that the model was trained with; what goes beyond the model's context is cut.",
  tags: ["openai"],
  body: {
    type: "object",
    required: ["input"],
    properties: {
      input: { anyOf: [{ type: "string" }, { type: "array", minItems: 1, maxItems: 2048, items: { type: "string" } }] },
      model: { type: "string" },
      encoding_format: { enum: ["float", "base64", null] },
      dimensions: { type: ["integer", "null"], minimum: 1, description: "Fewer dimensions than the model has, where it was trained for that." },
      input_type: { enum: ["query", "document", null], description: "What the texts are: the model's own prefix is put in front." },
    },
  },
  response: {
    200: {
      description: "One vector for each text, in their order.",
      type: "object",
      required: ["object", "data", "model"],
      properties: {
        object: { const: "list" },
        data: { type: "array", items: { type: "object", properties: { object: { const: "embedding" }, index: { type: "integer" }, embedding: { type: ["array", "string"] } } } },
        model: { type: "string" },
        usage: { type: "object", properties: { prompt_tokens: { type: "integer" }, total_tokens: { type: "integer" } } },
      },
    },
    404: errorReply("No embedding model is served, or another one."),
  },
} as const;

/** OpenAI's embeddings, from the embedding model. */
export function addEmbeddings(app: FastifyInstance, deps: ServiceDeps): void {
  app.post<{ Body: EmbeddingBody }>("/v1/embeddings", { schema }, (request, reply) => {
    const signal = clientSignal(reply, deps.stop);
    return deps.admission.enter(clientOf(request), signal, () => embed(deps, request.body, signal));
  });
}

async function embed({ engine }: ServiceDeps, body: EmbeddingBody, signal: AbortSignal) {
  const info = await engine.info(signal);
  if (!info) throw new HttpError(404, "model_not_found", "No embedding model is set.", { remedy: "Start the service with --embedding-model." });
  if (body.model !== undefined && body.model !== info.id) throw otherModel(body.model, info.id);
  const dimensions = dimensionsOf(body.dimensions ?? info.dimensions, info);
  const texts = [body.input].flat();
  const kind: EmbeddingKind = body.input_type ?? "raw";
  const vectors = await engine.embed(texts, kind, signal);
  const counts = await engine.countInput?.(texts, kind, signal);
  const data = vectors.map((vector, index) => ({ object: "embedding", index, embedding: encoded(shortened(vector, dimensions), body.encoding_format) }));
  return { object: "list", data, model: info.id, ...(counts && { usage: usage(counts) }) };
}

function usage(counts: readonly number[]) {
  const tokens = counts.reduce((sum, count) => sum + count, 0);
  return { prompt_tokens: tokens, total_tokens: tokens };
}

/** Throws where the model was not trained for vectors so short. */
function dimensionsOf(wanted: number, { id, dimensions, leastDimensions = dimensions }: EmbeddingInfo): number {
  if (wanted >= leastDimensions && wanted <= dimensions) return wanted;
  const allowed = leastDimensions === dimensions ? `${dimensions}` : `${leastDimensions} to ${dimensions}`;
  throw new HttpError(400, "bad_dimensions", `The model "${id}" gives vectors of ${allowed} dimensions, and ${wanted} were asked for.`);
}

/** The first dimensions, brought back to length 1. */
function shortened(vector: Float32Array, dimensions: number): Float32Array {
  if (vector.length === dimensions) return vector;
  const front = vector.subarray(0, dimensions);
  const length = Math.hypot(...front);
  return front.map((value) => (length > 0 ? value / length : 0));
}

/** Base64 has the bytes of 32-bit floats, little-endian. */
function encoded(vector: Float32Array, format: EmbeddingBody["encoding_format"]): readonly number[] | string {
  if (format !== "base64") return Array.from(vector);
  const bytes = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, index) => bytes.setFloat32(index * 4, value, true));
  return Buffer.from(bytes.buffer).toString("base64");
}
