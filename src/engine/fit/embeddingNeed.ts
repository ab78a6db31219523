import { HearthError } from "../../common/errors";
import type { ModelShape } from "../catalog";
import type { MemoryNeed } from "../modelReports";
import { longestEmbeddingInput } from "../native/contextDefaults";
import { bytesPerValue } from "../native/kvShape";
import type { EngineConfig } from "../ports";
import type { LlamaRuntime, ModelInsights } from "../runtime";
import { modelSource } from "./modelSource";
import { nothing, sum } from "./needs";
import type { Room } from "./room";

/**
 * What the embedding model takes beside the chat model: on the GPU where that holds it, else on the processor.
 * Undefined when none is configured, or the one that is cannot be loaded: that is said where the index needs it.
 */
export async function embeddingNeed(config: EngineConfig, llama: Pick<LlamaRuntime, "insights">, room: Room): Promise<MemoryNeed | undefined> {
  if (config.embeddingModel === "") return undefined;
  try {
    const source = await modelSource(config.embeddingModel, config, "embedding");
    if (source.kind === "catalog") return placed(room, config, estimate(source.entry.shape));
    return (await bestEmbeddingPlace(await llama.insights(source.file, config.gpuLayers), room, config)).need;
  } catch (error) {
    if (error instanceof HearthError) return undefined;
    throw error;
  }
}

/** All layers on the GPU where they have room, else none. */
export async function bestEmbeddingPlace(insights: ModelInsights, room: Room, config: Pick<EngineConfig, "gpuLayers">) {
  const at = async (gpuLayers: number) => {
    const { kvCache, compute } = await insights.embeddingContext(gpuLayers);
    return { gpuLayers, need: sum(await insights.weights(gpuLayers), kvCache, compute) };
  };
  const onGpu = usesGpu(room, config) ? await at(insights.layers) : undefined;
  return onGpu && onGpu.need.vram <= room.vram ? onGpu : at(0);
}

function usesGpu(room: Room, { gpuLayers }: Pick<EngineConfig, "gpuLayers">): boolean {
  return room.device !== "cpu" && gpuLayers !== 0;
}

function placed(room: Room, config: EngineConfig, bytes: number): MemoryNeed {
  return usesGpu(room, config) && bytes <= room.vram ? { ...nothing, vram: bytes } : { ...nothing, ram: bytes };
}

/** With a context for its longest input: the KV cache of a decoder, and the attention scores, the largest buffer. */
function estimate({ weightBytes, heads, layers, kvWidth }: ModelShape): number {
  const kvCache = longestEmbeddingInput * layers * kvWidth * bytesPerValue.f16;
  return weightBytes + kvCache + heads * longestEmbeddingInput ** 2 * 4;
}
