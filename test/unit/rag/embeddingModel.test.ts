import assert from "node:assert/strict";
import { silentLog } from "../../../src/common/log";
import { type EmbeddingEngine, loadEmbeddingEngine } from "../../../src/engine/embedding";
import { NativeLlama } from "../../../src/engine/llama";
import type { EmbeddingModel } from "../../../src/engine/ports";
import { testModel } from "../../fixtures/models";
import { testConfig } from "../engine/testRuntime";
import { EmbeddingRig } from "./embeddingRig";

/** The library in this process, with a model of random weights: texts that share words are near, nothing more. */
describe("vectors of a model of random weights", function () {
  this.timeout(60_000);
  const llama = new NativeLlama(() => undefined);
  const never = new AbortController().signal;
  let engine: EmbeddingEngine;
  let model: EmbeddingModel;

  before(async () => {
    const config = testConfig("none", { embeddingModel: await testModel("bert"), gpuLayers: 0, threads: 1 });
    engine = await loadEmbeddingEngine(config, { llama, log: silentLog }, never);
    model = { info: () => Promise.resolve(engine.info), embed: (texts, kind, signal) => engine.embed(texts, kind, signal ?? never) };
  });
  after(async () => {
    await engine.dispose();
    await llama.dispose();
  });

  const files = {
    "animals.ts": ["the quick red fox jumps", "a blue whale dives deep", "green parrots repeat words"],
    "machines.ts": ["the steam engine turns a wheel", "an electric motor hums"],
  };

  for (const vectorPrecision of ["f32", "int8"] as const) {
    it(`are found by a question of the same words, after a restart too, as ${vectorPrecision}`, async () => {
      const rig = new EmbeddingRig(files);
      const first = rig.embedder(model, { vectorPrecision });
      await first.run(rig.pass());
      const second = rig.embedder(model, { vectorPrecision });
      await second.open();
      for (const embedder of [first, second]) {
        assert.equal(embedder.count, 5);
        assert.equal((await rig.found(embedder, "a blue whale dives deep"))[0], "animals.ts:2");
        assert.equal((await rig.found(embedder, "an electric motor hums"))[0], "machines.ts:2");
      }
    });
  }

  it("keep their length, since the model was not trained to have them cut", async () => {
    const rig = new EmbeddingRig(files);
    const embedder = rig.embedder(model, { vectorDimensions: 64 });
    await embedder.run(rig.pass());
    assert.equal((await embedder.open())?.store.dimensions, 128);
  });
});
