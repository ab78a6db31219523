import assert from "node:assert/strict";
import { TokenLedger } from "../../../src/engine/ledger";

function ledgerOf(...tokens: number[]): TokenLedger {
  const ledger = new TokenLedger();
  ledger.commit(tokens);
  return ledger;
}

describe("token ledger", () => {
  const plans: [name: string, cached: number[], wanted: number[], keep: number, erase: number, evaluate: number[]][] = [
    ["an empty cache evaluates all", [], [1, 2, 3], 0, 0, [1, 2, 3]],
    ["a longer prompt evaluates only what is new", [1, 2], [1, 2, 3, 4], 2, 0, [3, 4]],
    ["a changed tail is erased", [1, 2, 9, 9, 9], [1, 2, 3], 2, 3, [3]],
    ["the same prompt evaluates its last token for its logits", [1, 2, 3], [1, 2, 3], 2, 1, [3]],
    ["a shorter prompt does so too", [1, 2, 3, 4], [1, 2], 1, 3, [2]],
    ["another beginning keeps nothing", [1, 2, 3], [7, 2, 3], 0, 3, [7, 2, 3]],
    ["an empty prompt clears", [1, 2], [], 0, 2, []],
  ];
  for (const [name, cached, wanted, keep, erase, evaluate] of plans) {
    it(name, () => assert.deepEqual(ledgerOf(...cached).plan(wanted), { keep, erase, evaluate }));
  }

  it("does not count the last sampled token before the next one is sampled", () => {
    const ledger = ledgerOf(1, 2);
    ledger.sample(10);
    assert.deepEqual([ledger.tokens, ledger.pending], [[1, 2], 10]);
    ledger.sample(11);
    assert.deepEqual([ledger.tokens, ledger.pending], [[1, 2, 10], 11]);
    assert.deepEqual(ledger.plan([1, 2, 10, 11, 12]).evaluate, [11, 12]);
  });

  it("forgets the sampled token when the cache is cut", () => {
    const ledger = ledgerOf(1, 2, 3);
    ledger.sample(4);
    ledger.truncate(2);
    ledger.commit([5]);
    ledger.sample(6);
    assert.deepEqual(ledger.tokens, [1, 2, 5]);
  });
});
