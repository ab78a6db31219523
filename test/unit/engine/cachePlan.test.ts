import assert from "node:assert/strict";
import fc from "fast-check";
import { type CachePlan, planCache } from "../../../src/engine/cachePlan";
import type { RowContent } from "../../../src/engine/states/savedStates";

type Parts = readonly (readonly [key: string, ...tokens: number[]])[];

/** @param rest tokens behind the parts, of no known part */
function content(parts: Parts, rest: readonly number[] = []): RowContent {
  return {
    tokens: [...parts.flatMap(([, ...tokens]) => tokens), ...rest],
    parts: parts.map(([key, ...tokens]) => ({ key, length: tokens.length })),
  };
}

const logits = { cuts: true, evaluateAtLeast: 1 };
const o = ["o", 1, 2] as const;
const a = ["a", 3, 4] as const;
const b = ["b", 5, 6] as const;
const c = ["c", 7, 8, 9] as const;

describe("cache plan", () => {
  const plans: [name: string, held: RowContent, wanted: RowContent, reused: number, erase: [number, number][], tail: number][] = [
    ["an empty row gives nothing", content([]), content([o]), 0, [], 0],
    ["a longer prompt erases nothing", content([o]), content([o, a]), 2, [], 0],
    ["a changed tail goes", content([o, a], [9]), content([o, b]), 2, [[2, 5]], 3],
    ["the same prompt keeps all but its last token", content([o, a]), content([o, a]), 3, [[3, 4]], 1],
    ["a shorter prompt does so too", content([o, a, b]), content([o, a]), 3, [[3, 6]], 3],
    ["another beginning keeps nothing", content([["x", 7, 2], a]), content([o, a]), 0, [[0, 4]], 4],
    ["an empty prompt clears", content([o]), content([]), 0, [[0, 2]], 2],
    ["a part that left is cut out", content([o, a, b]), content([o, b, c]), 4, [[2, 4]], 0],
    ["parts that left are cut out at once", content([o, a, b, c], [10]), content([o, b, ["d", 10, 11]]), 5, [[2, 4], [6, 9]], 0],
    ["neighbours are one range", content([o, a, b, c]), content([o, c, ["d", 10]]), 5, [[2, 6]], 0],
    ["a cut with the last token to evaluate", content([o, a, b]), content([o, b]), 3, [[2, 4], [5, 6]], 1],
    ["a cut that leaves nothing behind it is a tail", content([o, a, ["b", 5]]), content([o, ["b", 5]]), 2, [[2, 5]], 3],
    ["tokens of no known part stay where they fit", content([o, a, b], [20, 21, 22]), content([o, b, ["c", 20, 21, 30]]), 6, [[2, 4], [8, 9]], 1],
    ["a part that changed is a fork", content([o, a, b]), content([o, ["a", 3, 9], b]), 3, [[3, 6]], 3],
    ["a part that moved is a fork", content([o, a, b]), content([o, b, a]), 2, [[2, 6]], 4],
    ["equal tokens of other parts stay", content([o, ["x", 3, 4], ["y", 5]]), content([o, a, b]), 5, [], 0],
    ["the first position stays in place of its double", content([["a", 1, 3, 4], ["b", 1, 5]]), content([["b", 1, 5], c]), 2, [[1, 4]], 0],
    ["without a double all goes", content([a, b]), content([b, c]), 0, [[0, 4]], 4],
  ];
  for (const [name, held, wanted, reused, erase, tail] of plans) {
    it(name, () => assert.deepEqual(planCache(held, wanted, logits), { reused, erase: erase.map(([start, end]) => ({ start, end })), tail }));
  }

  it("keeps all where no token is to be drawn", () => {
    assert.deepEqual(planCache(content([o, a, b]), content([o, b]), { cuts: true, evaluateAtLeast: 0 }), { reused: 4, erase: [{ start: 2, end: 4 }], tail: 0 });
  });

  it("keeps the common front only where nothing may be moved", () => {
    assert.deepEqual(planCache(content([o, a, b]), content([o, b, c]), { cuts: false, evaluateAtLeast: 1 }), { reused: 2, erase: [{ start: 2, end: 6 }], tail: 4 });
  });

  /** Few tokens and few keys, so that parts coincide in all ways; a key has one of two texts. */
  const texts = fc.array(fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }), { minLength: 16, maxLength: 16 });
  const chosen = fc.uniqueArray(fc.record({ key: fc.nat({ max: 7 }), isChanged: fc.boolean() }), { maxLength: 6, selector: ({ key }) => key });
  const rest = fc.array(fc.nat({ max: 2 }), { maxLength: 4 });
  const seed = Number(process.env["HEARTH_TEST_SEED"] ?? 20261121);

  it("keeps as much as trying every choice of parts does, and what it says is what the row then holds", () => {
    fc.assert(
      fc.property(texts, chosen, chosen, rest, fc.boolean(), fc.constantFrom(0, 1), (all, heldKeys, wantedKeys, tail, cuts, evaluateAtLeast) => {
        const partsOf = (keys: typeof heldKeys): Parts => keys.map(({ key, isChanged }) => [String(key), ...all[isChanged ? key + 8 : key]!]);
        const [held, wanted] = [content(partsOf(heldKeys), tail), content(partsOf(wantedKeys))];
        const plan = planCache(held, wanted, { cuts, evaluateAtLeast });
        checkPlan(plan, held, wanted);
        const most = Math.max(0, wanted.tokens.length - evaluateAtLeast);
        assert.equal(plan.reused, Math.min(most, cuts ? longestByTrying(held, wanted) : front(held.tokens, wanted.tokens)));
        if (!cuts) assert.ok(plan.erase.every(({ end }) => end === held.tokens.length));
      }),
      { seed, numRuns: 3000 },
    );
  });
});

function checkPlan({ reused, erase, tail }: CachePlan, held: RowContent, wanted: RowContent): void {
  const { length } = held.tokens;
  const left = held.tokens.filter((_, position) => !erase.some(({ start, end }) => position >= start && position < end));
  assert.deepEqual(left, wanted.tokens.slice(0, reused), "the row holds the front of what is wanted");
  erase.forEach(({ start, end }, index) => assert.ok(start < end && end <= length && start > (erase[index - 1]?.end ?? -1), "ranges ascend and stand apart"));
  assert.ok(reused === 0 || erase[0]?.start !== 0, "position 0 goes only when all goes");
  const last = erase.at(-1);
  assert.equal(tail, last?.end === length ? last.end - last.start : 0);
}

/** The longest front of what is wanted that cutting any of the parts it no longer has can give. */
function longestByTrying(held: RowContent, wanted: RowContent): number {
  if (held.tokens[0] !== wanted.tokens[0]) return 0;
  const wantedKeys = new Set(wanted.parts.map(({ key }) => key));
  const free = held.parts.map(({ key }, index) => (wantedKeys.has(key) ? -1 : index)).filter((index) => index >= 0);
  let best = 0;
  for (let choice = 0; choice < 1 << free.length; choice++) {
    const cut = new Set(free.filter((_, bit) => (choice >> bit) & 1));
    let at = 0;
    const pieces = held.parts.map(({ length }) => held.tokens.slice(at, (at += length)));
    const left = [...pieces.filter((_, index) => !cut.has(index)).flat(), ...held.tokens.slice(at)];
    best = Math.max(best, front(left, wanted.tokens));
  }
  return best;
}

function front(a: readonly number[], b: readonly number[]): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}
