import type { GgufFileInfo } from "node-llama-cpp";
import type { KvCacheType } from "../ports";

/** ggml's blocks: 32 values with a 16-bit scale. */
export const bytesPerValue = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 } as const satisfies Record<KvCacheType, number>;

/** Bytes that one token takes in the KV cache, over all layers. */
export function kvBytesPerToken(info: Pick<GgufFileInfo, "architectureMetadata">, type: KvCacheType): number {
  return valuesPerToken(info) * bytesPerValue[type];
}

function valuesPerToken({ architectureMetadata }: Pick<GgufFileInfo, "architectureMetadata">): number {
  const { block_count: layers = 0, embedding_length: width = 0, attention } = architectureMetadata;
  const heads = attention?.head_count ?? 0;
  if (heads === 0) return 0;
  const headSize = width / heads;
  const { key_length: keys = headSize, value_length: values = headSize } = attention ?? {};
  return keyHeads(attention?.head_count_kv ?? heads, layers) * (keys + values);
}

/** Heads of all layers; a file may name a number for each. */
function keyHeads(perLayer: number | readonly number[], layers: number): number {
  return typeof perLayer === "number" ? perLayer * layers : perLayer.reduce((sum, heads) => sum + heads, 0);
}
