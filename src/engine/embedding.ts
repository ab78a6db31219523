import { createHash } from "node:crypto";
import path from "node:path";
import { type EmbeddingUse, embeddingUse } from "./catalog/embeddingFamilies";
import { physicalCores, threadsFor } from "./cpuCores";
import { loadOnDevice } from "./deviceChoice";
import { checkGguf } from "./ggufCheck";
import type { LoadTools } from "./loadChatEngine";
import { checkRole, modelDirectories, resolveModel } from "./modelFile";
import { modelHash } from "./modelHash";
import type { EmbeddingInfo, EmbeddingKind, EngineConfig } from "./ports";
import type { EmbeddingRuntime } from "./runtime";

/** One loaded embedding model. Owns the runtime it is given. */
export class EmbeddingEngine {
  readonly info: EmbeddingInfo;
  readonly #runtime: EmbeddingRuntime;
  readonly #use: EmbeddingUse;

  constructor(runtime: EmbeddingRuntime, info: EmbeddingInfo, use: EmbeddingUse) {
    this.#runtime = runtime;
    this.info = info;
    this.#use = use;
  }

  /** Vectors of length 1; a text without a token gives zeros. Text beyond the model's context does not count. */
  async embed(texts: readonly string[], kind: EmbeddingKind, signal: AbortSignal): Promise<readonly Float32Array[]> {
    const prefix = this.#prefix(kind);
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      signal.throwIfAborted();
      const vector = text.trim() === "" ? undefined : await this.#runtime.embed(prefix + text);
      vectors.push(vector ? normalise(vector) : new Float32Array(this.info.dimensions));
    }
    return vectors;
  }

  /** Tokens of each text that are embedded. */
  countInput(texts: readonly string[], kind: EmbeddingKind): readonly number[] {
    const prefix = this.#prefix(kind);
    return texts.map((text) => (text.trim() === "" ? 0 : this.#runtime.countTokens(prefix + text)));
  }

  #prefix(kind: EmbeddingKind): string {
    if (kind === "raw") return "";
    return kind === "query" ? this.#use.queryPrefix : this.#use.documentPrefix;
  }

  dispose(): Promise<void> {
    return this.#runtime.dispose();
  }
}

/** Throws "model-not-found", "model-invalid", "bad-setting" for a chat model, "model-load-failed", "out-of-memory", or an AbortError. */
export async function loadEmbeddingEngine(config: EngineConfig, tools: LoadTools, signal: AbortSignal): Promise<EmbeddingEngine> {
  const { id, file, entry } = await resolveModel(config.embeddingModel, modelDirectories(config.modelDirectories), "embedding");
  const header = await checkGguf(file);
  checkRole(file, header.role, "embedding");
  const hash = await modelHash(file);
  const threads = threadsFor(config.threads, await physicalCores());
  signal.throwIfAborted();
  const { runtime } = await loadOnDevice(
    config.gpuLayers,
    {
      gpu: () => tools.llama.gpu(),
      layersFor: () => Promise.resolve("auto"),
      load: (gpuLayers) => tools.llama.loadEmbedding({ file, threads, signal, gpuLayers }),
    },
    tools.log,
  );
  tools.log.write("info", `${id}: embeddings of ${runtime.dimensions} dimensions`);
  const use = entry?.role === "embedding" ? entry : embeddingUse(path.basename(file), header);
  return new EmbeddingEngine(runtime, infoOf(id, hash, runtime.dimensions, use), use);
}

/** The prefix of documents is in their vectors: with another one they are another model's. */
function infoOf(id: string, modelHash: string, dimensions: number, { documentPrefix, leastDimensions }: EmbeddingUse): EmbeddingInfo {
  const suffix = documentPrefix === "" ? "" : `-${createHash("sha256").update(documentPrefix).digest("hex").slice(0, 8)}`;
  return { id, hash: modelHash + suffix, dimensions, ...(leastDimensions !== undefined && { leastDimensions }) };
}

function normalise(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => (length > 0 ? value / length : 0));
}
