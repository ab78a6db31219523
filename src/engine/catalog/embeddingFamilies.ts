import { catalog, type EmbeddingCatalogModel } from "../catalog";
import type { GgufInfo } from "../ggufCheck";

/** How the vectors of a model are made and used. */
export type EmbeddingUse = Pick<EmbeddingCatalogModel, "queryPrefix" | "documentPrefix" | "leastDimensions">;

interface Family {
  /** Of the name that the file gives itself, or of the file's own. */
  readonly name: RegExp;
  readonly use: EmbeddingUse;
}

/** Models that people bring as a file; the prefixes are those of their model cards. */
const families: readonly Family[] = [
  { name: /coderank/i, use: useOf("coderank-137m") },
  { name: /qwen3.?embedding/i, use: useOf("qwen3-embedding-0.6b") },
  { name: /nomic.?embed.?code/i, use: { queryPrefix: "Represent this query for searching relevant code: ", documentPrefix: "" } },
  { name: /nomic.?embed.?text/i, use: { queryPrefix: "search_query: ", documentPrefix: "search_document: " } },
  { name: /bge.?(small|base|large).?en/i, use: { queryPrefix: "Represent this sentence for searching relevant passages: ", documentPrefix: "" } },
  { name: /\be5.?(small|base|large)/i, use: { queryPrefix: "query: ", documentPrefix: "passage: " } },
  {
    name: /embedding.?gemma/i,
    use: { queryPrefix: "task: code retrieval | query: ", documentPrefix: "title: none | text: ", leastDimensions: 128 },
  },
];

const plain: EmbeddingUse = { queryPrefix: "", documentPrefix: "" };

/** How a model that is given by path is used: as its family is, else with no prefixes and uncut. */
export function embeddingUse(file: string, { name }: Pick<GgufInfo, "name">): EmbeddingUse {
  const family = families.find((known) => known.name.test(name)) ?? families.find((known) => known.name.test(file));
  return family?.use ?? plain;
}

function useOf(id: string): EmbeddingUse {
  const entry = catalog.find((known) => known.id === id);
  if (entry?.role !== "embedding") throw new RangeError(`The catalog has no embedding model ${id}.`);
  return entry;
}
