import assert from "node:assert/strict";
import { wishedSampling } from "../../../src/chat/wishedSampling";
import type { Sampling, SamplingExtras } from "../../../src/engine/ports";
import { decodeOptions } from "../../../src/engine/samplers";

const base: Sampling = { sampler: "top-k", temperature: 0.4, topK: 40, topP: 0.9, minP: 0.05, repeatPenalty: 1.1 };

type Wish = Partial<Omit<Sampling, "sampler">>;

describe("what a client wishes of the draw", () => {
  const mapped: readonly [name: string, wish: Wish, samplerIsSet: boolean, expected: Partial<Sampling>, extras?: SamplingExtras][] = [
    ["nothing: as it is set", {}, false, base],
    ["a temperature", { temperature: 1 }, false, { ...base, temperature: 1 }],
    ["a top-p, where no sampler is set", { topP: 0.5 }, false, { ...base, sampler: "top-p", topP: 0.5 }],
    ["a top-p, where one is", { topP: 0.5 }, true, { ...base, topP: 0.5 }],
    ["a top-k, whatever is set", { topK: 5 }, true, { ...base, sampler: "top-k", topK: 5 }],
    ["no top-k", { topK: 0, topP: 0.8 }, true, { ...base, sampler: "top-p", topK: 0, topP: 0.8 }],
    ["both", { topK: 5, topP: 0.8 }, true, { ...base, sampler: "top-p", topK: 5, topP: 0.8 }, { topK: 5 }],
  ];
  for (const [name, wish, isSet, sampling, extras] of mapped) {
    it(name, () => {
      assert.deepEqual(wishedSampling(wish, undefined, base, isSet), { sampling, ...(extras && { extras }) });
    });
  }

  it("makes a greedy default draw by the temperature that is asked for", () => {
    const greedy: Sampling = { ...base, sampler: "greedy", temperature: 0 };
    assert.equal(wishedSampling({ temperature: 0.5 }, undefined, greedy, false).sampling.sampler, "top-p");
    assert.equal(wishedSampling({ temperature: 0 }, undefined, greedy, false).sampling.sampler, "greedy");
  });

  /** As Hearth's own client sends each sampler to a server. */
  const sent: readonly [sampling: Partial<Sampling>, wish: Wish][] = [
    [{ sampler: "greedy" }, { temperature: 0, topK: 0, topP: 1, minP: 0 }],
    [{ sampler: "categorical", temperature: 0.7 }, { temperature: 0.7, topK: 0, topP: 1, minP: 0 }],
    [{ sampler: "top-k", temperature: 0.7, topK: 30, minP: 0.1 }, { temperature: 0.7, topK: 30, topP: 1, minP: 0.1 }],
    [{ sampler: "top-k", temperature: 0.7, topK: 0, minP: 0.1 }, { temperature: 0.7, topK: 0, topP: 1, minP: 0.1 }],
    [{ sampler: "top-p", temperature: 0.7, topP: 0.6, minP: 0.1 }, { temperature: 0.7, topK: 0, topP: 0.6, minP: 0.1 }],
  ];
  for (const [sampling, wish] of sent) {
    it(`draws a ${sampling.sampler} answer here as it is drawn there`, () => {
      const { sampling: served, extras } = wishedSampling({ ...wish, repeatPenalty: 1.1 }, {}, { ...base, minP: 0.3 }, true);
      const [here, there] = [decodeOptions({ ...base, ...sampling }, 3, []), decodeOptions(served, 3, [], extras)];
      const { temperature, topK, topP, minP, seed } = here;
      // A greedy draw looks at nothing else.
      if (sampling.sampler === "greedy") assert.equal(there.temperature, temperature);
      else assert.deepEqual([there.temperature, there.topK, there.topP, there.minP, there.seed], [temperature, topK, topP, minP, seed]);
      assert.equal(there.repeatPenalty?.penalty, here.repeatPenalty?.penalty);
    });
  }
});
