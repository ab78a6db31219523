import assert from "node:assert/strict";
import { silentLog } from "../../../src/common/log";
import { catalog, type EmbeddingCatalogModel } from "../../../src/engine/catalog";
import { embeddingUse } from "../../../src/engine/catalog/embeddingFamilies";
import { EmbeddingEngine, loadEmbeddingEngine } from "../../../src/engine/embedding";
import { NativeLlama } from "../../../src/engine/llama";
import type { EmbeddingRuntime } from "../../../src/engine/runtime";
import { testModel } from "../../fixtures/models";
import { testConfig } from "./testRuntime";

const never = new AbortController().signal;

class FakeRuntime implements EmbeddingRuntime {
  readonly dimensions = 2;
  readonly gpuLayers = 0;
  readonly texts: string[] = [];

  embed(text: string): Promise<readonly number[] | undefined> {
    this.texts.push(text);
    return Promise.resolve([3, 4]);
  }

  countTokens(text: string): number {
    return text.split(" ").length;
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

describe("embedding engine", () => {
  it("puts the model's prefixes before questions and documents, and gives vectors of length 1", async () => {
    const runtime = new FakeRuntime();
    const engine = new EmbeddingEngine(runtime, { id: "m", hash: "h", dimensions: 2 }, { queryPrefix: "ask: ", documentPrefix: "code: " });
    const [asked] = await engine.embed(["where"], "query", never);
    const vectors = await engine.embed(["a()", "  "], "document", never);
    assert.deepEqual(runtime.texts, ["ask: where", "code: a()"]);
    assert.deepEqual([...asked!].map((value) => Math.round(value * 1e6) / 1e6), [0.6, 0.8]);
    assert.deepEqual([...vectors[1]!], [0, 0], "a text without a word has no vector");
  });

  it("embeds a raw text as it stands, and counts what is embedded", async () => {
    const runtime = new FakeRuntime();
    const engine = new EmbeddingEngine(runtime, { id: "m", hash: "h", dimensions: 2 }, { queryPrefix: "ask: ", documentPrefix: "code: " });
    await engine.embed(["where is it"], "raw", never);
    assert.deepEqual(runtime.texts, ["where is it"]);
    assert.deepEqual(engine.countInput(["where is it", " "], "raw"), [3, 0]);
    assert.deepEqual(engine.countInput(["where is it"], "query"), [4]);
  });

  it("stops between two texts", async () => {
    const stop = new AbortController();
    const runtime = new FakeRuntime();
    runtime.embed = (text) => {
      runtime.texts.push(text);
      stop.abort();
      return Promise.resolve([1, 0]);
    };
    const engine = new EmbeddingEngine(runtime, { id: "m", hash: "h", dimensions: 2 }, { queryPrefix: "", documentPrefix: "" });
    await assert.rejects(engine.embed(["a", "b", "c"], "document", stop.signal), { name: "AbortError" });
    assert.deepEqual(runtime.texts, ["a"]);
  });
});

describe("embedding models by their file", () => {
  const byId = (id: string) => catalog.find((entry): entry is EmbeddingCatalogModel => entry.id === id && entry.role === "embedding")!;
  const cases: readonly [file: string, name: string, query: string, document: string, least: number | undefined][] = [
    ["coderankembed-q8_0.gguf", "CodeRankEmbed", byId("coderank-137m").queryPrefix, "", undefined],
    ["x.gguf", "Qwen3 Embedding 0.6b", byId("qwen3-embedding-0.6b").queryPrefix, "", 32],
    ["Qwen3-Embedding-4B-Q4_K_M.gguf", "", byId("qwen3-embedding-0.6b").queryPrefix, "", 32],
    ["nomic-embed-text-v1.5.Q8_0.gguf", "nomic-embed-text-v1.5", "search_query: ", "search_document: ", undefined],
    ["bge-small-en-v1.5-q8_0.gguf", "Bge Small En v1.5", "Represent this sentence for searching relevant passages: ", "", undefined],
    ["embeddinggemma-300M-Q8_0.gguf", "Embeddinggemma 300m", "task: code retrieval | query: ", "title: none | text: ", 128],
    ["granite-embedding.gguf", "Granite Embedding", "", "", undefined],
  ];
  for (const [file, name, query, document, least] of cases) {
    it(`${file} is used as its model card says`, () => {
      const use = embeddingUse(file, { name });
      assert.deepEqual([use.queryPrefix, use.documentPrefix, use.leastDimensions], [query, document, least]);
    });
  }

  it("asks Qwen3 in its instruction form", () => {
    assert.equal(byId("qwen3-embedding-0.6b").queryPrefix, "Instruct: Given a question about code, retrieve the code that answers it\nQuery: ");
  });
});

describe("embedding model of random weights", function () {
  this.timeout(60_000);
  const llama = new NativeLlama(() => undefined);
  after(() => llama.dispose());

  it("loads by path, and has a hash and a length of its own", async () => {
    const file = await testModel("bert");
    const engine = await loadEmbeddingEngine(testConfig("none", { embeddingModel: file, gpuLayers: 0, threads: 1 }), { llama, log: silentLog }, never);
    try {
      assert.equal(engine.info.dimensions, 128);
      assert.equal(engine.info.leastDimensions, undefined);
      const [one, same, other] = await engine.embed(["red fox", "red fox", "blue whale"], "document", never);
      assert.deepEqual(one, same);
      assert.notDeepEqual(one, other);
    } finally {
      await engine.dispose();
    }
  });
});
