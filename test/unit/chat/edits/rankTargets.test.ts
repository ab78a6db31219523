import assert from "node:assert/strict";
import { rankTargets, type TargetFacts } from "../../../../src/chat/edits/rankTargets";

function facts(path: string, known: Partial<TargetFacts>): TargetFacts {
  return { path, named: false, symbols: [], shared: 0, active: false, ...known };
}

describe("the file that code belongs to", () => {
  const cases: readonly [name: string, files: readonly TargetFacts[], order: readonly string[], sure: string | undefined][] = [
    ["nothing speaks for any", [facts("a", {}), facts("b", { shared: 0.1 })], [], undefined],
    ["one defines what the code defines", [facts("a", {}), facts("b", { symbols: ["x"] })], ["b"], "b"],
    ["two define it", [facts("a", { symbols: ["x"] }), facts("b", { symbols: ["x"] })], ["a", "b"], undefined],
    ["one defines more of it, another some", [facts("a", { symbols: ["x"] }), facts("b", { symbols: ["x", "y"] })], ["b", "a"], undefined],
    ["one has most of its lines", [facts("a", { shared: 0.8 }), facts("b", { shared: 0.2 })], ["a"], "a"],
    ["one has some of its lines", [facts("a", { shared: 0.4 })], ["a"], undefined],
    ["one defines it, another has more of its lines", [facts("a", { symbols: ["x"], shared: 0.1 }), facts("b", { shared: 0.9 })], ["a", "b"], undefined],
    ["the editor in front alone is a guess", [facts("a", { active: true })], ["a"], undefined],
    ["the editor in front is no rival", [facts("a", { active: true }), facts("b", { symbols: ["x"] })], ["b", "a"], "b"],
    ["one is named", [facts("a", { named: true }), facts("b", { symbols: ["x"], shared: 1 })], ["a", "b"], "a"],
  ];
  for (const [name, files, order, sure] of cases) {
    it(`when ${name}`, () => {
      const { ranked, sure: found } = rankTargets(files);
      assert.deepEqual([ranked.map(({ path }) => path), found?.path], [order, sure]);
    });
  }
});
