import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import { silentLog } from "../../../src/common/log";
import { loadChatRuntime } from "../../../src/engine/loadChatRuntime";
import type { EngineConfig } from "../../../src/engine/ports";
import type { ChatRuntime, GpuReport, LlamaRuntime, LoadChatOptions, MachineMemory, ModelInsights } from "../../../src/engine/runtime";
import { testModel } from "../../fixtures/models";
import { testConfig } from "./testRuntime";

const unused = () => Promise.reject(new Error("not part of this test"));

/** A model of 10 layers: 1 GB of weights, and 1 MB of cache for each token. */
const insights: ModelInsights = {
  layers: 10,
  trainedContextSize: 4096,
  parameters: 2e9,
  weights: (gpuLayers) => Promise.resolve(split(1e9, gpuLayers)),
  context: ({ contextSize, sequences, gpuLayers }) => Promise.resolve({ kvCache: split(1e6 * contextSize * sequences, gpuLayers), compute: { ram: 0, vram: 0 } }),
  embeddingContext: unused,
};

function split(bytes: number, gpuLayers: number) {
  return { ram: (bytes * (10 - gpuLayers)) / 10, vram: (bytes * gpuLayers) / 10 };
}

interface Machine {
  readonly ram: number;
  readonly vram?: number;
  /** Fails on a GPU. */
  readonly gpuError?: Error;
  readonly anyError?: Error;
}

const outOfMemory = new HearthError("out-of-memory", "Failed to create context");

/** A machine with memory of twice what is free, and the reserve besides. */
function fakeLlama({ ram, vram = 0, gpuError, anyError }: Machine) {
  const loads: Pick<LoadChatOptions, "gpuLayers" | "contextSize" | "kvCacheType" | "flashAttention">[] = [];
  const gpu: GpuReport =
    vram === 0 ? { kind: "none", reason: "No GPU." } : { kind: "gpu", backend: "cuda", names: ["RTX"], vram: { free: vram, total: 2 * vram }, unified: false };
  const memory: MachineMemory = { ram: { free: ram, total: 2 * ram }, vram: { free: vram, total: 2 * vram }, unified: false, device: vram === 0 ? "cpu" : "cuda" };
  const llama: LlamaRuntime = {
    gpu: () => Promise.resolve(gpu),
    insights: () => Promise.resolve(insights),
    memory: (gpuLayers) => Promise.resolve(gpuLayers === 0 ? { ...memory, vram: { free: 0, total: 0 }, device: "cpu" } : memory),
    loadChat: ({ gpuLayers, contextSize, kvCacheType, flashAttention }) => {
      loads.push({ gpuLayers, contextSize, kvCacheType, flashAttention });
      const error = anyError ?? (gpuLayers === 0 ? undefined : gpuError);
      return error ? Promise.reject(error) : Promise.resolve({ gpuLayers } as ChatRuntime);
    },
    loadEmbedding: unused,
    vocabulary: unused,
    dispose: () => Promise.resolve(),
  };
  return { llama, loads };
}

async function load(machine: Machine, options: Partial<EngineConfig>) {
  const file = await testModel("phi3");
  const { llama, loads } = fakeLlama(machine);
  const devices: string[] = [];
  const loading = loadChatRuntime(
    { file, config: testConfig(file, { contextSize: 1024, ...options }), threads: 1, signal: new AbortController().signal, onProgress: (_, device) => devices.push(device) },
    llama,
    silentLog,
  );
  return { loads, devices, placed: await loading.catch((error: unknown) => ({ error })) };
}

function errorOf(placed: object): HearthError {
  assert.ok("error" in placed && placed.error instanceof HearthError, JSON.stringify(placed));
  return placed.error;
}

describe("loadChatRuntime", () => {
  const layers: [what: string, machine: Machine, gpuLayers: EngineConfig["gpuLayers"], loaded: readonly unknown[], fallback: RegExp | undefined][] = [
    ["takes all layers where they fit", { ram: 16e9, vram: 8e9 }, "auto", [10], undefined],
    ["takes the layers that fit beside the context", { ram: 16e9, vram: 1.5e9 }, "auto", [6], undefined],
    ["takes the processor where the GPU has no room", { ram: 16e9, vram: 0.3e9 }, "auto", [0], /does not fit the GPU's memory/],
    ["takes the processor without a GPU", { ram: 16e9 }, "auto", [0], /^No GPU\.$/],
    ["tries the processor after the GPU has failed", { ram: 16e9, vram: 8e9, gpuError: outOfMemory }, "auto", [10, 0], /on the GPU \(CUDA\) failed: There is not enough memory/],
    ["obeys a number", { ram: 16e9, vram: 8e9 }, 4, [4], undefined],
  ];
  for (const [what, machine, gpuLayers, loaded, fallback] of layers) {
    it(what, async () => {
      const { placed, loads } = await load(machine, { gpuLayers });
      assert.deepEqual(loads.map((each) => each.gpuLayers), loaded);
      assert.ok("runtime" in placed);
      if (fallback) assert.match(placed.gpuFallback ?? "", fallback);
      else assert.equal(placed.gpuFallback, undefined);
    });
  }

  it("tells on which device it loads", async () => {
    const { devices } = await load({ ram: 16e9, vram: 8e9, gpuError: outOfMemory }, { gpuLayers: "auto" });
    assert.deepEqual(devices, ["cuda", "cpu"]);
  });

  it("does not begin what needs far more memory than there is, and says what would fit", async () => {
    const { placed, loads } = await load({ ram: 1.8e9 }, { gpuLayers: 0, contextSize: 2048 });
    const error = errorOf(placed);
    assert.equal(error.code, "out-of-memory");
    assert.match(error.message, /^There is not enough memory for phi3.*\.gguf: it needs 3\.0 GB of memory, of which 1\.5 GB can be had\.$/);
    assert.match(error.remedy ?? "", /^It would fit with contextSize set to 512\./);
    assert.deepEqual(loads, []);
  });

  it("tries what may just fit once the system has made room", async () => {
    const { loads } = await load({ ram: 1.9e9 }, { gpuLayers: 0 });
    assert.equal(loads.length, 1);
  });

  it("says what was needed when the library fails for want of memory", async () => {
    const error = errorOf((await load({ ram: 16e9, vram: 8e9, anyError: outOfMemory }, { gpuLayers: "max" })).placed);
    assert.equal(error.code, "out-of-memory");
    assert.match(error.message, /it needs 2\.0 GB of the GPU's memory, of which 7\.2 GB can be had, and 0 MB of memory.*Failed to create context/);
    assert.match(error.remedy ?? "", /With gpuLayers set to 0 it runs on the processor\./);
  });

  it("takes a failure without words for a want of memory where the figures say so", async () => {
    const anyError = new HearthError("model-load-failed", "Failed to create context");
    const { placed, loads } = await load({ ram: 1.9e9, anyError }, { gpuLayers: 0 });
    const error = errorOf(placed);
    assert.deepEqual([error.code, loads.length], ["out-of-memory", 1]);
    assert.match(error.message, /of which 1\.6 GB can be had\. Failed to create context/);
  });

  it("leaves other errors as they are", async () => {
    const broken = new HearthError("model-load-failed", "unknown architecture");
    assert.equal(errorOf((await load({ ram: 16e9, anyError: broken }, { gpuLayers: 0 })).placed), broken);
  });

  it("turns flash attention on for a quantised KV cache, which cannot be made without", async () => {
    const formats = [{}, { flashAttention: true }, { kvCacheType: "q8_0" }, { kvCacheType: "q4_0", flashAttention: true }] as const;
    const made = await Promise.all(formats.map(async (format) => (await load({ ram: 16e9 }, format)).loads[0]));
    assert.deepEqual(made.map((each) => [each?.kvCacheType, each?.flashAttention]), [["f16", false], ["f16", true], ["q8_0", true], ["q4_0", true]]);
  });

  it("names the quantised KV cache where no context could be made with it", async () => {
    const anyError = new HearthError("model-load-failed", "Failed to create context", { remedy: "Set a smaller context size." });
    const error = errorOf((await load({ ram: 16e9, anyError }, { gpuLayers: 0, kvCacheType: "q8_0" })).placed);
    assert.deepEqual([error.message, error.remedy], ["Failed to create context", "Set kvCacheType to f16: not every model works with q8_0. Set a smaller context size."]);
  });

  it("loads a model whose needs are not known", async () => {
    const file = await testModel("phi3");
    const { llama, loads } = fakeLlama({ ram: 16e9 });
    const blind: LlamaRuntime = { ...llama, insights: () => Promise.reject(new HearthError("model-invalid", "no such layer")) };
    await loadChatRuntime({ file, config: testConfig(file), threads: 1, signal: new AbortController().signal, onProgress: () => undefined }, blind, silentLog);
    assert.equal(loads.length, 1);
  });
});
