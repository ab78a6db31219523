import assert from "node:assert/strict";
import { TokenLedger } from "../../../src/engine/ledger";

function ledgerOf(...tokens: number[]): TokenLedger {
  const ledger = new TokenLedger();
  ledger.commit(tokens);
  return ledger;
}

describe("token ledger", () => {
  it("does not count the last sampled token before the next one is sampled", () => {
    const ledger = ledgerOf(1, 2);
    ledger.sample(10);
    assert.deepEqual([ledger.tokens, ledger.pending], [[1, 2], 10]);
    ledger.sample(11);
    assert.deepEqual([ledger.tokens, ledger.pending], [[1, 2, 10], 11]);
  });

  it("forgets the sampled token when the cache is cut", () => {
    const ledger = ledgerOf(1, 2, 3);
    ledger.sample(4);
    ledger.reset(ledger.copy(), 2);
    ledger.commit([5]);
    ledger.sample(6);
    assert.deepEqual(ledger.tokens, [1, 2, 5]);
  });

  it("tells the parts that are there as a whole", () => {
    const ledger = new TokenLedger();
    const parts = [
      { key: "a", length: 2 },
      { key: "b", length: 2 },
    ];
    ledger.reset({ tokens: [1, 2, 3, 4], parts }, 1);
    assert.deepEqual([ledger.tokens, ledger.parts], [[1], []]);
    ledger.commit([2, 3]);
    assert.deepEqual(ledger.parts, [parts[0]]);
    ledger.commit([4, 5]);
    assert.deepEqual([ledger.parts, ledger.length], [parts, 5]);
    assert.deepEqual(ledger.copy(), { tokens: [1, 2, 3, 4, 5], parts }, "the rest is of no known part");
  });
});
