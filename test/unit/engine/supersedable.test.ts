import assert from "node:assert/strict";
import { Supersedable } from "../../../src/engine/supersedable";

const never = new AbortController().signal;

describe("Supersedable", () => {
  it("makes the next one after a disposal that failed, of which the caller learns", async () => {
    let made = 0;
    const resource = new Supersedable(
      () => Promise.resolve(++made),
      (number) => (number === 1 ? Promise.reject(new Error("stuck")) : Promise.resolve()),
    );
    assert.equal(await resource.get(never), 1);
    const [superseding, next] = await Promise.allSettled([resource.supersede(), resource.get(never)]);
    assert.ok(superseding.status === "rejected");
    assert.match(String(superseding.reason), /stuck/);
    assert.deepEqual(next, { status: "fulfilled", value: 2 });
    await resource.supersede();
    assert.equal(await resource.get(never), 3);
    await resource.close();
  });

  it("makes the next one only after the old one is disposed", async () => {
    const order: string[] = [];
    const resource = new Supersedable(
      () => Promise.resolve(order.push("made")),
      async () => {
        await Promise.resolve();
        order.push("disposed");
      },
    );
    await resource.get(never);
    await Promise.all([resource.supersede(), resource.get(never)]);
    assert.deepEqual(order, ["made", "disposed", "made"]);
  });
});
