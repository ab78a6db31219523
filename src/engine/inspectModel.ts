import { HearthError } from "../common/errors";
import { type CatalogEntry, catalogEntry } from "./catalog";
import { cacheFormat } from "./engineConfig";
import { contextMemory, embeddingMemory } from "./fit/contextMemory";
import { fileNeeds } from "./fit/fileNeeds";
import { roomIn } from "./fit/room";
import { chooseFormat, resolveFormat } from "./formats/resolveFormat";
import { type GgufInfo, readModelFile } from "./ggufCheck";
import type { GgufHeader } from "./ggufHeader";
import { modelDirectories, resolveModel } from "./modelFile";
import type { ContextMemory, ModelReport } from "./modelReports";
import type { EngineConfig } from "./ports";
import type { LlamaRuntime, ModelInsights } from "./runtime";

type Figures = Pick<LlamaRuntime, "insights" | "memory" | "vocabulary">;

/**
 * What a model file holds: its header is read, and its weights are left alone.
 * Throws "model-not-found", "model-invalid".
 * @param model path of a .gguf, or the catalog id of a model that is downloaded
 */
export async function inspectModel(model: string, config: EngineConfig, llama: Figures, signal: AbortSignal): Promise<ModelReport> {
  const { file, entry } = await resolveModel(model, modelDirectories(config.modelDirectories), catalogEntry(model)?.role ?? "chat");
  const { header, info } = await readModelFile(file);
  signal.throwIfAborted();
  const insights = await llama.insights(file, config.gpuLayers);
  const format = info.role === "chat" ? await formatOf(file, entry, llama) : { formatReason: "An embedding model has no prompt format." };
  signal.throwIfAborted();
  const { parameters, layers, trainedContextSize } = insights;
  return {
    ...{ file, sizeBytes: info.sizeBytes, name: info.name, role: info.role, architecture: info.architecture, parameters },
    ...{ quantization: info.fileType ?? "unknown", layers, trainedContextSize, vocabularySize: info.vocabularySize },
    ...{ tokenizer: text(header, "tokenizer.ggml.model") ?? "unknown", template: text(header, "tokenizer.chat_template") },
    ...format,
    memory: await memoryOf(insights, info, config, llama),
    sequences: info.role === "chat" ? config.sequences : 1,
  };
}

type FormatPart = Pick<ModelReport, "format" | "formatReason">;

/** The decision of a load, made with the file's own tokenizer. */
async function formatOf(file: string, entry: CatalogEntry | undefined, llama: Figures): Promise<FormatPart> {
  const tokenizer = await llama.vocabulary(file);
  const { vocabulary, hints } = tokenizer;
  try {
    const known = entry?.role === "chat" ? entry.format : undefined;
    const { name, reason } = chooseFormat(vocabulary, hints, known);
    return usable(() => resolveFormat(vocabulary, hints, known), { format: name, formatReason: reason });
  } finally {
    await tokenizer.dispose();
  }
}

/** A template that cannot be rendered stops a load, too. */
function usable(resolve: () => unknown, part: FormatPart): FormatPart {
  try {
    resolve();
    return part;
  } catch (error) {
    if (error instanceof HearthError) return { formatReason: `${part.formatReason} ${error.message}` };
    throw error;
  }
}

async function memoryOf(insights: ModelInsights, { role }: GgufInfo, config: EngineConfig, llama: Figures): Promise<readonly ContextMemory[]> {
  const room = roomIn(await llama.memory(config.gpuLayers));
  if (role === "embedding") return [await embeddingMemory(insights, room, config)];
  return contextMemory({ model: fileNeeds(insights, cacheFormat(config)), room, wish: config }, insights.trainedContextSize);
}

function text({ entries }: GgufHeader, key: string): string | undefined {
  const value = entries.get(key)?.value;
  return typeof value === "string" ? value : undefined;
}
