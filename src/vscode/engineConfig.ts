import { existsSync } from "node:fs";
import path from "node:path";
import { defaultModelDirectory, stateDirectory } from "../common/hearthHome";
import type { ChatSettings } from "../chat/types";
import { expandHome } from "../engine/expandHome";
import type { EngineConfig, Servers } from "../engine/ports";
import type { Settings } from "./settings";

/** Where relative paths and `~` lead. All absolute. */
export interface Places {
  readonly home: string;
  /** Hearth's own folder, which holds the models unless a setting says otherwise. */
  readonly hearth: string;
  /** The first workspace folder, where there is one. */
  readonly folder: string | undefined;
}

/** What the engine is to load. `modelOverride` (from HEARTH_MODEL) goes before the setting. */
export function engineConfig(settings: Settings, places: Places, modelOverride?: string): EngineConfig {
  return {
    model: resolveModel(modelOverride?.trim() || settings.model.trim(), places),
    modelDirectories: modelDirectories(settings, places),
    gpuLayers: gpuLayers(settings.gpuLayers),
    contextSize: settings.contextSize,
    threads: settings.threads,
    sequences: settings.sequences,
    kvCacheType: settings.kvCacheType,
    flashAttention: settings.flashAttention,
    promptLookup: settings.promptLookup,
    stateDirectory: stateDirectory(places.hearth),
    stateBudgetBytes: settings.savedStatesLimit * 1e9,
    unloadAfterMinutes: settings.unloadAfter,
    embeddingModel: resolveModel(settings.embeddingModel.trim(), places),
    downloadEndpoint: settings["models.endpoint"].trim(),
    downloadProxy: settings["models.proxy"].trim(),
    servers: serversOf(settings),
  };
}

/** Which models run on servers, without their keys. */
export function serversOf(settings: Settings): Servers {
  const silenceSeconds = settings["server.silenceTimeout"];
  const contextSize = settings["server.contextSize"];
  return {
    backend: settings.backend,
    chat: { url: settings["server.url"], model: settings["server.model"].trim(), contextSize, silenceSeconds },
    embedding: { url: settings["embeddingServer.url"], model: settings["embeddingServer.model"].trim(), contextSize, silenceSeconds },
  };
}

/** What the person set for answers; what is empty is left to the model. */
export function chatSettings(settings: Settings, useContext: boolean): ChatSettings {
  const { sampler, temperature, topK, topP, minP, repeatPenalty, seed, maxTokens, systemPrompt, contextFull, turnWindow } = settings;
  const set = Object.entries({ sampler, temperature, topK, topP, minP, repeatPenalty, seed }).filter(([, value]) => value !== null);
  return {
    sampling: Object.fromEntries(set),
    ...(maxTokens !== null && { maxTokens }),
    ...guidanceSettings(settings),
    ...(systemPrompt.trim() !== "" && { systemPrompt }),
    contextFull,
    ...(turnWindow !== null && { turnWindow }),
    useContext: useContext && settings["index.enabled"],
  };
}

function guidanceSettings({ guidance, guidanceScale: scale, guidanceTopN: topN, guidanceQuery: query, guidanceAdaptive }: Settings): Pick<ChatSettings, "guidance"> {
  return guidance === "none" ? {} : { guidance: { strategy: guidance, scale, topN, query, adaptive: guidanceAdaptive === "on" } };
}

/** Whether a model is named by its file rather than by its id in the catalog. */
function isModelFile(model: string): boolean {
  return /^~|[\\/]|\.gguf$/i.test(model);
}

/** Absolute, in the order in which they are searched; downloads go to the first. */
export function modelDirectories(settings: Settings, places: Places): readonly string[] {
  const given = settings.modelDirectories.filter((folder) => folder.trim() !== "");
  return given.length > 0 ? given.map((folder) => resolvePath(folder, places)) : [defaultModelDirectory(places.hearth)];
}

/** The engine looks for a bare file name in the model folders, unless it is a file of the workspace folder. */
function resolveModel(model: string, places: Places): string {
  if (!isModelFile(model)) return model;
  const file = resolvePath(model, places);
  return /^~$|[\\/]/.test(model) || existsSync(file) ? file : model;
}

function resolvePath(given: string, { home, folder }: Places): string {
  return path.resolve(folder ?? home, expandHome(given, home));
}

function gpuLayers(value: string): EngineConfig["gpuLayers"] {
  return value === "auto" || value === "max" ? value : Number(value);
}
