import assert from "node:assert/strict";
import { openSavedStates } from "../../../src/engine/states/openSavedStates";
import { measuredCosts } from "../../../src/engine/states/stateCosts";
import { strictLog, testIdentity } from "./stateRig";
import { temporaryFolder } from "./temporaryFolder";

/** Bytes of the KV of 400 tokens of Phi-3-mini. */
const bytes = 157e6;
const minute = 60_000;

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < 0.1, `${actual} is not near ${expected}`);
}

describe("costs of saved states", () => {
  let now = 0;
  const costs = () => measuredCosts(undefined, () => now);

  it("assumes something before the first measurement", () => {
    const assumed = costs();
    near(assumed.writingMs(bytes), 800);
    near(assumed.readingMs(bytes), 320);
    near(assumed.evaluatingMs(400), 4000);
  });

  it("goes by what was measured", () => {
    const measured = costs();
    measured.wrote(bytes, 400);
    measured.read(bytes, 150);
    measured.evaluated(400, 23_000);
    near(measured.writingMs(2 * bytes), 800);
    near(measured.readingMs(2 * bytes), 300);
    near(measured.evaluatingMs(800), 46_000);
  });

  it("follows a change, and large pieces more than small ones", () => {
    const measured = costs();
    for (let i = 0; i < 10; i++) measured.evaluated(256, 2560);
    measured.evaluated(1, 200);
    // Its own rate is a twentieth, the sums hardly change.
    near(measured.evaluatingMs(1000), 10_300);
    for (let i = 0; i < 10; i++) measured.evaluated(256, 256);
    near(measured.evaluatingMs(1000), 1100);
  });

  it("forgives the disk a stall, in time", () => {
    const measured = costs();
    measured.wrote(bytes, 60_000);
    assert.ok(measured.writingMs(bytes) > 30_000);
    now += 120 * minute;
    assert.ok(measured.writingMs(bytes) < 1000);
  });

  it("does not forget what evaluating costs", () => {
    const measured = costs();
    measured.evaluated(400, 23_000);
    now += 600 * minute;
    near(measured.evaluatingMs(400), 23_000);
  });

  it("survives measurements of nothing", () => {
    const measured = costs();
    measured.evaluated(0, 10);
    measured.wrote(0, 0);
    measured.read(100, 0);
    measured.evaluated(1, 0);
    for (const value of [measured.writingMs(bytes), measured.readingMs(bytes), measured.evaluatingMs(10)]) assert.ok(Number.isFinite(value) && value > 0);
  });

  const folder = temporaryFolder();
  const machines: readonly [what: string, tokensPerSecond: number, bytesPerToken: number, tokens: number, pays: boolean][] = [
    ["a full-size Phi-3 on two cores", 17, 393_216, 400, true],
    ["a full-size Phi-3 on a fast GPU", 5000, 393_216, 400, false],
    ["a model with a small KV on a GPU", 1000, 57_344, 4000, true],
    ["a few tokens of a small model", 2000, 1024, 20, false],
  ];
  for (const [what, tokensPerSecond, bytesPerToken, tokens, pays] of machines) {
    it(`says that saving ${pays ? "pays" : "does not pay"} for ${what}`, async () => {
      const states = await openSavedStates({ directory: folder(), identity: testIdentity, vocabularySize: 32_064, bytesPerToken, budgetBytes: () => 1e9, log: strictLog });
      states.evaluated(tokensPerSecond, 1000);
      assert.equal(states.savingPays(tokens), pays);
      const saved = { id: "1", conversation: "a", tokens: [], parts: [], bytes: tokens * bytesPerToken };
      assert.ok(!pays || states.loadingPays(saved, tokens), "loading is part of it");
      assert.ok(!states.loadingPays(saved, 0));
      assert.ok(!states.savingPays(tokens, 1), "for the sake of one token");
    });
  }
});
