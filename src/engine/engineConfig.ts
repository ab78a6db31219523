import { isDeepStrictEqual } from "node:util";
import { HearthError } from "../common/errors";
import type { EngineConfig } from "./ports";
import { engineRanges } from "./ranges";
import { checkRange } from "./samplers";

/** Throws "bad-setting" with the name, the value and the range of the first value that is out of range. */
export function checkEngineConfig(config: EngineConfig): void {
  checkRange("contextSize", config.contextSize, engineRanges.contextSize);
  checkRange("threads", config.threads, engineRanges.threads);
  checkRange("sequences", config.sequences, engineRanges.sequences);
  checkGpuLayers(config.gpuLayers);
  if (config.model.trim() !== "") return;
  throw new HearthError("bad-setting", "The setting model is empty.", { remedy: "Set model to a catalog id or to the path of a .gguf file." });
}

function checkGpuLayers(gpuLayers: unknown): void {
  if (gpuLayers === "auto" || gpuLayers === "max") return;
  if (typeof gpuLayers === "number") return checkRange("gpuLayers", gpuLayers, engineRanges.gpuLayers);
  throw new HearthError("bad-setting", `The setting gpuLayers is "${String(gpuLayers)}"; it has to be auto, max or a number.`, {
    remedy: "Set gpuLayers to auto, max, or a whole number; 0 uses the processor only.",
  });
}

/** Whether a change from `a` to `b` leaves the chat model loaded. */
export function sameChatModel(a: EngineConfig, b: EngineConfig): boolean {
  return isDeepStrictEqual({ ...a, embeddingModel: "" }, { ...b, embeddingModel: "" });
}

/** Whether a change from `a` to `b` leaves the embedding model loaded. */
export function sameEmbeddingModel(a: EngineConfig, b: EngineConfig): boolean {
  const part = ({ embeddingModel, modelDirectories, gpuLayers, threads }: EngineConfig) => ({ embeddingModel, modelDirectories, gpuLayers, threads });
  return isDeepStrictEqual(part(a), part(b));
}
