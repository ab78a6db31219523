import assert from "node:assert/strict";
import { LatestRun } from "../../../../src/vscode/search/latestRun";

/** A runner with a log of what ran; each run ends when the test says so. */
function start() {
  const runner = new LatestRun();
  const ran: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const run = (name: string) =>
    runner.run(() => {
      ran.push(name);
      const end = Promise.withResolvers<void>();
      ends.set(name, end);
      return end.promise;
    });
  return { run, ran, end: (name: string) => ends.get(name)?.resolve(), fail: (name: string) => ends.get(name)?.reject(new Error(name)) };
}

describe("the latest run", () => {
  it("goes after the one that runs, and those between are dropped", async () => {
    const { run, ran, end } = start();
    const over = [run("a"), run("b"), run("c")];
    assert.deepEqual(ran, ["a"]);
    end("a");
    await new Promise(setImmediate);
    end("c");
    await Promise.all(over);
    assert.deepEqual(ran, ["a", "c"]);
  });

  it("runs again after the end", async () => {
    const { run, ran, end } = start();
    const first = run("a");
    end("a");
    await first;
    const second = run("b");
    end("b");
    await second;
    assert.deepEqual(ran, ["a", "b"]);
  });

  it("rejects with the failure of the last, not of one that was overtaken", async () => {
    const { run, end, fail } = start();
    const first = run("a");
    const second = run("b");
    fail("a");
    await new Promise(setImmediate);
    end("b");
    await Promise.all([first, second]);
    const third = run("c");
    fail("c");
    await assert.rejects(third, /c/);
    const fourth = run("d");
    end("d");
    await fourth;
  });
});
