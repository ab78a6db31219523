import { isDeepStrictEqual } from "node:util";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import type { CacheFormat } from "./fit/fileNeeds";
import type { EngineConfig } from "./ports";
import { engineRanges } from "./ranges";
import { checkRange } from "./samplers";

/** What a configuration holds unless somebody says otherwise; `stateDirectory` is for the caller to name. */
export const engineDefaults = {
  ...{ gpuLayers: "auto", contextSize: 4096, threads: 0, sequences: 2, kvCacheType: "f16", flashAttention: false, promptLookup: "auto" },
  ...{ stateDirectory: "", stateBudgetBytes: 4e9, unloadAfterMinutes: 30 },
  ...{ embeddingModel: "", downloadEndpoint: "", downloadProxy: "" },
} as const satisfies Omit<EngineConfig, "model" | "modelDirectories">;

/** Throws "bad-setting" with the name, the value and the range of the first value that is out of range. */
export function checkEngineConfig(config: EngineConfig): void {
  checkRange("contextSize", config.contextSize, engineRanges.contextSize);
  checkRange("threads", config.threads, engineRanges.threads);
  checkRange("sequences", config.sequences, engineRanges.sequences);
  checkRange("unloadAfterMinutes", config.unloadAfterMinutes, engineRanges.unloadAfterMinutes);
  checkRange("stateBudgetBytes", config.stateBudgetBytes, engineRanges.stateBudgetBytes);
  checkGpuLayers(config.gpuLayers);
  if (config.model.trim() !== "") return;
  throw new HearthError("bad-setting", t("The setting model is empty."), { remedy: t("Set model to a catalog id or to the path of a .gguf file.") });
}

function checkGpuLayers(gpuLayers: unknown): void {
  if (gpuLayers === "auto" || gpuLayers === "max") return;
  if (typeof gpuLayers === "number") return checkRange("gpuLayers", gpuLayers, engineRanges.gpuLayers);
  throw new HearthError("bad-setting", t('The setting gpuLayers is "{0}"; it has to be auto, max or a number.', String(gpuLayers)), {
    remedy: t("Set gpuLayers to auto, max, or a whole number; 0 uses the processor only."),
  });
}

/** How the KV cache is kept. A quantised one cannot be made without flash attention, and so turns it on. */
export function cacheFormat({ kvCacheType, flashAttention }: CacheFormat): CacheFormat {
  return { kvCacheType, flashAttention: flashAttention || kvCacheType !== "f16" };
}

/** Whether a change from `a` to `b` leaves the chat model loaded. */
export function sameChatModel(a: EngineConfig, b: EngineConfig): boolean {
  return isDeepStrictEqual(chatPart(a), chatPart(b));
}

/** Whether a change from `a` to `b` leaves the embedding model loaded. */
export function sameEmbeddingModel(a: EngineConfig, b: EngineConfig): boolean {
  const part = ({ embeddingModel, modelDirectories, gpuLayers, threads }: EngineConfig) => ({ embeddingModel, modelDirectories, gpuLayers, threads });
  return isDeepStrictEqual(part(a), part(b));
}

function chatPart(config: EngineConfig) {
  const { model, standIn, modelDirectories, gpuLayers, contextSize, threads, sequences, stateDirectory } = config;
  return { model, standIn, modelDirectories, gpuLayers, contextSize, threads, sequences, stateDirectory, ...cacheFormat(config) };
}
