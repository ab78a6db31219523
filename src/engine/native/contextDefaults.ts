import type { GgmlType } from "node-llama-cpp";
import type { KvCacheType } from "../ports";

/** Longest input of an embedding model, in tokens; memory grows with it. */
export const longestEmbeddingInput = 2048;

/** The library's names. */
export const ggmlTypeName = { f16: "F16", q8_0: "Q8_0", q4_0: "Q4_0" } as const satisfies Record<KvCacheType, keyof typeof GgmlType>;
