import assert from "node:assert/strict";
import type { ModelListing } from "../../../src/engine/ports";
import { embeddingItems, type EmbeddingSurroundings } from "../../../src/vscode/embeddingItems";

const coderank: ModelListing = { id: "coderank-137m", role: "embedding", source: "hf:a/b", contextLength: 8192, description: "8-bit (146 MB): finds code by meaning." };
const own: ModelListing = { id: "own.gguf", role: "embedding", file: "/models/own.gguf", sizeBytes: 40e6, source: "/models/own.gguf", contextLength: 512, description: "bert" };
const chat: ModelListing = { ...coderank, id: "phi3-mini", role: "chat" };

function items(part: Partial<EmbeddingSurroundings> = {}) {
  return embeddingItems([chat, coderank, own], { current: "", server: undefined, chunks: 10_000, cores: 2, ...part });
}

describe("embedding models to choose from", () => {
  it("are those of the catalog and of the folders, none, and any file; no chat model", () => {
    assert.deepEqual(items().map(({ model, isMissing }) => [model, isMissing]), [["coderank-137m", true], ["/models/own.gguf", false], ["", undefined], [undefined, undefined], [undefined, undefined]]);
  });

  it("have their size, and about how long the chunks take on this many cores", () => {
    const [first, second] = items();
    assert.deepEqual([first?.description, first?.detail], ["146 MB, to be downloaded, 2 h 30 min for 10,000 chunks on the processor", "8-bit: finds code by meaning."]);
    assert.deepEqual([second?.description, second?.detail], ["40 MB, on this machine, 41 min for 10,000 chunks on the processor", "bert"]);
    assert.match(items({ cores: 16 })[0]?.description ?? "", /, 19 min/);
  });

  it("promise no time while nobody knows how many chunks there are", () => assert.equal(items({ chunks: 0 })[0]?.description, "146 MB, to be downloaded"));

  it("have the server that makes the vectors first, and mark it alone", () => {
    const server = { url: "http://gpu-box:8081/v1", model: "nomic-embed", contextSize: 0, silenceSeconds: 300 };
    const labels = items({ server, current: "coderank-137m" }).map(({ label }) => label);
    assert.deepEqual(labels.filter((label) => label.startsWith("$(check)")), ["$(check) nomic-embed on gpu-box"]);
    assert.equal(labels[0], "$(check) nomic-embed on gpu-box");
  });

  const marks: readonly [current: string, label: string][] = [
    ["", "$(check) None"],
    ["coderank-137m", "$(check) coderank-137m"],
    ["/models/own.gguf", "$(check) own.gguf"],
    ["own.gguf", "$(check) own.gguf"],
  ];
  for (const [current, label] of marks) {
    it(`mark ${JSON.stringify(current)}`, () => assert.deepEqual(items({ current }).map((item) => item.label).filter((one) => one.startsWith("$(check)")), [label]));
  }
});
