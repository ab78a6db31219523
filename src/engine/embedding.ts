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
  readonly #queryPrefix: string;

  constructor(runtime: EmbeddingRuntime, info: EmbeddingInfo, queryPrefix: string) {
    this.#runtime = runtime;
    this.info = info;
    this.#queryPrefix = queryPrefix;
  }

  /** Vectors of length 1; a text without a token gives zeros. Text beyond the model's context does not count. */
  async embed(texts: readonly string[], kind: EmbeddingKind, signal: AbortSignal): Promise<readonly Float32Array[]> {
    const prefix = kind === "query" ? this.#queryPrefix : "";
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      signal.throwIfAborted();
      const vector = text.trim() === "" ? undefined : await this.#runtime.embed(prefix + text);
      vectors.push(vector ? normalise(vector) : new Float32Array(this.info.dimensions));
    }
    return vectors;
  }

  dispose(): Promise<void> {
    return this.#runtime.dispose();
  }
}

/** Throws "model-not-found", "model-invalid", "bad-setting" for a chat model, "model-load-failed", "out-of-memory", or an AbortError. */
export async function loadEmbeddingEngine(config: EngineConfig, tools: LoadTools, signal: AbortSignal): Promise<EmbeddingEngine> {
  const { id, file, entry } = await resolveModel(config.embeddingModel, modelDirectories(config.modelDirectories), "embedding");
  const { role } = await checkGguf(file);
  checkRole(file, role, "embedding");
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
  const queryPrefix = entry?.role === "embedding" ? entry.queryPrefix : "";
  return new EmbeddingEngine(runtime, { id, hash, dimensions: runtime.dimensions }, queryPrefix);
}

function normalise(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => (length > 0 ? value / length : 0));
}
