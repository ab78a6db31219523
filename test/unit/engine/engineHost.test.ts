import assert from "node:assert/strict";
import { silentLog } from "../../../src/common/log";
import { EngineHost } from "../../../src/engine/engineHost";
import { NativeLlama } from "../../../src/engine/llama";
import type { EngineConfig, GenerateRequest } from "../../../src/engine/ports";
import { testModel } from "../../fixtures/models";
import { FakeClock } from "./fakeClock";
import { answer, lentLlama, testConfig, warm } from "./testRuntime";

const never = new AbortController().signal;
const minute = 60_000;

function request(user: string): GenerateRequest {
  return { conversation: "a", system: "Short.", turns: [{ id: "0", user }], sampling: { ...warm, seed: 3 }, maxTokens: 4 };
}

describe("EngineHost", function () {
  this.timeout(60_000);
  const native = new NativeLlama(() => undefined);
  const llama = lentLlama(native);
  let clock: FakeClock;
  let host: EngineHost;
  let unloaded: string[];
  let loads: number;
  let model: string;

  beforeEach(async () => {
    clock = new FakeClock();
    host = new EngineHost(llama, silentLog, clock);
    unloaded = [];
    loads = 0;
    host.onUnloaded((event) => unloaded.push(event.model));
    host.onProgress(({ fraction }) => (loads += fraction === 0 ? 1 : 0));
    model = await testModel("phi3");
  });
  afterEach(() => host.dispose());
  after(() => native.dispose());

  function configure(options: Partial<EngineConfig> = {}): void {
    host.configure(testConfig(model, { unloadAfterMinutes: 30, ...options }));
  }

  it("unloads a model that nobody has asked for, and loads it for the next question", async () => {
    configure();
    const first = await answer(host, request("Hi"));
    clock.advance(30 * minute - 1);
    assert.deepEqual(unloaded, []);
    clock.advance(1);
    assert.deepEqual(unloaded, [model]);
    const again = await answer(host, request("Hi"));
    assert.equal(loads, 2);
    assert.deepEqual(again.tokens, first.tokens);
    clock.advance(30 * minute);
    assert.equal(unloaded.length, 2, "and once more");
  });

  const uses: [name: string, use: () => Promise<unknown>][] = [
    ["a question", () => answer(host, request("Hi"))],
    ["a measurement", () => host.measure(request("Hi"), never)],
    ["a count", () => host.countTokens(["Hi"], never)],
    ["a resumption", () => host.resume({ ...request("Hi"), turns: [] }, never)],
    ["a load", () => host.load(never)],
  ];
  for (const [name, use] of uses) {
    it(`counts ${name} as use`, async () => {
      configure();
      await host.load(never);
      clock.advance(20 * minute);
      await use();
      clock.advance(20 * minute);
      assert.deepEqual([unloaded.length, loads], [0, 1]);
      clock.advance(10 * minute);
      assert.equal(unloaded.length, 1);
    });
  }

  it("does not unload in the middle of an answer", async () => {
    configure();
    await answer(host, request("Hi"), never, () => clock.advance(60 * minute));
    assert.deepEqual([unloaded.length, loads], [0, 1]);
  });

  it("never unloads with 0", async () => {
    configure({ unloadAfterMinutes: 0 });
    await host.load(never);
    clock.advance(1e12);
    await host.load(never);
    assert.deepEqual([unloaded.length, loads], [0, 1]);
  });

  it("unloads the embedding model too, apart from the chat model", async () => {
    configure({ embeddingModel: await testModel("bert") });
    await host.load(never);
    const [before] = await host.embed(["a red fox"], "document", never);
    clock.advance(20 * minute);
    await host.load(never);
    clock.advance(15 * minute);
    assert.deepEqual(unloaded, [], "the chat model stays");
    assert.deepEqual(await host.embed(["a red fox"], "document", never), [before]);
  });

  it("keeps the model for settings that need no reload, and heeds them at once", async () => {
    configure();
    await host.load(never);
    configure({ promptLookup: "on", stateBudgetBytes: 1e6, unloadAfterMinutes: 1, downloadEndpoint: "http://localhost:1", downloadProxy: "http://localhost:2" });
    await host.load(never);
    assert.equal(loads, 1);
    clock.advance(minute);
    assert.deepEqual(unloaded, [model], "the new time counts");
  });

  const reloading: [name: string, options: Partial<EngineConfig>][] = [
    ["contextSize", { contextSize: 1024 }],
    ["sequences", { sequences: 2 }],
    ["kvCacheType", { kvCacheType: "q8_0", flashAttention: true }],
  ];
  for (const [name, options] of reloading) {
    it(`loads anew for another ${name}`, async () => {
      configure();
      await host.load(never);
      configure(options);
      await host.load(never);
      assert.equal(loads, 2);
    });
  }
});
