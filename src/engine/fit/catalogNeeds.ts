import type { ModelShape } from "../catalog";
import type { MemoryNeed } from "../modelReports";
import { bytesPerValue } from "../native/kvShape";
import { attentionBytes, logitsBytes, vocabularyBytes } from "./batchBuffers";
import type { CacheFormat } from "./fileNeeds";
import type { ModelNeeds } from "./needs";


/**
 * The needs of a model whose file is not there, after the catalog's figures. Its buffers are those that llama.cpp
 * plans for a dense decoder; against the library's simulation of the same shapes they are within some per cent.
 */
export function catalogNeeds(shape: ModelShape, format: CacheFormat): ModelNeeds {
  return {
    layers: shape.layers + 1,
    needs({ contextSize, sequences, gpuLayers }) {
      const cells = Math.ceil(contextSize / 256) * 256 * sequences;
      const kvCache = cells * shape.layers * shape.kvWidth * bytesPerValue[format.kvCacheType];
      const repeating = Math.min(Math.max(0, gpuLayers - 1), shape.layers) / shape.layers;
      const onGpu = gpuLayers > 0 ? 1 : 0;
      return Promise.resolve({
        weights: weightsOf(shape, repeating, onGpu),
        kvCache: split(kvCache, repeating),
        compute: computeOf(shape, contextSize, format.flashAttention, onGpu),
      });
    },
  };
}

/** The output layer goes to the GPU first; a tied one is copied there, for the processor needs the matrix itself. */
function weightsOf({ weightBytes, embeddingBytes, outputBytes, vocabularyEntries }: ModelShape, repeating: number, onGpu: number): MemoryNeed {
  const separateOutput = outputBytes === "tied" ? 0 : outputBytes;
  const layers = repeating * (weightBytes - embeddingBytes - separateOutput);
  return {
    ram: weightBytes - layers - onGpu * separateOutput + vocabularyBytes(vocabularyEntries),
    vram: layers + onGpu * (outputBytes === "tied" ? embeddingBytes : outputBytes),
  };
}

/** On a GPU the larger of two moments: the attention of a batch, and its logits. */
function computeOf(shape: ModelShape, contextSize: number, flashAttention: boolean, onGpu: number): MemoryNeed {
  const attention = attentionBytes(shape, contextSize, flashAttention);
  return onGpu === 0 ? { ram: attention, vram: 0 } : { ram: 0, vram: Math.max(attention, logitsBytes(shape, shape.vocabularySize, contextSize)) };
}

function split(bytes: number, onGpu: number): MemoryNeed {
  return { ram: bytes * (1 - onGpu), vram: bytes * onGpu };
}
