import assert from "node:assert/strict";
import { IdleTimer } from "../../../src/engine/idleTimer";
import { FakeClock } from "./fakeClock";

describe("IdleTimer", () => {
  let clock: FakeClock;
  let timer: IdleTimer;
  let fired: number;

  beforeEach(() => {
    clock = new FakeClock();
    fired = 0;
    timer = new IdleTimer(clock, () => fired++);
  });

  it("counts from the end of the last use", async () => {
    timer.setLimit(1000);
    await timer.use(() => Promise.resolve(clock.advance(5000)));
    clock.advance(999);
    assert.equal(fired, 0);
    await timer.use(() => Promise.resolve());
    clock.advance(999);
    assert.equal(fired, 0);
    clock.advance(1);
    assert.equal(fired, 1);
  });

  it("waits for the last of several users", async () => {
    timer.setLimit(1000);
    let end: () => void = () => undefined;
    const long = timer.use(() => new Promise<void>((resolve) => (end = resolve)));
    await timer.use(() => Promise.resolve());
    clock.advance(10_000);
    assert.equal(fired, 0);
    end();
    await long;
    clock.advance(1000);
    assert.equal(fired, 1);
  });

  it("counts a stream as used until it is read or left", async () => {
    timer.setLimit(1000);
    const stream = timer.useWhile(async function* () {
      yield await Promise.resolve(1);
      yield 2;
    });
    await stream.next();
    clock.advance(10_000);
    assert.equal(fired, 0);
    await stream.return();
    clock.advance(1000);
    assert.equal(fired, 1);
  });

  it("counts a use that failed", async () => {
    timer.setLimit(1000);
    await assert.rejects(timer.use(() => Promise.reject(new Error("no"))), /no/);
    clock.advance(1000);
    assert.equal(fired, 1);
  });

  it("never fires with 0, or when it was stopped", async () => {
    await timer.use(() => Promise.resolve());
    clock.advance(1e9);
    timer.setLimit(1000);
    timer.stop();
    clock.advance(1e9);
    assert.equal(fired, 0);
  });

  it("heeds a new limit at once", async () => {
    timer.setLimit(60_000);
    await timer.use(() => Promise.resolve());
    timer.setLimit(1000);
    clock.advance(1000);
    assert.equal(fired, 1);
  });
});
