import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import type { Sampling } from "../../../src/engine/ports";
import { checkMaxTokens, checkSampling, decodeOptions, drawSeed } from "../../../src/engine/samplers";

const base: Sampling = { sampler: "categorical", temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repeatPenalty: 1 };

describe("samplers", () => {
  const mapped: [Sampling["sampler"], object][] = [
    ["greedy", { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 7 }],
    ["categorical", { temperature: 0.7, topK: 0, topP: 1, minP: 0, seed: 7 }],
    ["top-k", { temperature: 0.7, topK: 40, topP: 1, minP: 0.05, seed: 7 }],
    ["top-p", { temperature: 0.7, topK: 0, topP: 0.9, minP: 0.05, seed: 7 }],
  ];
  for (const [sampler, expected] of mapped) {
    it(`${sampler} names every stage of the library's chain`, () => {
      assert.deepEqual(decodeOptions({ ...base, sampler }, 7, []), expected);
    });
  }

  it("hands the repeat penalty the answer's last tokens, read anew each time", () => {
    const generated = Array.from({ length: 70 }, (_, index) => index);
    const penalty = decodeOptions({ ...base, repeatPenalty: 1.2 }, 7, generated).repeatPenalty!;
    assert.equal(penalty.penalty, 1.2);
    generated.push(99);
    assert.deepEqual(penalty.punishTokens(), generated.slice(-64));
  });

  it("hands presence and frequency penalties on, and candidates kept before the sampler's own cut", () => {
    const { repeatPenalty, topK, topP } = decodeOptions({ ...base, sampler: "top-p" }, 7, [], { presencePenalty: 1, frequencyPenalty: -1, topK: 9 });
    assert.deepEqual([repeatPenalty?.penalty, repeatPenalty?.presencePenalty, repeatPenalty?.frequencyPenalty, topK, topP], [1, 1, -1, 9, base.topP]);
    assert.equal(decodeOptions(base, 7, [], { presencePenalty: 0, frequencyPenalty: 0 }).repeatPenalty, undefined);
  });

  it("never gives the library the seed that means a random one", () => {
    assert.notEqual(decodeOptions(base, 2 ** 32 - 1, []).seed, 2 ** 32 - 1);
  });

  it("draws whole seeds of 32 bits that differ", () => {
    const seeds = Array.from({ length: 8 }, drawSeed);
    for (const seed of seeds) checkSampling({ seed });
    assert.ok(new Set(seeds).size > 1);
  });

  const bad: [Partial<Sampling>, RegExp][] = [
    [{ temperature: 5.1 }, /temperature is 5\.1; it has to be a number from 0 to 5/],
    [{ temperature: Number.NaN }, /temperature is NaN/],
    [{ topK: 1.5 }, /topK is 1\.5; it has to be a whole number from 0 to 1000/],
    [{ topP: -0.1 }, /topP is -0\.1; .* 0 to 1/],
    [{ minP: 2 }, /minP is 2/],
    [{ repeatPenalty: 0 }, /repeatPenalty is 0; .* 0\.5 to 2/],
    [{ seed: -1 }, /seed is -1; .* 0 to 4294967295/],
    [{ sampler: "beam" as "greedy" }, /sampler is "beam"; .*greedy, categorical, top-k, top-p/],
    [{ temperature: "1" as unknown as number }, /temperature is "1"/],
  ];
  for (const [sampling, message] of bad) {
    it(`refuses ${JSON.stringify(sampling)}`, () => {
      assert.throws(() => checkSampling(sampling), (error) => error instanceof HearthError && error.code === "bad-setting" && message.test(error.message));
    });
  }

  it("takes the bounds of each range", () => {
    checkSampling({ temperature: 0, topK: 0, topP: 0, minP: 0, repeatPenalty: 0.5, seed: 0 });
    checkSampling({ temperature: 5, topK: 1000, topP: 1, minP: 1, repeatPenalty: 2, seed: 2 ** 32 - 1 });
    checkMaxTokens(1);
    assert.throws(() => checkMaxTokens(0), /maxTokens is 0; it has to be a whole number from 1 to 32768/);
  });
});
