import { type ChatCatalogModel, catalogEntry } from "./catalog";
import { chatModels } from "./catalog/chatModels";
import { cacheFormat } from "./engineConfig";
import { catalogNeeds } from "./fit/catalogNeeds";
import { decideFit, type FitDecision, type FitQuestion, type FitWish } from "./fit/decideFit";
import { embeddingNeed } from "./fit/embeddingNeed";
import { fileNeeds } from "./fit/fileNeeds";
import { fitSummary } from "./fit/fitSummary";
import { modelSource, type ModelSource } from "./fit/modelSource";
import { type ModelNeeds, nothing } from "./fit/needs";
import { roomIn } from "./fit/room";
import type { FitReport, FitRequest, MemoryNeed } from "./modelReports";
import type { EngineConfig } from "./ports";
import { engineRanges } from "./ranges";
import type { LlamaRuntime } from "./runtime";
import { checkRange } from "./samplers";

type Figures = Pick<LlamaRuntime, "insights" | "memory">;

/**
 * Whether a chat model with its context, and the configured embedding model beside it, fit this machine's memory.
 * Throws "model-not-found", "model-invalid", "bad-setting" for numbers out of range and for an embedding model.
 */
export async function fitModel(request: FitRequest, config: EngineConfig, llama: Figures, signal: AbortSignal): Promise<FitReport> {
  const wanted = { ...config, ...request, model: request.model ?? config.model };
  checkWish(wanted);
  const source = await modelSource(wanted.model, config, "chat");
  signal.throwIfAborted();
  const { model, trained } = await readNeeds(source, wanted, llama);
  signal.throwIfAborted();
  const room = roomIn(await llama.memory(wanted.gpuLayers));
  const embedding = await embeddingNeed(wanted, llama, room);
  signal.throwIfAborted();
  const wish = { ...wanted, contextSize: boundedContext(wanted.contextSize, trained) };
  const question: FitQuestion = { model, room, beside: embedding ?? nothing, wish };
  const decision = await withSmallerModel(question, source.id, wanted, await decideFit(question));
  const report = fitReport(question, decision, source, embedding);
  return wish.contextSize === wanted.contextSize ? report : { ...report, askedContextSize: wanted.contextSize };
}

function checkWish({ contextSize, sequences, gpuLayers }: FitWish): void {
  checkRange("contextSize", contextSize, engineRanges.contextSize);
  checkRange("sequences", sequences, engineRanges.sequences);
  if (typeof gpuLayers === "number") checkRange("gpuLayers", gpuLayers, engineRanges.gpuLayers);
}

async function readNeeds(source: ModelSource, config: EngineConfig, llama: Figures): Promise<{ model: ModelNeeds; trained: number }> {
  if (source.kind === "catalog") return { model: catalogNeeds(source.entry.shape, cacheFormat(config)), trained: source.entry.contextLength };
  const insights = await llama.insights(source.file, config.gpuLayers);
  return { model: fileNeeds(insights, cacheFormat(config)), trained: insights.trainedContextSize };
}

/** A file that does not name its trained size has no bound. */
function boundedContext(wanted: number, trained: number): number {
  return trained > 0 ? Math.min(wanted, trained) : wanted;
}

/** Where no setting helps, the largest model of the catalog that does fit is named. */
async function withSmallerModel(question: FitQuestion, id: string, config: EngineConfig, decision: FitDecision): Promise<FitDecision> {
  if (decision.verdict.kind !== "doesNotFit") return decision;
  const bySize = chatModels.filter((entry) => entry.source !== "bundled" && entry.id !== catalogEntry(id)?.id).toSorted((a, b) => b.shape.weightBytes - a.shape.weightBytes);
  for (const entry of bySize) {
    if (await fitsAsWished(question, entry, config)) return { ...decision, setting: { key: "model", value: entry.id } };
  }
  return decision;
}

async function fitsAsWished(question: FitQuestion, { shape, contextLength }: ChatCatalogModel, config: EngineConfig): Promise<boolean> {
  const wish = { ...question.wish, contextSize: boundedContext(question.wish.contextSize, contextLength) };
  const { verdict, setting } = await decideFit({ ...question, model: catalogNeeds(shape, cacheFormat(config)), wish });
  return verdict.kind === "fits" || (verdict.kind === "fitsWithLayers" && setting === undefined);
}

function fitReport({ model, room, wish }: FitQuestion, decision: FitDecision, source: ModelSource, embedding: MemoryNeed | undefined): FitReport {
  const { verdict, placement, setting } = decision;
  const estimated = source.kind === "catalog";
  return {
    model: source.id,
    ...{ contextSize: wish.contextSize, sequences: wish.sequences, verdict },
    summary: fitSummary({ decision, wish, layers: model.layers, room, estimated }),
    ...(setting && { setting }),
    ...{ gpuLayers: placement.gpuLayers, layers: model.layers, ...placement.needs },
    ...(embedding && { embedding }),
    total: placement.total,
    free: { ram: room.ram, vram: room.vram },
    ...{ device: room.device, estimated },
  };
}
