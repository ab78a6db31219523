import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { HearthError } from "../../../src/common/errors";
import type { Log } from "../../../src/common/log";
import type { Engine, EngineConfig, EngineState } from "../../../src/engine/ports";
import { createEngine } from "../../../src/engine/supervisor";
import { repositoryRoot } from "../../fixtures/repository";
import { childrenRunning } from "./engineChildren";
import { stateWhen } from "./stateWhen";
import { testConfig } from "./testRuntime";

/** The supervisor over a process that has no model, and dies or unloads at will. */
describe("engine supervisor", function () {
  this.timeout(30_000);
  const engines: Engine[] = [];
  let folder: string;
  let entry: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-crash-"));
    entry = path.join(folder, "engine.mjs");
    const source = path.join(repositoryRoot(), "test", "unit", "engine", "crashingEngine.ts");
    await build({ entryPoints: [source], outfile: entry, bundle: true, platform: "node", format: "esm" });
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.dispose();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function start(crash: "gpu" | "memory" | "unload", options: Partial<EngineConfig>) {
    const states: string[] = [];
    const logged: string[] = [];
    const log: Log = { write: (_, message) => logged.push(message) };
    const engine = createEngine({ entry, config: testConfig("some.gguf", options), log, env: { HEARTH_TEST_CRASH: crash } });
    engines.push(engine);
    engine.onDidChangeState(({ kind }) => {
      if (states.at(-1) !== kind) states.push(kind);
    });
    return { engine, states, logged };
  }

  const isReady = (state: EngineState) => state.kind === "ready";

  it("loads on the processor by itself after loading on the GPU ended the process", async () => {
    const { engine, states, logged } = start("gpu", { gpuLayers: "auto" });
    await assert.rejects(engine.load(), /stopped unexpectedly.*SIGABRT/);
    const state = await stateWhen(engine, isReady);
    assert.ok(state.kind === "ready");
    assert.match(state.info.gpuFallback ?? "", /^Loading the model on the GPU \(Vulkan\) ended the engine\. .*SIGABRT/);
    assert.deepEqual(states, ["loading", "restarting", "loading", "ready"]);
    assert.ok(logged.some((line) => line.endsWith("The model is loaded on the processor.")));
  });

  it("tries the GPU again for another configuration", async () => {
    const { engine } = start("gpu", { gpuLayers: "auto" });
    await assert.rejects(engine.load());
    await stateWhen(engine, isReady);
    await engine.configure(testConfig("some.gguf", { gpuLayers: "auto", contextSize: 1024 }));
    await assert.rejects(engine.load(), /SIGABRT/);
  });

  it("stays with the processor for settings that need no reload", async () => {
    const { engine, states } = start("gpu", { gpuLayers: "auto" });
    await assert.rejects(engine.load());
    await stateWhen(engine, isReady);
    await engine.configure(testConfig("some.gguf", { gpuLayers: "auto", unloadAfterMinutes: 5 }));
    assert.equal((await engine.load()).device, "cpu");
    assert.equal(states.at(-1), "ready");
  });

  it("leaves a set number of layers to the person", async () => {
    const { engine, states } = start("gpu", { gpuLayers: 33 });
    await assert.rejects(engine.load(), /SIGABRT/);
    await stateWhen(engine, ({ kind }) => kind === "failed");
    assert.deepEqual(states, ["loading", "failed"]);
  });

  it("follows the load that a request makes which comes just after the model was unloaded", async () => {
    const { engine, states } = start("unload", { gpuLayers: 0 });
    await engine.load();
    await engine.measure({ conversation: "a", system: "", turns: [] });
    await stateWhen(engine, isReady);
    assert.deepEqual(states, ["loading", "ready", "idle", "loading", "ready"]);
  });

  it("follows the numbers of threads of the loaded model", async () => {
    const { engine } = start("gpu", { gpuLayers: "auto" });
    await assert.rejects(engine.load(), /SIGABRT/);
    await stateWhen(engine, isReady);
    await engine.countTokens([]);
    const { state } = engine;
    assert.ok(state.kind === "ready");
    assert.deepEqual([state.info.threads, (await engine.load()).threads], [1, 1]);
    assert.match(state.info.gpuFallback ?? "", /SIGABRT/);
  });

  it("waits for the end of its process as often as it is disposed", async () => {
    const { engine } = start("unload", { gpuLayers: 0 });
    await engine.load();
    void engine.dispose();
    await engine.dispose();
    assert.deepEqual(childrenRunning(entry), []);
  });

  it("takes a failed allocation for a want of memory", async () => {
    const { engine } = start("memory", { gpuLayers: 0 });
    await assert.rejects(engine.load(), (error) => error instanceof HearthError && error.code === "out-of-memory" && error.remedy !== undefined);
    const state = await stateWhen(engine, ({ kind }) => kind === "failed");
    assert.ok(state.kind === "failed" && state.error.code === "out-of-memory");
  });
});
