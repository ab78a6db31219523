import assert from "node:assert/strict";
import { RecentRows } from "../../../../src/engine/guidance/recentRows";

describe("vectors that are kept", () => {
  const row = (token: number) => Float32Array.of(token, token / 2, -token);
  const read = (rows: RecentRows, token: number) => {
    const into = new Float32Array(3);
    return rows.read(token, into) ? into : undefined;
  };

  it("come back as they were", () => {
    const rows = new RecentRows(3, 2);
    rows.keep(7, row(7));
    rows.keep(0, row(0));
    assert.deepEqual(read(rows, 7), row(7));
    assert.deepEqual(read(rows, 0), row(0));
    assert.equal(read(rows, 8), undefined);
  });

  it("give way in the order in which they came", () => {
    const rows = new RecentRows(3, 2);
    for (const token of [1, 2, 3]) rows.keep(token, row(token));
    assert.deepEqual([1, 2, 3].map((token) => read(rows, token)), [undefined, row(2), row(3)]);
    rows.keep(1, row(1));
    assert.deepEqual([1, 2, 3].map((token) => read(rows, token)), [row(1), undefined, row(3)]);
  });

  it("leave what they are read into alone when they are not there", () => {
    const into = row(5);
    assert.equal(new RecentRows(3, 1).read(4, into), false);
    assert.deepEqual(into, row(5));
  });
});
