import { t } from "../../common/l10n";
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
    documentPrefix: "",
    get description() {
      return t("CodeRankEmbed 137M, 8-bit (146 MB): finds code by meaning.");
    },
    licence: "MIT",
    shape: {
      ...{ layers: 12, width: 768, heads: 12, kvWidth: 0 },
      ...{ vocabularySize: 30_522, vocabularyEntries: 30_522, weightBytes: 146_000_000, embeddingBytes: 25_000_000, outputBytes: 0 },
    },
  },
  {
    // Hash and size: more than five public model lists pin the same pair for Qwen's file (revision 370f27d7).
    // The vector is that of the last token, an end-of-text that llama.cpp appends; the file says so.
    id: "qwen3-embedding-0.6b",
    role: "embedding",
    file: "Qwen3-Embedding-0.6B-Q8_0.gguf",
    source: "hf:Qwen/Qwen3-Embedding-0.6B-GGUF/Qwen3-Embedding-0.6B-Q8_0.gguf",
    sha256: "06507c7b42688469c4e7298b0a1e16deff06caf291cf0a5b278c308249c3e439",
    sizeBytes: 639_150_592,
    contextLength: 32_768,
    dimensions: 1024,
    // Its model card: "MRL support, user-defined output dimensions from 32 to 1024"; documents take no instruction.
    leastDimensions: 32,
    queryPrefix: "Instruct: Given a question about code, retrieve the code that answers it\nQuery: ",
    documentPrefix: "",
    get description() {
      return t("Qwen3 Embedding 0.6B, 8-bit (639 MB): finds code by meaning, better and slower; wants a GPU.");
    },
    licence: "Apache-2.0",
    shape: {
      ...{ layers: 28, width: 1024, heads: 16, kvWidth: 2048 },
      ...{ vocabularySize: 151_669, vocabularyEntries: 303_056, weightBytes: 639_150_592, embeddingBytes: 165_000_000, outputBytes: "tied" },
    },
  },
] as const satisfies readonly EmbeddingCatalogModel[];
