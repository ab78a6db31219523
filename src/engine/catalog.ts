import { chatModels } from "./catalog/chatModels";
import { embeddingModels } from "./catalog/embeddingModels";
import type { GgufInfo } from "./ggufCheck";
import type { ModelDefaults, PromptFormatName } from "./ports";

interface CatalogModel {
  readonly id: string;
  readonly file: string;
  /** `hf:OWNER/REPOSITORY/FILE` on the Hugging Face hub, or "bundled": it comes with Hearth. */
  readonly source: string;
  /** Hex, of the whole file; absent where nobody publishes one, and then the source's own word is taken. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
  /** Tokens that the model was trained for. */
  readonly contextLength: number;
  readonly description: string;
  /** SPDX id, or the name of the licence. */
  readonly licence: string;
  readonly shape: ModelShape;
}

/** What tells the memory that a model takes before its file is there. */
export interface ModelShape {
  /** Without the output layer. */
  readonly layers: number;
  /** Length of a token's vector. */
  readonly width: number;
  /** Attention heads. */
  readonly heads: number;
  /** Values that a token takes in one layer's KV cache: keys and values of all their heads. */
  readonly kvWidth: number;
  readonly vocabularySize: number;
  /** Tokens and merges of the tokenizer. */
  readonly vocabularyEntries: number;
  /** About the file's size. */
  readonly weightBytes: number;
  /** The embedding matrix; it stays with the processor. */
  readonly embeddingBytes: number;
  /** The output matrix; "tied": the embedding matrix is that too. */
  readonly outputBytes: number | "tied";
}

export interface ChatCatalogModel extends CatalogModel {
  readonly role: "chat";
  readonly format: PromptFormatName;
  /** Single tokens that end an answer; they never show. */
  readonly stopTokens: readonly string[];
  /** Plain text that ends an answer, besides the format's own. */
  readonly stopTexts: readonly string[];
  readonly defaults: ModelDefaults;
}

export interface EmbeddingCatalogModel extends CatalogModel {
  readonly role: "embedding";
  readonly dimensions: number;
  /** Fewest numbers that a vector may be cut to (Matryoshka training); absent: it may not be cut. */
  readonly leastDimensions?: number;
  /** Stands before a question. */
  readonly queryPrefix: string;
  /** Stands before a text that is to be found. */
  readonly documentPrefix: string;
}

export type CatalogEntry = ChatCatalogModel | EmbeddingCatalogModel;

/** Every model that has a name of its own here; the first one is the default. */
export const catalog: readonly CatalogEntry[] = [...chatModels, ...embeddingModels];

export function catalogEntry(id: string): CatalogEntry | undefined {
  return catalog.find((entry) => entry.id === id);
}

/** The model that answers while the one that is set is not downloaded. */
export const standIn = "ember";

/** For a model of which nothing is known. */
const genericDefaults: ModelDefaults = {
  sampling: { sampler: "top-p", temperature: 0.3, topK: 40, topP: 0.95, minP: 0.05, repeatPenalty: 1 },
  maxTokens: 1024,
  systemPrompt: chatModels[0].defaults.systemPrompt,
};

/** Defaults of a model given by path: those of the catalog's model of the same family, or generic ones. */
export function defaultsFor(info: Pick<GgufInfo, "architecture" | "name" | "contextLength">): ModelDefaults {
  const { defaults } = chatModels.find((entry) => isFamily(entry.format, info)) ?? { defaults: genericDefaults };
  const half = Math.floor((info.contextLength ?? 4096) / 2);
  return { ...defaults, maxTokens: Math.min(defaults.maxTokens, half) };
}

function isFamily(format: PromptFormatName, { architecture, name }: Pick<GgufInfo, "architecture" | "name">): boolean {
  switch (format) {
    case "phi3":
      return architecture === "phi3";
    case "llama2":
      return architecture === "llama" && /code-?\s?llama/i.test(name);
    case "llama3":
      return architecture === "llama" && /llama-?\s?3/i.test(name);
    case "chatml":
      return architecture === "qwen2";
    case "jinja":
      return false;
    default:
      return format satisfies never;
  }
}
