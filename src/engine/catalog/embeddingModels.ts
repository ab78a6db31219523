import type { EmbeddingCatalogModel } from "../catalog";

export const embeddingModels = [
  {
    // A community conversion of nomic-ai/CodeRankEmbed; no published hash was found.
    id: "coderank-137m",
    role: "embedding",
    file: "coderankembed-q8_0.gguf",
    source: "hf:awhiteside/CodeRankEmbed-Q8_0-GGUF/coderankembed-q8_0.gguf",
    contextLength: 8192,
    dimensions: 768,
    queryPrefix: "Represent this query for searching relevant code: ",
    description: "CodeRankEmbed 137M, 8-bit (146 MB): finds code by meaning.",
    licence: "MIT",
    shape: {
      ...{ layers: 12, width: 768, heads: 12, kvWidth: 0 },
      ...{ vocabularySize: 30_522, vocabularyEntries: 30_522, weightBytes: 146_000_000, embeddingBytes: 25_000_000, outputBytes: 0 },
    },
  },
] as const satisfies readonly EmbeddingCatalogModel[];
