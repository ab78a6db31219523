import assert from "node:assert/strict";
import { mock } from "node:test";
import { Debounce } from "../../../src/rag/debounce";

describe("debounce", () => {
  let fired = 0;

  beforeEach(() => {
    fired = 0;
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
  });

  afterEach(() => mock.timers.reset());

  it("waits until it is quiet", () => {
    const debounce = new Debounce(() => fired++, 300);
    for (let i = 0; i < 3; i++) {
      debounce.schedule();
      mock.timers.tick(200);
    }
    assert.equal(fired, 0);
    mock.timers.tick(100);
    assert.equal(fired, 1);
    mock.timers.tick(10_000);
    assert.equal(fired, 1);
  });

  it("never waits longer than its limit, again and again", () => {
    const debounce = new Debounce(() => fired++, 300, 2000);
    for (let ms = 0; ms < 6000; ms += 100) {
      debounce.schedule();
      mock.timers.tick(100);
    }
    assert.equal(fired, 3);
  });

  it("begins anew after it has called back", () => {
    const debounce = new Debounce(() => fired++, 300);
    for (const expected of [1, 2]) {
      debounce.schedule();
      mock.timers.tick(299);
      assert.equal(fired, expected - 1);
      mock.timers.tick(1);
      assert.equal(fired, expected);
    }
  });

  it("does not wait for a clock that was set back", async () => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
    const called = new Promise<void>((resolve) => new Debounce(resolve, 20).schedule());
    mock.timers.setTime(1_000);
    await called;
  });

  it("can be cancelled", () => {
    const debounce = new Debounce(() => fired++, 300);
    debounce.schedule();
    debounce.cancel();
    mock.timers.tick(5000);
    assert.equal(fired, 0);
  });
});
