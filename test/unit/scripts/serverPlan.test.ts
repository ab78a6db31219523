import assert from "node:assert/strict";
import { atOnce, conversations, kvBytes, plan, stepSeconds } from "../../../scripts/serverPlan.mjs";

/** Qwen2.5-Coder 7B as it is published. */
const model = { name: "7B", parameters: 7.6e9, bytesPerWeight: 2, layers: 28, kvHeads: 4, headSize: 128 };
const gpu = { name: "24 GB", bytes: 24e9, bandwidth: 1e12, flops: 160e12 };

describe("the plan of a server on paper", () => {
  it("takes for a token a key and a value of each head in every layer", () => assert.equal(kvBytes(model), 57_344));

  it("keeps the conversations that fit beside the weights", () => {
    // 24 x 0.9 - 1.5 - 15.2 = 4.9 GB, 0.344 GB each.
    assert.equal(conversations(model, gpu), 14);
    assert.equal(conversations(model, { ...gpu, bytes: 16e9 }), 0);
  });

  it("reads the weights once for a step, however many answers there are", () => {
    const one = stepSeconds(model, gpu, 1);
    const ten = stepSeconds(model, gpu, 10);
    assert.ok(Math.abs(one - (15.2e9 + 57_344 * 6000) / 0.6e12) < 1e-9, `${one} s`);
    assert.ok(ten < 1.3 * one, `${ten / one} times as long`);
  });

  it("lets no answer be slower than it is read", () => {
    const slow = { ...gpu, bytes: 80e9, bandwidth: 0.6e12 };
    const count = atOnce(model, slow);
    assert.ok(count > 0 && count < conversations(model, slow));
    assert.ok(1 / stepSeconds(model, slow, count) >= 20 && 1 / stepSeconds(model, slow, count + 1) < 20);
  });

  it("says nothing of a model that does not fit, and serves more people with a better card", () => {
    assert.equal(plan(model, { ...gpu, bytes: 12e9 }), undefined);
    const [small, large] = [plan(model, gpu), plan(model, { ...gpu, bytes: 80e9, bandwidth: 3e12, flops: 900e12 })];
    assert.ok(small && large && large.people > 2 * small.people, JSON.stringify([small, large]));
  });
});
