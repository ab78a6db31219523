import assert from "node:assert/strict";
import { decideFit, type FitWish } from "../../../../src/engine/fit/decideFit";
import { fitSummary } from "../../../../src/engine/fit/fitSummary";
import type { Room } from "../../../../src/engine/fit/room";
import { cpu, fakeNeeds, gigabyte, gpu, unified } from "./fakeNeeds";

const wish: FitWish = { contextSize: 4096, sequences: 2, gpuLayers: "auto" };
const none = { ram: 0, vram: 0 };

interface Case {
  readonly what: string;
  readonly room: Room;
  readonly wish?: Partial<FitWish>;
  readonly beside?: { readonly ram: number; readonly vram: number };
  readonly verdict: object;
  readonly gpuLayers: number;
  readonly setting?: object;
  readonly summary: RegExp;
}

/** The model needs 3.3 GB of weights, 0.2 GB of buffers and 1.024 GB for 2 conversations of 4096 tokens: 4.5 GB in all. */
const cases: readonly Case[] = [
  { what: "no GPU, enough memory", room: cpu(8), verdict: { kind: "fits" }, gpuLayers: 0, summary: /^Fits: it needs 4\.5 GB of memory \(8\.0 GB can be used\)\.$/ },
  { what: "no GPU, though all layers are asked for", room: cpu(8), wish: { gpuLayers: "max" }, verdict: { kind: "fits" }, gpuLayers: 0, summary: /^Fits: / },
  { what: "no GPU, just enough", room: cpu(4.524), verdict: { kind: "fits" }, gpuLayers: 0, summary: /^Fits: / },
  {
    ...{ what: "no GPU, one conversation too many", room: cpu(4.1), verdict: { kind: "fitsWithSequences", sequences: 1, gpuLayers: 0 } },
    ...{ gpuLayers: 0, setting: { key: "sequences", value: 1 } },
    summary: /^Does not fit: it needs 4\.5 GB of memory \(4\.1 GB can be used\)\. It fits with 1 conversation at once instead of 2, for 4\.0 GB of memory/,
  },
  {
    ...{ what: "as many conversations as there is room for", room: cpu(6), wish: { sequences: 64 } },
    ...{ verdict: { kind: "fitsWithSequences", sequences: 4, gpuLayers: 0 }, gpuLayers: 0, setting: { key: "sequences", value: 4 } },
    summary: /with 4 conversations at once instead of 64/,
  },
  {
    ...{ what: "no GPU, a context too large", room: cpu(3.7), verdict: { kind: "fitsWithContext", contextSize: 768, gpuLayers: 0 } },
    ...{ gpuLayers: 0, setting: { key: "contextSize", value: 768 } },
    summary: /It fits with a context of 768 tokens instead of 4096, for 3\.7 GB of memory \(3\.7 GB can be used\)\.$/,
  },
  {
    ...{ what: "a huge context, one conversation", room: cpu(8), wish: { contextSize: 131_072, sequences: 1 } },
    ...{ verdict: { kind: "fitsWithContext", contextSize: 35_840, gpuLayers: 0 }, gpuLayers: 0, setting: { key: "contextSize", value: 35_840 } },
    summary: /a context of 35840 tokens instead of 131072/,
  },
  { what: "tiny memory", room: cpu(1), verdict: { kind: "doesNotFit" }, gpuLayers: 0, summary: /^Does not fit: it needs 4\.5 GB.*take a smaller model\.$/ },
  { what: "512 tokens are the least", room: cpu(3.56), wish: { sequences: 1 }, verdict: { kind: "doesNotFit" }, gpuLayers: 0, summary: /^Does not fit/ },
  {
    ...{ what: "a GPU that holds all", room: gpu(8, 8), verdict: { kind: "fits" }, gpuLayers: 33 },
    summary: /^Fits on the GPU: it needs 4\.5 GB of the GPU's memory \(8\.0 GB can be used\) and 0 MB of memory/,
  },
  {
    ...{ what: "a GPU that holds some layers", room: gpu(8, 2), verdict: { kind: "fitsWithLayers", gpuLayers: 13 }, gpuLayers: 13 },
    summary: /^Fits with 13 of 33 layers on the GPU: it needs 1\.9 GB of the GPU's memory \(2\.0 GB can be used\) and 2\.6 GB of memory/,
  },
  {
    ...{ what: "more layers asked for than the GPU holds", room: gpu(8, 2), wish: { gpuLayers: "max" }, verdict: { kind: "fitsWithLayers", gpuLayers: 13 } },
    ...{ gpuLayers: 13, setting: { key: "gpuLayers", value: 13 }, summary: /^Fits with 13 of 33/ },
  },
  {
    ...{ what: "fewer layers asked for than the GPU holds", room: gpu(8, 8), wish: { gpuLayers: 10 }, verdict: { kind: "fits" }, gpuLayers: 10 },
    summary: /^Fits, with 10 of 33 layers on the GPU/,
  },
  {
    ...{ what: "a number above the model's layers", room: gpu(8, 8), wish: { gpuLayers: 999 }, verdict: { kind: "fits" }, gpuLayers: 33 },
    summary: /^Fits on the GPU/,
  },
  {
    ...{ what: "a GPU that holds none", room: gpu(8, 0.1), verdict: { kind: "fitsWithLayers", gpuLayers: 0 }, gpuLayers: 0 },
    summary: /^Fits on the processor, as the GPU has no memory for it: it needs 4\.5 GB of memory/,
  },
  { what: "the GPU is not wanted", room: gpu(8, 8), wish: { gpuLayers: 0 }, verdict: { kind: "fits" }, gpuLayers: 0, summary: /^Fits: it needs 4\.5 GB of memory/ },
  {
    ...{ what: "a GPU and a processor that hold it only together", room: gpu(3, 2), verdict: { kind: "fitsWithLayers", gpuLayers: 13 }, gpuLayers: 13 },
    summary: /^Fits with 13/,
  },
  {
    ...{ what: "neither holds the rest", room: gpu(1, 2), wish: { sequences: 1 }, verdict: { kind: "doesNotFit" }, gpuLayers: 15 },
    summary: /^Does not fit: it needs 1\.9 GB of the GPU's memory/,
  },
  { what: "unified memory that holds all", room: unified(6, 6), verdict: { kind: "fits" }, gpuLayers: 33, summary: /^Fits on the GPU: it needs 4\.5 GB of memory \(6\.0 GB can be used\)\.$/ },
  {
    ...{ what: "unified memory counts once", room: unified(4.1, 8), verdict: { kind: "fitsWithSequences", sequences: 1, gpuLayers: 33 } },
    ...{ gpuLayers: 33, setting: { key: "sequences", value: 1 }, summary: /^Does not fit: it needs 4\.5 GB of memory \(4\.1 GB can be used\)/ },
  },
  {
    ...{ what: "unified memory of which the GPU gets a part", room: unified(6, 3), verdict: { kind: "fitsWithLayers", gpuLayers: 21 }, gpuLayers: 21 },
    summary: /^Fits with 21 of 33/,
  },
  {
    ...{ what: "an embedding model beside it takes the last of the memory", room: cpu(4.6), beside: { ram: 0.2 * gigabyte, vram: 0 } },
    ...{ verdict: { kind: "fitsWithSequences", sequences: 1, gpuLayers: 0 }, gpuLayers: 0, setting: { key: "sequences", value: 1 } },
    summary: /it needs 4\.7 GB of memory/,
  },
  {
    ...{ what: "an embedding model on the GPU leaves fewer layers", room: gpu(8, 2), beside: { ram: 0, vram: 0.5 * gigabyte } },
    ...{ verdict: { kind: "fitsWithLayers", gpuLayers: 9 }, gpuLayers: 9, summary: /^Fits with 9/ },
  },
];

describe("whether a model fits", () => {
  for (const { what, room, beside = none, verdict, gpuLayers, setting, summary, ...rest } of cases) {
    it(what, async () => {
      const model = fakeNeeds();
      const whole = { ...wish, ...rest.wish };
      const decision = await decideFit({ model, room, beside, wish: whole });
      assert.deepEqual(decision.verdict, verdict);
      assert.equal(decision.placement.gpuLayers, gpuLayers);
      assert.deepEqual(decision.setting, setting);
      assert.match(fitSummary({ decision, wish: whole, layers: 33, room, estimated: false }), summary);
    });
  }

  it("what a verdict proposes fits", async () => {
    for (let ram = 3.6; ram < 6; ram += 0.1) {
      const question = { model: fakeNeeds(), room: cpu(ram), beside: none, wish: { ...wish, contextSize: 8192 } };
      const { setting } = await decideFit(question);
      if (!setting) continue;
      const { verdict } = await decideFit({ ...question, wish: { ...question.wish, [setting.key]: setting.value } });
      assert.deepEqual(verdict, { kind: "fits" }, `${ram} GB, ${setting.key} ${setting.value}`);
    }
  });

  it("looks at few numbers of layers", async () => {
    const seen: number[] = [];
    await decideFit({ model: fakeNeeds(seen), room: gpu(8, 2), beside: none, wish });
    assert.ok(seen.length <= 6, seen.join());
  });

  it("says when it is an estimate", async () => {
    const room = cpu(8);
    const decision = await decideFit({ model: fakeNeeds(), room, beside: none, wish });
    assert.match(fitSummary({ decision, wish, layers: 33, room, estimated: true }), /Estimated before the download\.$/);
  });
});
