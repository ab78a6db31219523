import assert from "node:assert/strict";
import type { GgufTensor } from "../../../src/engine/ggufHeader";
import { mapsWeights, repackedShare } from "../../../src/engine/weightMapping";
import { testModel } from "../../fixtures/models";

const types = { F32: 0, Q4_0: 2, Q8_0: 8, Q4_K: 12, Q6_K: 14 } as const;

function tensor(type: keyof typeof types, bytes: number, name = "blk.0.ffn_up.weight", shape: readonly number[] = [64, 64]): GgufTensor {
  return { name, shape, type: types[type], offset: 0, bytes };
}

describe("repackedShare", () => {
  const cases: [what: string, tensors: readonly GgufTensor[], arch: string, share: number][] = [
    ["matrices of a repacked type", [tensor("Q4_K", 75), tensor("F32", 25)], "x64", 0.75],
    ["other types on the same processor", [tensor("Q8_0", 75), tensor("Q6_K", 25)], "x64", 0],
    ["the same types on ARM", [tensor("Q8_0", 75), tensor("Q6_K", 25)], "arm64", 1],
    ["no embeddings: they are looked up, not multiplied", [tensor("Q4_K", 40, "token_embd.weight"), tensor("Q4_K", 60)], "x64", 0.6],
    ["no vectors", [tensor("Q4_0", 50, "output_norm.weight", [64]), tensor("Q4_0", 50)], "x64", 0.5],
    ["nothing on a processor that is not known", [tensor("Q4_0", 1)], "riscv64", 0],
    ["nothing of nothing", [], "x64", 0],
  ];
  for (const [what, tensors, arch, share] of cases) {
    it(`counts ${what}`, () => assert.equal(repackedShare(tensors, arch), share));
  }
});

describe("mapsWeights", () => {
  const cases: [what: string, onGpu: boolean, gpuMapsFiles: boolean, arch: string, maps: boolean][] = [
    ["maps a Q8_0 file for a processor that takes it as it is", false, false, "x64", true],
    ["reads it for one that would keep a copy", false, false, "arm64", false],
    ["maps it for a GPU that works on the mapped file", true, true, "arm64", true],
    ["reads it for a GPU with memory of its own", true, false, "x64", false],
  ];
  for (const [what, onGpu, gpuMapsFiles, arch, maps] of cases) {
    it(what, async () => {
      assert.equal(await mapsWeights({ file: await testModel("phi3"), onGpu, gpuMapsFiles, arch }), maps);
    });
  }
});
