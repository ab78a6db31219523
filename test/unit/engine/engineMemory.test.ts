import assert from "node:assert/strict";
import { silentLog } from "../../../src/common/log";
import type { Engine, EngineConfig, GenerateRequest } from "../../../src/engine/ports";
import { createEngine } from "../../../src/engine/supervisor";
import { engineEntry } from "../../fixtures/engineEntry";
import { testModel } from "../../fixtures/models";
import { childrenRunning, leastResidentBytes, residentBytes } from "./engineChildren";
import { stateWhen } from "./stateWhen";
import { answer, testConfig, warm } from "./testRuntime";

function request(user: string): GenerateRequest {
  return { conversation: "a", system: "Short.", turns: [{ id: "0", user }], sampling: { ...warm, seed: 3 }, maxTokens: 8 };
}

describe("engine process, its memory and device", function () {
  this.timeout(120_000);
  const engines: Engine[] = [];
  let entry: string;

  before(async () => {
    entry = await engineEntry();
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.dispose();
  });

  function start(model: string, options: Partial<EngineConfig> = {}) {
    const engine = createEngine({ entry, config: testConfig(model, options), log: silentLog });
    engines.push(engine);
    const states: string[] = [];
    engine.onDidChangeState(({ kind }) => {
      if (states.at(-1) !== kind) states.push(kind);
    });
    return { engine, states, children: () => childrenRunning(entry) };
  }

  it("gives the memory back when nobody has asked for a while, and loads again for the next question", async () => {
    // 64 rows of 4,096 tokens make a KV cache of 268 MB.
    const { engine, states, children } = start(await testModel("phi3"), { contextSize: 4096, sequences: 64, unloadAfterMinutes: 0.05 });
    const first = await answer(engine, request("Hi"));
    const [pid = 0] = children();
    const loaded = residentBytes(pid);
    await stateWhen(engine, ({ kind }) => kind === "idle");
    const freed = loaded - (await leastResidentBytes(pid, loaded - 200e6));
    console.log(`      ${Math.round(loaded / 1e6)} MB resident, ${Math.round(freed / 1e6)} MB of them given back`);
    assert.ok(freed > 200e6, `${freed} bytes were given back`);
    const again = await answer(engine, request("Hi"));
    assert.deepEqual([again.tokens, again.stats.reusedTokens], [first.tokens, 0]);
    assert.deepEqual(states.slice(0, 5), ["loading", "ready", "idle", "loading", "ready"]);
    assert.deepEqual(children(), [pid], "the same process went on");
  });

  it("keeps the model when a setting changes that needs no reload", async () => {
    const model = await testModel("phi3");
    const { engine, states } = start(model);
    const first = await answer(engine, request("Hi"));
    await engine.configure(testConfig(model, { promptLookup: "on", stateBudgetBytes: 1e9, unloadAfterMinutes: 5, downloadProxy: "http://localhost:1" }));
    const again = await answer(engine, request("Hi"));
    assert.equal(again.stats.reusedTokens, first.stats.promptTokens - 1);
    assert.deepEqual(states, ["loading", "ready"]);
  });

  it("runs on the processor where auto finds no GPU, and says why", async () => {
    const { engine } = start(await testModel("phi3"), { gpuLayers: "auto" });
    const info = await engine.load();
    assert.ok(info.layers > 0);
    if (info.device === "cpu") assert.match(info.gpuFallback ?? "", /^[A-Z].*\.$/);
    else assert.equal(info.gpuLayers, info.layers);
  });
});
