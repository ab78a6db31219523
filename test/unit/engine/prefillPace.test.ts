import assert from "node:assert/strict";
import { PrefillPace } from "../../../src/engine/prefillPace";

describe("PrefillPace", () => {
  const measured: [tokens: number, ms: number, next: number, what: string][] = [
    [32, 5, 256, "a fast model gets the largest chunks at once"],
    [32, 0, 256, "so does one that is too fast to measure"],
    [32, 160, 80, "a chunk takes 0.4 s by the measured rate"],
    [32, 60_000, 16, "a slow model gets the smallest chunks"],
  ];
  for (const [tokens, ms, next, what] of measured) {
    it(`${what}: ${tokens} tokens in ${ms} ms give ${next}`, () => {
      const pace = new PrefillPace();
      assert.equal(pace.chunk, 32);
      pace.measured(tokens, ms);
      assert.equal(pace.chunk, next);
    });
  }

  it("follows a rate that changes", () => {
    const pace = new PrefillPace();
    pace.measured(32, 10_000);
    pace.measured(16, 64);
    assert.equal(pace.chunk, 100);
  });
});
