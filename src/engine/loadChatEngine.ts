import type { Log } from "../common/log";
import { defaultsFor } from "./catalog";
import { ChatEngine } from "./chatEngine";
import { physicalCores, threadsFor } from "./cpuCores";
import { resolveFormat } from "./formats/resolveFormat";
import { checkGguf, type GgufInfo } from "./ggufCheck";
import { checkRole, modelDirectories, type ResolvedModel, resolveModel } from "./modelFile";
import { modelHash } from "./modelHash";
import type { EngineConfig, ModelInfo, PromptFormatName } from "./ports";
import type { ChatRuntime, LlamaRuntime } from "./runtime";

export interface LoadTools {
  readonly llama: LlamaRuntime;
  readonly log: Log;
}

/** Share of the progress that is left for making the context. */
const weightsShare = 0.95;

/**
 * Finds, checks and loads the model that `config` names.
 * Throws "model-not-found", "model-invalid", "bad-setting" for an embedding model, "model-load-failed",
 * "out-of-memory", or an AbortError.
 * @param onProgress from 0, once the file is known to be sound, up to 1
 */
export async function loadChatEngine(
  config: EngineConfig,
  tools: LoadTools,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<ChatEngine> {
  const startedAt = performance.now();
  const model = await resolveModel(config.model, modelDirectories(config.modelDirectories), "chat");
  const gguf = await checkGguf(model.file);
  checkRole(model.file, gguf.role, "chat");
  const hash = await modelHash(model.file);
  const threads = threadsFor(config.threads, await physicalCores());
  signal.throwIfAborted();
  onProgress(0);
  const { file } = model;
  const { gpuLayers, contextSize, sequences } = config;
  const runtime = await tools.llama.loadChat({
    ...{ file, gpuLayers, contextSize, sequences, threads, signal },
    onProgress: (fraction) => onProgress(fraction * weightsShare),
  });
  try {
    return createChatEngine(runtime, { model, gguf, hash, threads, loadMs: performance.now() - startedAt }, config, tools.log);
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

interface LoadedFile {
  readonly model: ResolvedModel;
  readonly gguf: GgufInfo;
  readonly hash: string;
  readonly threads: number;
  readonly loadMs: number;
}

function createChatEngine(runtime: ChatRuntime, loaded: LoadedFile, config: EngineConfig, log: Log): ChatEngine {
  const { model, threads } = loaded;
  const entry = model.entry?.role === "chat" ? model.entry : undefined;
  const format = resolveFormat(runtime.vocabulary, runtime.hints, entry?.format);
  if (runtime.contextSize < config.contextSize) {
    log.write("warn", `${model.id} was trained for ${runtime.contextSize} tokens, so its context is that and not ${config.contextSize}.`);
  }
  const info = modelInfo(runtime, loaded, format.name);
  log.write("info", `${model.id}: ${format.name} format, ${info.contextSize} tokens of context, ${threads} threads, ${info.device}, ${info.gpuLayers} layers on the GPU`);
  return new ChatEngine(runtime, format, info, { tokens: entry?.stopTokens ?? [], texts: entry?.stopTexts ?? [] });
}

function modelInfo(runtime: ChatRuntime, loaded: LoadedFile, format: PromptFormatName): ModelInfo {
  const { model, gguf, hash, threads, loadMs } = loaded;
  const { contextSize, trainedContextSize, gpuLayers, device } = runtime;
  return {
    ...{ id: model.id, file: model.file, hash, format, threads, loadMs },
    ...{ contextSize, trainedContextSize, gpuLayers, device, sequences: runtime.sequences.length },
    defaults: model.entry?.role === "chat" ? model.entry.defaults : defaultsFor(gguf),
  };
}
