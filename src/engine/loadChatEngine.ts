import type { Log } from "../common/log";
import { defaultsFor } from "./catalog";
import { ChatEngine } from "./chatEngine";
import { physicalCores, threadsFor } from "./cpuCores";
import { cacheFormat } from "./engineConfig";
import { resolveFormat } from "./formats/resolveFormat";
import { checkGguf, type GgufInfo } from "./ggufCheck";
import { openEmbeddingTable } from "./guidance/embeddingTable";
import { ModelGuidance } from "./guidance/modelGuidance";
import { loadChatRuntime } from "./loadChatRuntime";
import { type ChosenModel, chooseModel } from "./chooseModel";
import { checkRole, modelDirectories } from "./modelFile";
import { modelHash } from "./modelHash";
import { openStates } from "./openStates";
import type { EngineConfig, ModelInfo, PromptFormatName } from "./ports";
import type { ChatRuntime, LlamaRuntime } from "./runtime";
import { cpuSnapshot } from "./threads/cpuLoad";
import { tuneThreads } from "./threads/tuneThreads";

export interface LoadTools {
  readonly llama: LlamaRuntime;
  readonly log: Log;
  /** What may change while the model stays loaded, asked for anew whenever it counts; by default as it is at the load. */
  readonly settings?: () => LiveSettings;
  /** Called when what a loaded engine says of itself has changed: its numbers of threads. */
  readonly onInfoChanged?: (info: ModelInfo) => void;
}

type LiveSettings = Pick<EngineConfig, "promptLookup" | "stateBudgetBytes">;

/** Share of the progress that is left for making the context. */
const weightsShare = 0.95;

/**
 * Finds, checks and loads the model that `config` names, or the one that stands in for it.
 * Throws "model-not-found", "model-invalid", "bad-setting" for an embedding model, "model-load-failed",
 * "out-of-memory", or an AbortError.
 * @param onProgress from 0, once the file is known to be sound, up to 1; `device` is "cpu" or the GPU backend
 */
export async function loadChatEngine(
  config: EngineConfig,
  tools: LoadTools,
  signal: AbortSignal,
  onProgress: (fraction: number, device: string) => void,
): Promise<ChatEngine> {
  const startedAt = performance.now();
  const loadBegan = cpuSnapshot();
  const model = await chooseModel(config, modelDirectories(config.modelDirectories));
  const gguf = await checkGguf(model.file);
  checkRole(model.file, gguf.role, "chat");
  const hash = await modelHash(model.file);
  const cores = await physicalCores();
  const threads = threadsFor(config.threads, cores);
  signal.throwIfAborted();
  const { runtime, gpuFallback } = await loadChatRuntime(
    { file: model.file, config, threads, signal, onProgress: (fraction, device) => onProgress(fraction * weightsShare, device) },
    tools.llama,
    tools.log,
  );
  try {
    const loaded = { model, gguf, hash, threads, gpuFallback, loadMs: performance.now() - startedAt };
    const engine = await createChatEngine(runtime, loaded, config, tools);
    if (config.threads === 0) await tuneThreads(engine, runtime, { ...tools, cores, loadBegan, directory: config.stateDirectory });
    return engine;
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

interface LoadedFile {
  readonly model: ChosenModel;
  readonly gguf: GgufInfo;
  readonly hash: string;
  readonly threads: number;
  readonly gpuFallback: string | undefined;
  readonly loadMs: number;
}

async function createChatEngine(runtime: ChatRuntime, loaded: LoadedFile, config: EngineConfig, tools: LoadTools): Promise<ChatEngine> {
  const { model, threads } = loaded;
  const { log, settings = () => config } = tools;
  const entry = model.entry?.role === "chat" ? model.entry : undefined;
  const format = resolveFormat(runtime.vocabulary, runtime.hints, entry?.format);
  if (model.standsInFor !== undefined) log.write("info", `${model.standsInFor} is not downloaded, so ${model.id} answers, the small model that comes with Hearth.`);
  else if (runtime.contextSize < config.contextSize) {
    log.write("warn", `${model.id} was trained for ${runtime.contextSize} tokens, so its context is that and not ${config.contextSize}.`);
  }
  const info = modelInfo(runtime, loaded, format.name, config);
  if (info.flashAttention && !config.flashAttention) log.write("info", `Flash attention is on: a KV cache of type ${info.kvCacheType} needs it.`);
  log.write("info", `${model.id}: ${format.name} format, ${info.contextSize} tokens of context, ${threads} threads, ${info.device}, ${info.gpuLayers} layers on the GPU`);
  const opened = await openStates(config.stateDirectory, info, runtime, () => settings().stateBudgetBytes, log);
  return new ChatEngine(runtime, format, info, {
    ...{ ...opened, log, promptLookup: () => settings().promptLookup },
    guidance: new ModelGuidance(() => openEmbeddingTable(model.file)),
    stops: { tokens: entry?.stopTokens ?? [], texts: entry?.stopTexts ?? [] },
  });
}

function modelInfo(runtime: ChatRuntime, loaded: LoadedFile, format: PromptFormatName, config: EngineConfig): ModelInfo {
  const { model, gguf, hash, threads, gpuFallback, loadMs } = loaded;
  const { contextSize, trainedContextSize, gpuLayers, layers, device, libraryVersion } = runtime;
  return {
    ...{ id: model.id, file: model.file, hash, format, threads, prefillThreads: threads, loadMs },
    ...{ ...cacheFormat(config), libraryVersion, layers, ...(gpuFallback !== undefined && { gpuFallback }) },
    ...(model.standsInFor !== undefined && { standsInFor: model.standsInFor }),
    ...{ contextSize, trainedContextSize, gpuLayers, device, sequences: runtime.sequences.length },
    defaults: model.entry?.role === "chat" ? model.entry.defaults : defaultsFor(gguf),
  };
}
