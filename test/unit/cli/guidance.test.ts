import assert from "node:assert/strict";
import { guidanceStrategies } from "../../../src/engine/ports";
import { testModel } from "../../fixtures/models";
import { BuiltProgram } from "./builtProgram";

/** A small model with random weights: what it says is noise, and the same each time. */
describe("the built program with --guidance", function () {
  this.timeout(300_000);
  let program: BuiltProgram;
  let model: string;
  before(async () => {
    program = await BuiltProgram.create();
    model = await testModel("phi3");
  });
  after(() => program.remove());

  const ask = (...args: string[]) =>
    program.run(["ask", "what does parseLine return", "--model", model, "--threads", "1", "--gpu-layers", "0", "--sampler", "greedy", "--seed", "7", "--max-tokens", "8", "--quiet", ...args]);

  it("answers otherwise than without, with each strategy in a way of its own, and the same again", async () => {
    const plain = await ask();
    assert.equal(plain.code, 0, plain.err);
    const outs = [plain.out];
    for (const strategy of guidanceStrategies) {
      const args = ["--guidance", strategy, "--guidance-scale", "8", "--guidance-top-n", "128", "--guidance-query", "context", "--guidance-adaptive", "off"];
      const guided = await ask(...args);
      assert.equal(guided.code, 0, guided.err);
      assert.equal((await ask(...args)).out, guided.out);
      outs.push(guided.out);
    }
    assert.equal(new Set(outs).size, outs.length, outs.join("\n"));
    assert.equal((await ask("--guidance", "cosine", "--guidance-scale", "0")).out, plain.out);
    assert.equal((await ask("--guidance-scale", "8")).out, plain.out, "a scale alone steers nothing");
  });

  it("refuses what is not allowed as wrong use", async () => {
    for (const [args, message] of [
      [["--guidance", "best"], /--guidance.*one of none, cosine, cnn, bayesian, thompson/s],
      [["--guidance-scale", "21"], /--guidance-scale.*from 0 to 20/s],
      [["--guidance-top-n", "0"], /--guidance-top-n.*from 1 to 4096/s],
    ] as const) {
      const { code, err } = await ask(...args);
      assert.equal(code, 2);
      assert.match(err, message);
    }
  });
});
