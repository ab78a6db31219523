import type * as LibraryModule from "node-llama-cpp";
import type { GgufFileInfo, GgufInsights, Llama } from "node-llama-cpp";
import { attentionBytes, batchSize, vocabularyBytes } from "../fit/batchBuffers";
import { readGgufHeader } from "../ggufHeader";
import type { MemoryNeed } from "../modelReports";
import type { ContextNeed, ContextShape, ModelInsights } from "../runtime";
import { mapsWeights, repackedShare } from "../weightMapping";
import { ggmlTypeName, longestEmbeddingInput } from "./contextDefaults";
import { kvBytesPerToken } from "./kvShape";

type Library = typeof LibraryModule;

/** Contexts are made in steps of so many tokens. */
const contextStep = 256;

/** The library's simulation of a load: llama.cpp plans its buffers and allocates none of them. */
export class NativeInsights implements ModelInsights {
  readonly layers: number;
  readonly trainedContextSize: number;
  readonly parameters: number;
  readonly #library: Library;
  readonly #insights: GgufInsights;
  readonly #copiedShare: number;

  /** @param copiedShare of the processor's weights, that it keeps a second time */
  private constructor(library: Library, insights: GgufInsights, copiedShare: number) {
    this.#library = library;
    this.#insights = insights;
    this.#copiedShare = copiedShare;
    this.layers = insights.totalLayers;
    this.trainedContextSize = insights.trainContextSize ?? 0;
    this.parameters = insights.totalParameters;
  }

  static async read(library: Library, llama: Llama, file: string): Promise<NativeInsights> {
    const info = await library.readGgufFileInfo(file, { sourceType: "filesystem", logWarnings: false });
    return new NativeInsights(library, await library.GgufInsights.from(info, llama), await copiedShare(file));
  }

  async weights(gpuLayers: number): Promise<MemoryNeed> {
    const { cpuRam, gpuVram } = await this.#insights.estimateModelResourceRequirementsV2({ gpuLayers });
    const { ram, vram } = onProcessor(gpuLayers, { ram: cpuRam, vram: gpuVram });
    const copies = gpuLayers === 0 ? ram * this.#copiedShare : 0;
    return { ram: ram + copies + vocabularyBytes(vocabularyEntries(this.#insights.ggufFileInfo)), vram };
  }

  async context({ contextSize, sequences, gpuLayers, kvCacheType, flashAttention }: ContextShape): Promise<ContextNeed> {
    const type = this.#library.GgmlType[ggmlTypeName[kvCacheType]];
    const { cpuRam, gpuVram } = await this.#insights.estimateContextResourceRequirementsV2({
      ...{ contextSize, sequences, modelGpuLayers: gpuLayers, flashAttention, swaFullCache: true },
      ...{ batchSize: Math.min(batchSize, contextSize * sequences), kvCacheKeyType: type, kvCacheValueType: type },
    });
    const cells = Math.ceil(contextSize / contextStep) * contextStep * sequences;
    const cacheBytes = cells * kvBytesPerToken(this.#insights.ggufFileInfo, kvCacheType);
    const { kvCache, compute } = this.#split(onProcessor(gpuLayers, { ram: cpuRam, vram: gpuVram }), cacheBytes, gpuLayers);
    return { kvCache, compute: { ...compute, ram: Math.min(compute.ram, this.#touched(contextSize, flashAttention)) } };
  }

  /** What of the processor's buffers is ever used; see `logitsBytes`. */
  #touched(contextSize: number, flashAttention: boolean): number {
    const { embedding_length: width = 0, attention } = this.#insights.ggufFileInfo.architectureMetadata;
    const heads = attention?.head_count;
    return heads === undefined ? Number.POSITIVE_INFINITY : attentionBytes({ width, heads }, contextSize, flashAttention);
  }

  async embeddingContext(gpuLayers: number): Promise<ContextNeed> {
    const contextSize = Math.min(longestEmbeddingInput, this.trainedContextSize || longestEmbeddingInput);
    const { cpuRam, gpuVram } = await this.#insights.estimateContextResourceRequirementsV2({
      ...{ contextSize, batchSize: contextSize, sequences: 1, modelGpuLayers: gpuLayers, isEmbeddingContext: true, swaFullCache: true },
    });
    return { kvCache: { ram: 0, vram: 0 }, compute: onProcessor(gpuLayers, { ram: cpuRam, vram: gpuVram }) };
  }

  /** The total is llama.cpp's own; how it divides is counted here. The output layer goes to the GPU first and has no cache. */
  #split(total: MemoryNeed, cacheBytes: number, gpuLayers: number): ContextNeed {
    const repeating = Math.max(1, this.layers - 1);
    const onGpu = Math.min(Math.max(0, gpuLayers - 1), repeating) / repeating;
    const vram = Math.min(total.vram, cacheBytes * onGpu);
    const ram = Math.min(total.ram, cacheBytes - vram);
    return { kvCache: { ram, vram }, compute: { ram: total.ram - ram, vram: total.vram - vram } };
  }
}

/** What the processor rearranges stands beside the file where that is mapped; a file that is read gives way to it. */
async function copiedShare(file: string): Promise<number> {
  const { arch } = process;
  const isMapped = await mapsWeights({ file, onGpu: false, gpuMapsFiles: false, arch });
  return isMapped ? repackedShare((await readGgufHeader(file)).tensors, arch) : 0;
}

/** A model without layers on the GPU is loaded with the processor's library, which keeps no buffer there. */
function onProcessor(gpuLayers: number, { ram, vram }: MemoryNeed): MemoryNeed {
  return gpuLayers === 0 ? { ram: ram + vram, vram: 0 } : { ram, vram };
}

function vocabularyEntries({ metadata }: GgufFileInfo): number {
  const { tokens, merges } = metadata.tokenizer.ggml;
  return tokens.length + (merges?.length ?? 0);
}
