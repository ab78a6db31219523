import assert from "node:assert/strict";
import fc from "fast-check";
import {
  answerReserve,
  codeBudget,
  excessTokens,
  hasAmpleRoom,
  hasRoomForSummary,
  type Leaving,
  needOf,
  planLeaving,
  promptReserve,
  summaryTokens,
} from "../../../src/chat/contextBudget";
import type { PromptSize } from "../../../src/engine/ports";

/** Turns as `text` or `[text, code]` tokens, oldest first; the last one is the question. */
function sizeOf(turns: readonly (number | readonly [text: number, code: number])[], contextSize = 1000, system = 0): PromptSize {
  const pairs = turns.map((turn) => (typeof turn === "number" ? ([turn, 0] as const) : turn));
  const turnTokens = pairs.map(([text, code]) => text + code);
  return { promptTokens: turnTokens.reduce((a, b) => a + b, system), contextSize, turnTokens, contextTokens: pairs.map(([, code]) => code) };
}

describe("the context budget", () => {
  // A context of 1,000 tokens, 250 of them kept free; `code` is what was found for the question.
  const plans: [name: string, turns: Parameters<typeof sizeOf>[0], code: number, expected: Leaving][] = [
    ["all fits", [100, 100, 100], 0, { turns: 0, code: 0 }],
    ["exactly fits", [300, 300, 150], 0, { turns: 0, code: 0 }],
    ["one token over: half of the history's room stays", [300, 300, 151], 0, { turns: 2, code: 2 }],
    ["only as many as must", [300, 200, 200, 100], 0, { turns: 2, code: 2 }],
    ["the question never leaves", [900], 0, { turns: 0, code: 0 }],
    ["code leaves first, the oldest", [[50, 300], [50, 300], [50, 0], 100], 0, { turns: 0, code: 2 }],
    ["and no more of it than must", [[10, 400], [10, 200], [10, 50], 100], 0, { turns: 0, code: 1 }],
    ["code alone is enough, though not for half of the room", [[200, 200], [250, 0], 200], 0, { turns: 0, code: 2 }],
    ["turns leave when their code is not enough", [[300, 100], [300, 100], 200], 0, { turns: 2, code: 2 }],
    ["the newest code stays where leaving turns make room for it", [[320, 100], [320, 100], [20, 30], 100], 0, { turns: 2, code: 2 }],
    ["new code wants its share: old code makes room", [[100, 250], [100, 250], 20], 500, { turns: 0, code: 2 }],
    ["less than a third of it is left: turns make room", [250, 250, 160, 20], 500, { turns: 2, code: 2 }],
    ["a third of it is left: nothing leaves", [250, 250, 130, 20], 500, { turns: 0, code: 0 }],
    ["a large question leaves half of the rest to the history", [100, 30, 600], 500, { turns: 1, code: 1 }],
  ];
  for (const [name, turns, found, expected] of plans) {
    it(`lets ${expected.turns} turns and the code of ${expected.code} leave: ${name}`, () => {
      const size = sizeOf(turns);
      assert.deepEqual(planLeaving(size, needOf(size, 250, { all: found, best: 0 })), expected);
    });
  }

  it("makes room for the best chunk at least, unless it is larger than what code may have", () => {
    const needs = [20, 150, 900].map((best) => needOf(sizeOf([100, 100]), 250, { all: 900, best }).leastCode);
    assert.deepEqual(needs, [94, 150, 280]);
  });

  const codeOf = (all: number) => ({ all, best: Math.ceil(all / 4) });
  const tokens = fc.nat({ max: 600 });
  const sizes = fc.array(fc.tuple(tokens, tokens), { minLength: 1, maxLength: 12 }).map((turns) => sizeOf(turns, 2000, 40));

  it("whatever the sizes: what stays fits, and what could stay longer is not sent away", () => {
    fc.assert(
      fc.property(sizes, fc.nat({ max: 3000 }), (size, found) => {
        const need = needOf(size, 500, codeOf(found));
        const { turns, code } = planLeaving(size, need);
        const last = size.turnTokens.length - 1;
        const left = size.turnTokens.slice(0, turns).reduce((a, b) => a + b, 0) + size.contextTokens.slice(turns, code).reduce((a, b) => a + b, 0);
        const fits = size.promptTokens - left + need.leastCode <= size.contextSize - need.reserve;
        assert.ok(turns <= code && code <= last);
        assert.ok(fits || (turns === last && code === last), "everything has left, or it fits");
        if (turns > 0) {
          const allCode = size.contextTokens.slice(0, last).reduce((a, b) => a + b, 0);
          assert.ok(size.promptTokens - allCode + need.firmCode > size.contextSize - need.reserve, "turns leave only when all code is not enough");
        }
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  it("after turns have left, they do not come back at once, whatever is found for the next question", () => {
    fc.assert(
      fc.property(sizes, fc.nat({ max: 3000 }), fc.nat({ max: 3000 }), (size, found, next) => {
        const { turns } = planLeaving(size, needOf(size, 500, codeOf(found)));
        fc.pre(turns > 0 && excessTokens(size, 500) === 0);
        assert.equal(hasAmpleRoom(size, needOf(size, 500, codeOf(next))), false);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  it("keeps a quarter free for the answer, or less when it may take less", () => {
    assert.deepEqual([answerReserve(1000, 500), answerReserve(1000, 100)], [250, 100]);
  });

  it("keeps room for the request of a summary, unless the oldest turns are dropped anyway", () => {
    const reserves = (["summarise", "ask", "dropOldest"] as const).map((policy) => promptReserve(4096, 1024, policy));
    assert.deepEqual(reserves, [1024 + 256 + 96, 1024 + 256 + 96, 1024]);
    assert.deepEqual([summaryTokens(4096), summaryTokens(512)], [256, 51]);
  });

  it("knows by how much a question is too long, and whether a summary fits beside it", () => {
    assert.deepEqual([excessTokens(sizeOf([400, 750]), 250), excessTokens(sizeOf([400, 751]), 250)], [0, 1]);
    assert.deepEqual([hasRoomForSummary(sizeOf([400, 610]), 250), hasRoomForSummary(sizeOf([400, 611]), 250)], [true, false]);
  });

  it("gives code what is left, but no more than its share", () => {
    const sizes = [0, 600, 900].map((promptTokens) => ({ promptTokens, contextSize: 1000, turnTokens: [], contextTokens: [] }));
    assert.deepEqual(sizes.map((size) => codeBudget(size, 250)), [280, 150, 0]);
  });
});
