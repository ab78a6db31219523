import type { KvCacheType } from "../ports";
import type { ModelInsights } from "../runtime";
import type { ModelNeeds } from "./needs";

/** How the KV cache is kept; it decides its size. */
export interface CacheFormat {
  readonly kvCacheType: KvCacheType;
  readonly flashAttention: boolean;
}

/** The needs of a model whose file is there. */
export function fileNeeds(insights: ModelInsights, { kvCacheType, flashAttention }: CacheFormat): ModelNeeds {
  return {
    layers: insights.layers,
    async needs({ contextSize, sequences, gpuLayers }) {
      const weights = await insights.weights(gpuLayers);
      return { weights, ...(await insights.context({ contextSize, sequences, gpuLayers, kvCacheType, flashAttention })) };
    },
  };
}
