import assert from "node:assert/strict";
import { keptDimensions } from "../../../src/rag/vectorLength";

const cuttable = { id: "m", hash: "m", dimensions: 1024, leastDimensions: 32 };
const whole = { id: "m", hash: "m", dimensions: 768 };

const cases: readonly [what: string, info: typeof whole, wanted: number | undefined, kept: number, said: RegExp | undefined][] = [
  ["all by default", cuttable, undefined, 1024, undefined],
  ["as many as wanted", cuttable, 256, 256, undefined],
  ["all when more are wanted", cuttable, 2048, 1024, undefined],
  ["no fewer than the model was trained for", cuttable, 16, 32, /cut to 32 dimensions: 16 are fewer/],
  ["all of a model that was not trained for it, which is said", whole, 256, 768, /keep their 768 dimensions/],
  ["all of it without a word when that is what is wanted", whole, 768, 768, undefined],
];

describe("length of vectors", () => {
  for (const [what, info, wanted, kept, said] of cases) {
    it(`is ${what}`, () => {
      const lines: string[] = [];
      assert.equal(keptDimensions(info, wanted, { write: (_, message) => lines.push(message) }), kept);
      assert.equal(lines.length, said ? 1 : 0);
      if (said) assert.match(lines[0] ?? "", said);
    });
  }
});
