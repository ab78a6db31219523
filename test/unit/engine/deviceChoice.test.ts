import assert from "node:assert/strict";
import { abortError, HearthError, isAbortError } from "../../../src/common/errors";
import { type DevicePort, loadOnDevice, type OnDevice } from "../../../src/engine/deviceChoice";
import { type BackendPort, startGpuBackend } from "../../../src/engine/gpuBackend";
import type { EngineConfig } from "../../../src/engine/ports";
import type { GpuReport } from "../../../src/engine/runtime";

interface FakeBackend {
  readonly names?: readonly string[];
  readonly total?: number;
  readonly unified?: boolean;
  readonly fails?: Error;
}

class NoBinaryFoundError extends Error {
  override readonly name = "NoBinaryFoundError";
}

/** A machine with these backends, best first. */
function machine(backends: Readonly<Record<string, FakeBackend>>) {
  const stopped: string[] = [];
  const port: BackendPort<string> = {
    candidates: () => Promise.resolve(Object.keys(backends)),
    start: (name) => (backends[name]?.fails ? Promise.reject(backends[name].fails) : Promise.resolve(name)),
    devices: (name) => {
      const { names = [], total = 0, unified = false } = backends[name]!;
      return Promise.resolve({ names, vram: { total, free: total / 2 }, unified });
    },
    stop: (name) => Promise.resolve(void stopped.push(name)),
  };
  return { port, stopped };
}

const rtx = { names: ["RTX 4090"], total: 24e9 };

describe("startGpuBackend", () => {
  const found: [what: string, backends: Readonly<Record<string, FakeBackend>>, backend: string, names: readonly string[]][] = [
    ["the only one", { cuda: rtx }, "cuda", ["RTX 4090"]],
    ["the better of two", { cuda: rtx, vulkan: rtx }, "cuda", ["RTX 4090"]],
    ["one that drives two GPUs", { vulkan: { names: ["A", "B"], total: 16e9 } }, "vulkan", ["A", "B"]],
    ["the next where the first has no files here", { cuda: { fails: new NoBinaryFoundError() }, vulkan: rtx }, "vulkan", ["RTX 4090"]],
    ["the next where the first finds no GPU", { cuda: {}, vulkan: rtx }, "vulkan", ["RTX 4090"]],
    ["one on a GPU that shares the processor's memory", { vulkan: { names: ["Iris Xe"], total: 8e9, unified: true } }, "vulkan", ["Iris Xe"]],
    ["Metal", { metal: { names: ["M3"], total: 12e9, unified: true } }, "metal", ["M3"]],
  ];
  for (const [what, backends, backend, names] of found) {
    it(`takes ${what}`, async () => {
      const started = await startGpuBackend(machine(backends).port);
      assert.equal(started.backend, backend);
      assert.ok(started.report.kind === "gpu");
      assert.deepEqual([started.report.backend, started.report.names], [backend, names]);
      assert.deepEqual([started.report.vram, started.report.unified], [{ total: backends[backend]?.total, free: backends[backend]!.total! / 2 }, backends[backend]?.unified ?? false]);
    });
  }

  const missing: [what: string, backends: Readonly<Record<string, FakeBackend>>, reason: string][] = [
    ["no GPU", {}, "No GPU that models could run on was found."],
    ["a driver that is too old", { cuda: { fails: new NoBinaryFoundError() } }, "CUDA could not be started: the driver is too old for it, or Hearth's files for it are not installed."],
    ["a library that does not load", { vulkan: { fails: new Error("libvulkan.so.1: cannot open shared object file\nat x") } }, "Vulkan could not be started: libvulkan.so.1: cannot open shared object file."],
    ["a backend without a device", { vulkan: {} }, "Vulkan found no GPU."],
    ["a GPU without memory", { vulkan: { names: ["llvmpipe"] } }, "llvmpipe has no memory that Vulkan can use."],
    ["two that do not work", { cuda: { fails: new Error("init failed") }, vulkan: {} }, "CUDA could not be started: init failed. Vulkan found no GPU."],
  ];
  for (const [what, backends, reason] of missing) {
    it(`says why it has none: ${what}`, async () => {
      assert.deepEqual(await startGpuBackend(machine(backends).port), { backend: undefined, report: { kind: "none", reason } });
    });
  }

  it("stops what it does not take", async () => {
    const { port, stopped } = machine({ cuda: {}, vulkan: { names: ["llvmpipe"] } });
    await startGpuBackend(port);
    assert.deepEqual(stopped, ["cuda", "vulkan"]);
  });

  it("goes on without a GPU where GPUs cannot be listed", async () => {
    const { port } = machine({});
    const { report } = await startGpuBackend({ ...port, candidates: () => Promise.reject(new Error("getLlama: no such file")) });
    assert.deepEqual(report, { kind: "none", reason: "The machine's GPUs could not be listed: getLlama: no such file." });
  });
});

interface Loaded extends OnDevice {
  readonly device: string;
}

const gpu: GpuReport = { kind: "gpu", backend: "vulkan", names: ["Iris Xe"], vram: { free: 2e9, total: 4e9 }, unified: true };
const none: GpuReport = { kind: "none", reason: "Vulkan found no GPU." };

interface FakeLoad {
  readonly gpu?: GpuReport;
  readonly layers?: number | "auto";
  /** What the library takes for "auto". */
  readonly taken?: number;
  readonly fails?: (device: string) => Error | undefined;
}

/** Loads with the given fakes, and tells what was tried and freed. */
async function load(wanted: EngineConfig["gpuLayers"], fake: FakeLoad) {
  const tried: string[] = [];
  const disposed: string[] = [];
  const logged: string[] = [];
  const port: DevicePort<Loaded> = {
    gpu: () => Promise.resolve(fake.gpu ?? gpu),
    layersFor: () => Promise.resolve(fake.layers ?? 33),
    load: (gpuLayers, device) => {
      tried.push(`${device} ${gpuLayers}`);
      const error = fake.fails?.(device);
      if (error) return Promise.reject(error);
      const taken = typeof gpuLayers === "number" ? gpuLayers : (fake.taken ?? 33);
      return Promise.resolve({ device, gpuLayers: taken, dispose: () => Promise.resolve(void disposed.push(device)) });
    },
  };
  const placed = await loadOnDevice(wanted, port, { write: (_, message) => logged.push(message) }).catch((error: unknown) => ({ error }));
  return { placed, tried, disposed, logged };
}

const onGpuOnly = (error: Error) => (device: string) => (device === "cpu" ? undefined : error);

describe("loadOnDevice", () => {
  const cases: [what: string, wanted: EngineConfig["gpuLayers"], fake: FakeLoad, tried: readonly string[], gpuLayers: number, fallback: RegExp | undefined][] = [
    ["loads all layers that fit on the GPU", "auto", {}, ["vulkan 33"], 33, undefined],
    ["loads the layers that fit on the GPU", "auto", { layers: 12 }, ["vulkan 12"], 12, undefined],
    ["lets the library choose where the figures are not known", "auto", { layers: "auto", taken: 20 }, ["vulkan auto"], 20, undefined],
    ["takes the processor where there is no GPU", "auto", { gpu: none }, ["cpu 0"], 0, /^Vulkan found no GPU\.$/],
    ["takes the processor where no layer fits", "auto", { layers: 0 }, ["cpu 0"], 0, /^The model does not fit the GPU's memory, of which 2\.0 GB are free\.$/],
    ["takes the processor where the library fits no layer", "auto", { layers: "auto", taken: 0 }, ["vulkan auto", "cpu 0"], 0, /does not fit/],
    [
      "takes the processor where loading on the GPU fails",
      "auto",
      { fails: onGpuOnly(new HearthError("out-of-memory", "ErrorOutOfDeviceMemory")) },
      ["vulkan 33", "cpu 0"],
      0,
      /^Loading the model on the GPU \(Vulkan\) failed: ErrorOutOfDeviceMemory\.$/,
    ],
    ["obeys a number", 7, { layers: 3 }, ["vulkan 7"], 7, undefined],
    ["obeys max", "max", { layers: 3 }, ["vulkan max"], 33, undefined],
    ["obeys 0 and looks for no GPU", 0, { gpu }, ["cpu 0"], 0, undefined],
    ["has no GPU to obey max with", "max", { gpu: none }, ["cpu 0"], 0, /^Vulkan found no GPU\.$/],
  ];
  for (const [what, wanted, fake, tried, gpuLayers, fallback] of cases) {
    it(what, async () => {
      const result = await load(wanted, fake);
      assert.ok("runtime" in result.placed);
      assert.deepEqual(result.tried, tried);
      assert.equal(result.placed.runtime.gpuLayers, gpuLayers);
      const { gpuFallback } = result.placed;
      if (fallback) {
        assert.match(gpuFallback ?? "", fallback);
        assert.ok(result.logged.some((line) => line.includes(gpuFallback ?? "?")), "the reason is in the log");
      } else assert.equal(gpuFallback, undefined);
    });
  }

  it("frees what the library loaded without a layer on the GPU", async () => {
    assert.deepEqual((await load("auto", { layers: "auto", taken: 0 })).disposed, ["vulkan"]);
  });

  it("leaves the failure of a set number to the person", async () => {
    const { placed, tried } = await load(33, { fails: onGpuOnly(new HearthError("out-of-memory", "too large")) });
    assert.ok("error" in placed && placed.error instanceof HearthError && placed.error.code === "out-of-memory");
    assert.deepEqual(tried, ["vulkan 33"]);
  });

  it("does not go on after it was stopped", async () => {
    const { placed, tried } = await load("auto", { fails: () => abortError() });
    assert.ok("error" in placed && isAbortError(placed.error));
    assert.deepEqual(tried, ["vulkan 33"]);
  });

  it("fails with the processor's error when both fail", async () => {
    const { placed } = await load("auto", { fails: (device) => new HearthError("model-load-failed", `no ${device}`) });
    assert.ok("error" in placed && placed.error instanceof HearthError && placed.error.message === "no cpu");
  });
});
