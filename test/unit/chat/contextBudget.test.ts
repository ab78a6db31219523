import assert from "node:assert/strict";
import { answerReserve, codeBudget, overlaps, pack, turnsToDrop } from "../../../src/chat/contextBudget";
import { chunk } from "./fakes";

describe("the context budget", () => {
  const drops: [name: string, turnTokens: number[], expected: number][] = [
    ["all fits", [100, 100, 100], 0],
    ["exactly fits", [300, 300, 150], 0],
    ["one token over: down to three fifths", [300, 300, 151], 1],
    ["the last turn never leaves", [2000], 0],
    ["only what must", [50, 700, 200], 2],
  ];
  for (const [name, turnTokens, expected] of drops) {
    it(`drops ${expected}: ${name}`, () => {
      const promptTokens = turnTokens.reduce((a, b) => a + b, 0);
      assert.equal(turnsToDrop({ promptTokens, contextSize: 1000, turnTokens }, 500), expected);
    });
  }

  it("keeps a quarter free for the answer, or less when it may take less", () => {
    assert.deepEqual([answerReserve(1000, 500), answerReserve(1000, 100)], [250, 100]);
  });

  it("gives code what is left, but no more than its share", () => {
    const size = (promptTokens: number) => ({ promptTokens, contextSize: 1000, turnTokens: [] });
    assert.deepEqual([codeBudget(size(0), 500), codeBudget(size(600), 500), codeBudget(size(900), 500)], [280, 150, 0]);
  });

  it("packs best first, skips what does not fit, and puts the best last", () => {
    const [a, b, c] = [chunk("a", 1, "a"), chunk("b", 1, "b"), chunk("c", 1, "c")];
    assert.deepEqual(pack([a, b, c], [10, 50, 20], 35), [c, a]);
  });

  it("knows when ranges share a line", () => {
    const at = (path: string, startLine: number, endLine: number) => ({ path, startLine, endLine });
    assert.equal(overlaps(at("a", 1, 5), at("a", 5, 9)), true);
    assert.equal(overlaps(at("a", 1, 4), at("a", 5, 9)), false);
    assert.equal(overlaps(at("a", 1, 5), at("b", 1, 5)), false);
  });
});
