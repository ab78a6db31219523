import assert from "node:assert/strict";
import type { Sampling } from "../../../../src/engine/ports";
import { sentSampling } from "../../../../src/engine/remote/samplingFields";
import type { ServerKind } from "../../../../src/engine/remote/serverModel";

const sampling: Sampling = { sampler: "top-p", temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repeatPenalty: 1.1 };

describe("a sampling as servers take it", () => {
  const rows: [kind: ServerKind, sampling: Partial<Sampling>, fields: Record<string, number>][] = [
    ["hearth", {}, { temperature: 0.7, top_p: 0.9, top_k: 0, min_p: 0.05, repeat_penalty: 1.1 }],
    ["llama-server", { sampler: "greedy" }, { temperature: 0, top_p: 1, top_k: 0, min_p: 0, repeat_penalty: 1.1 }],
    ["llama-server", { sampler: "top-k" }, { temperature: 0.7, top_p: 1, top_k: 40, min_p: 0.05, repeat_penalty: 1.1 }],
    ["llama-server", { sampler: "categorical" }, { temperature: 0.7, top_p: 1, top_k: 0, min_p: 0, repeat_penalty: 1.1 }],
    ["vllm", {}, { temperature: 0.7, top_p: 0.9, top_k: -1, min_p: 0.05, repetition_penalty: 1.1 }],
    ["lm-studio", {}, { temperature: 0.7, top_p: 0.9, top_k: 0, repeat_penalty: 1.1 }],
    ["ollama", {}, { temperature: 0.7, top_p: 0.9 }],
    ["other", { sampler: "top-k" }, { temperature: 0.7, top_p: 1 }],
  ];
  for (const [kind, changes, fields] of rows) {
    it(`${kind}: ${changes.sampler ?? "top-p"}`, () => {
      assert.deepEqual(sentSampling({ sampling: { ...sampling, ...changes } }, 3, kind).fields, { ...fields, seed: 3 });
    });
  }

  it("has a top-k before a top-p where a client of the service asks for both", () => {
    assert.equal(sentSampling({ sampling, extras: { topK: 5 } }, 3, "hearth").fields["top_k"], 5);
  });
});
