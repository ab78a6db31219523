import assert from "node:assert/strict";
import type { EngineState, ModelInfo, ModelListing } from "../../../../src/engine/ports";
import { offeredModels, type OfferSource } from "../../../../src/vscode/languageModel/modelInformation";
import { info } from "../../chat/fakes";

const listing = (part: Partial<ModelListing>): ModelListing => ({ id: "own.gguf", role: "chat", source: "", contextLength: 8192, description: "", ...part });
const source = (part: Partial<OfferSource>): OfferSource => ({
  listings: [listing({ id: "own.gguf", file: "/m/own.gguf" }), listing({ id: "phi3-mini", file: "/m/phi.gguf", contextLength: 4096, sizeBytes: 2.4e9 }), listing({ id: "qwen2-1.5b" })],
  config: { model: "phi3-mini", contextSize: 6000 },
  state: { kind: "idle", model: "phi3-mini" },
  maxTokens: undefined,
  ...part,
});
const ready = (part: Partial<ModelInfo>): EngineState => ({ kind: "ready", info: { ...info, ...part } });

describe("the models that the editor is offered", () => {
  it("are those on this machine, the one that is set first", () => {
    const offered = offeredModels(source({}));
    assert.deepEqual(offered.map(({ id, setting }) => [id, setting]), [["phi3-mini", "phi3-mini"], ["own.gguf", "/m/own.gguf"]]);
    assert.match(offered[0]!.detail!, /2\.4 GB/);
    assert.deepEqual(offered[0]!.capabilities, { imageInput: false, toolCalling: false });
  });

  it("are the server's first where one answers, none of the others being in use", () => {
    const server = { url: "http://gpu-box:8080/v1", model: "Qwen/qwen2.5", contextSize: 0, silenceSeconds: 300 };
    const offered = (state: EngineState) => offeredModels(source({ server, state }));
    const shown = offered({ kind: "idle", model: "Qwen/qwen2.5" });
    assert.deepEqual(shown.map(({ id, name, setting, isInUse }) => [id, name, setting, isInUse]), [
      ["server/qwen2.5", "qwen2.5", undefined, true],
      ["own.gguf", "own", "/m/own.gguf", false],
      ["phi3-mini", "phi3-mini", "phi3-mini", false],
    ]);
    assert.deepEqual([shown[0]?.detail, shown[0]?.maxInputTokens, shown[0]?.maxOutputTokens], ["on gpu-box", 2048, 2048]);
    const [first, second] = offered(ready({ id: "Qwen/qwen2.5", server: server.url, contextSize: 32_768 }));
    assert.equal((first?.maxInputTokens ?? 0) + (first?.maxOutputTokens ?? 0), 32_768);
    assert.equal((second?.maxInputTokens ?? 0) + (second?.maxOutputTokens ?? 0), 6000);
  });

  it("name one that is set by its path", () => {
    const [first] = offeredModels(source({ config: { model: "/m/own.gguf", contextSize: 6000 } }));
    assert.deepEqual([first?.id, first?.name, first?.setting], ["own.gguf", "own", "/m/own.gguf"]);
  });

  it("leave out what cannot answer", () => {
    const listings = [listing({ role: "embedding", file: "/m/e.gguf" }), listing({ contextLength: 0, file: "/m/broken.gguf" })];
    assert.deepEqual(offeredModels(source({ listings })), []);
  });

  const sizes: readonly [name: string, part: Partial<OfferSource>, input: number, output: number][] = [
    ["the settings, bounded by the training", { maxTokens: 1000 }, 3096, 1000],
    ["the loaded model", { state: ready({ contextSize: 2048 }), maxTokens: undefined }, 1998, 50],
    ["half a context at most for the answer", { maxTokens: 32_768 }, 2048, 2048],
  ];
  for (const [name, part, input, output] of sizes) {
    it(`have the size that follows from ${name}`, () => {
      const [first] = offeredModels(source(part));
      assert.deepEqual([first?.maxInputTokens, first?.maxOutputTokens], [input, output]);
    });
  }
});
