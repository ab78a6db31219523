import assert from "node:assert/strict";
import { JoinedTask } from "../../../src/rag/joinedTask";

describe("joined task", () => {
  /** Runs end when they are let, or are aborted. */
  function gated(): { readonly task: JoinedTask<number>; readonly ends: (() => void)[]; readonly began: () => number } {
    const ends: (() => void)[] = [];
    let began = 0;
    const task = new JoinedTask((signal) => {
      const number = ++began;
      return new Promise<number>((resolve, reject) => {
        ends.push(() => resolve(number));
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    });
    return { task, ends, began: () => began };
  }

  it("runs once for all who ask before it begins, and once more for those who ask while it runs", async () => {
    const { task, ends, began } = gated();
    const early = [task.run(), task.run()];
    await turn();
    const late = [task.run(), task.run()];
    await turn();
    assert.equal(began(), 1);
    ends[0]?.();
    assert.deepEqual(await Promise.all(early), [1, 1]);
    await turn();
    ends[1]?.();
    assert.deepEqual(await Promise.all(late), [2, 2]);
    assert.equal(began(), 2);
  });

  it("runs again after a run that failed", async () => {
    let runs = 0;
    const task = new JoinedTask(() => (++runs === 1 ? Promise.reject(new Error("the first")) : Promise.resolve(runs)));
    const first = assert.rejects(task.run(), /the first/);
    await turn();
    const second = task.run();
    await first;
    assert.equal(await second, 2);
  });

  it("ends a run when all who wait for it have given up, and drops one that has not begun", async () => {
    const { task, ends, began } = gated();
    const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()];
    const first = [task.run(one.signal), task.run(two.signal)];
    await turn();
    const dropped = task.run(three.signal);
    three.abort();
    await assert.rejects(dropped, { name: "AbortError" });
    const kept = task.run();
    one.abort();
    await assert.rejects(first[0]!, { name: "AbortError" });
    assert.equal(began(), 1);
    two.abort();
    await assert.rejects(first[1]!, { name: "AbortError" });
    await turn();
    ends[1]?.();
    assert.equal(await kept, 2);
    assert.equal(began(), 2);
  });

  it("has settled once all that was asked for has ended", async () => {
    const { task, ends } = gated();
    await task.settled();
    const first = task.run();
    await turn();
    const second = task.run();
    const order: string[] = [];
    const settled = task.settled().then(() => order.push("settled"));
    ends[0]?.();
    await first;
    await turn();
    void second.then(() => order.push("second"));
    ends[1]?.();
    await settled;
    assert.deepEqual(order, ["second", "settled"]);
  });
});

/** Lets what is due happen. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
