import assert from "node:assert/strict";
import { heldTokens } from "../../../src/engine/native/drawTogether";
import { GuessPolicy } from "../../../src/engine/native/guessPolicy";
import { NgramIndex } from "../../../src/engine/native/ngramIndex";
import { StepCosts } from "../../../src/engine/native/stepCosts";

function indexOf(...tokens: number[]): NgramIndex {
  const index = new NgramIndex();
  index.push(tokens);
  return index;
}

describe("n-gram index", () => {
  const matches: [name: string, tokens: number[], length: number | undefined, guess: number[]][] = [
    ["nothing in an empty text", [], undefined, []],
    ["nothing in one token", [1], undefined, []],
    ["nothing after one token that was there before", [1, 2, 3, 1], undefined, []],
    ["what came after a pair", [1, 2, 3, 4, 1, 2], 2, [3, 4, 1]],
    ["the longest match rather than the last", [7, 1, 2, 3, 5, 1, 2, 4, 7, 1, 2], 3, [3, 5, 1]],
    ["the last of equally long ones", [1, 2, 3, 0, 1, 2, 4, 9, 1, 2], 2, [4, 9, 1]],
    ["a repeated token, round and round", [5, 5, 5], 2, [5, 5, 5]],
    ["a text that repeats itself, round and round", [1, 2, 1, 2], 2, [1, 2, 1]],
  ];
  for (const [name, tokens, length, guess] of matches) {
    it(`finds ${name}`, () => {
      const index = indexOf(...tokens);
      const match = index.match();
      assert.equal(match?.length, length);
      assert.deepEqual(match ? index.continuation(match, 3) : [], guess);
    });
  }

  it("tells pairs of large token ids apart", () => {
    const match = indexOf(151_645, 1, 42, 9, 151_644, 1, 43, 8, 151_645, 1).match();
    assert.deepEqual(match, { length: 2, next: 2 });
  });

  it("stays quick on a text of one repeated token", () => {
    const index = new NgramIndex();
    for (let i = 0; i < 20_000; i++) {
      index.push([7]);
      index.match();
    }
    assert.equal(index.match()?.length, 64);
  });
});

describe("tokens drawn together", () => {
  const cases: [name: string, guess: number[], drawn: (number | undefined)[], tokens: number[], unsure: boolean][] = [
    ["all guesses right", [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4], false],
    ["the second one wrong", [1, 2, 3], [1, 9, 3, 4], [1, 9], false],
    ["the first one wrong", [1, 2], [8, 2, 3], [8], false],
    ["too close to call at once", [1, 2], [undefined, 2, 3], [], true],
    ["too close to call behind a right guess", [1, 2], [1, undefined, 3], [1], true],
    ["too close to call behind a wrong guess", [1, 2], [9, undefined, 3], [9], false],
  ];
  for (const [name, guess, drawn, tokens, unsure] of cases) {
    it(`keeps what the model would have drawn: ${name}`, () => assert.deepEqual(heldTokens(guess, drawn), { tokens, unsure }));
  }
});

/** A machine on which a token more in an evaluation costs `slope` of one alone. */
function costsOf(slope: number): StepCosts {
  const costs = new StepCosts();
  costs.plain(100);
  for (const size of [2, 4, 8, 16]) costs.batch(size, 100 * (1 + slope * (size - 1)));
  return costs;
}

const match = (length: number) => ({ length, next: 0 });
const plenty = 1000;
/** A guess of three tokens, none of which held, on a machine where that costs next to nothing. */
const wrong = { proposed: 3, accepted: 0, drawn: 1, cost: 1 };

describe("guess policy", () => {
  it("guesses much where more tokens cost next to nothing", () => {
    assert.equal(new GuessPolicy("auto", costsOf(0.01)).count(match(4), plenty), 7);
    assert.equal(new GuessPolicy("auto", costsOf(0.01)).count(match(20), plenty), 15);
  });

  it("guesses only behind long matches where they cost much", () => {
    const policy = new GuessPolicy("auto", costsOf(0.75));
    assert.deepEqual([2, 4, 8, 20].map((length) => policy.count(match(length), plenty) > 0), [false, false, false, true]);
  });

  it("does not guess where a token more costs as much as a step", () => {
    const policy = new GuessPolicy("auto", costsOf(1));
    for (const length of [2, 8, 64]) assert.equal(policy.count(match(length), plenty), 0);
  });

  it("guesses after every match when it is on", () => {
    const policy = new GuessPolicy("on", costsOf(1));
    for (const length of [2, 8, 64]) assert.ok(policy.count(match(length), plenty) > 0);
    assert.equal(policy.count(match(64), 0), 0);
  });

  it("stops when guesses turn out wrong, and tries again after a while", () => {
    const policy = new GuessPolicy("auto", costsOf(0.3));
    for (let i = 0; i < 12; i++) policy.learn(match(4), wrong);
    assert.equal(policy.count(match(4), plenty), 0);
    let steps = 0;
    while (policy.count(match(4), plenty) === 0 && steps < 1000) steps++;
    assert.ok(steps > 5 && steps < 1000, `after ${steps} steps`);
  });

  it("goes on guessing behind long matches when short ones mislead", () => {
    const policy = new GuessPolicy("auto", costsOf(0.3));
    for (let i = 0; i < 12; i++) policy.learn(match(2), wrong);
    assert.deepEqual([policy.count(match(2), plenty), policy.count(match(30), plenty)], [0, 15]);
  });

  it("loses no more than a small share of an answer, and more only behind long matches", () => {
    const policy = new GuessPolicy("auto", costsOf(0.01));
    const costly = { proposed: 15, accepted: 0, drawn: 1, cost: 3 };
    let lost = 0;
    for (let steps = 0; steps < 1000; steps++) {
      if (policy.count(match(4), plenty) === 0) continue;
      policy.learn(match(4), costly);
      lost += 2;
    }
    assert.ok(lost >= 4 && lost <= 0.04 * 1000 + 6, String(lost));
    assert.ok(policy.count(match(30), plenty) > 0);
  });

  it("keeps to the room that is left", () => assert.equal(new GuessPolicy("on", costsOf(0)).count(match(30), 6), 3));
});

describe("step costs", () => {
  it("takes prompts for a measure before the first guess", () => {
    const costs = new StepCosts();
    assert.equal(costs.ratio(1), 1);
    costs.prompt(100, 1000);
    costs.plain(50);
    assert.equal(costs.ratio(11), 1 + 10 * 0.2 * 1.5);
    assert.equal(costs.inSteps(200), 4);
  });

  it("goes by the nearest size that was measured", () => {
    const costs = costsOf(0.5);
    assert.deepEqual([costs.ratio(4), costs.ratio(5), costs.ratio(31)], [2.5, 3, 16]);
  });
});
