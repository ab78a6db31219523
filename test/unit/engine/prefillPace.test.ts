import assert from "node:assert/strict";
import { PrefillPace } from "../../../src/engine/prefillPace";

describe("PrefillPace", () => {
  const measured: [tokens: number, ms: number, next: number, what: string][] = [
    [32, 5, 512, "a fast model gets the largest chunks at once"],
    [32, 0, 512, "so does one that is too fast to measure"],
    [32, 190, 64, "a chunk takes about the time it is given by the measured rate"],
    [32, 130, 96, "in steps of 32"],
    [32, 60_000, 16, "a slow model gets the smallest chunks"],
  ];
  for (const [tokens, ms, next, what] of measured) {
    it(`${what}: ${tokens} tokens in ${ms} ms give ${next} for 400 ms`, () => {
      const pace = new PrefillPace();
      assert.equal(pace.chunk(400), 32);
      pace.measured(tokens, ms);
      assert.equal(pace.chunk(400), next);
    });
  }

  it("follows a rate that changes", () => {
    const pace = new PrefillPace();
    pace.measured(32, 10_000);
    pace.measured(16, 64);
    assert.equal(pace.chunk(400), 96);
  });
});
