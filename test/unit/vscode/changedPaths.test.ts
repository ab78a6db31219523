import assert from "node:assert/strict";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { ChangedPaths } from "../../../src/vscode/changedPaths";

describe("changed paths", () => {
  const batches: (readonly string[])[] = [];
  let changed: ChangedPaths;

  beforeEach(() => {
    batches.length = 0;
  });

  afterEach(() => changed.dispose());

  const collect = (pathOf: (absolute: string) => string | undefined = (absolute) => absolute) => {
    changed = new ChangedPaths(pathOf, (paths) => batches.push(paths));
  };

  const batchCount = async (count: number) => {
    while (batches.length < count) await delay(20);
  };

  it("come in one batch, each once, without those that have no name", async () => {
    collect((absolute) => (absolute.endsWith(".git") ? undefined : absolute.slice(1)));
    for (const fsPath of ["/a.ts", "/.git", "/b.ts", "/a.ts"]) changed.note({ fsPath });
    await batchCount(1);
    assert.deepEqual(batches, [["a.ts", "b.ts"]]);
  });

  it("are not asked for while they are told", async () => {
    let asked = 0;
    collect();
    const file = {
      get fsPath() {
        asked++;
        return "/a.ts";
      },
    };
    for (let i = 0; i < 1_000; i++) changed.note(file);
    assert.equal(asked, 0);
    await batchCount(1);
    assert.deepEqual([asked, batches], [1_000, [["/a.ts"]]]);
  });

  it("leave the editor turns of its own while there are many", async () => {
    let inThisTurn = 0;
    let mostInATurn = 0;
    collect((absolute) => {
      mostInATurn = Math.max(mostInATurn, ++inThisTurn);
      for (const until = performance.now() + 0.1; performance.now() < until; );
      return absolute;
    });
    for (let i = 0; i < 5_000; i++) changed.note({ fsPath: `/part${i % 100}/file${i}.ts` });
    let batchesInThisTurn = 0;
    while (batches.length < 5) {
      const before = batches.length;
      await nextTurn();
      inThisTurn = 0;
      batchesInThisTurn = Math.max(batchesInThisTurn, batches.length - before);
    }
    assert.deepEqual([batchesInThisTurn, batches.map(({ length }) => length)], [1, [1_000, 1_000, 1_000, 1_000, 1_000]]);
    // A turn is over after 4 ms, which 40 of these take at least, and then the 32 that were begun.
    assert.ok(mostInATurn <= 72, `${mostInATurn} in a turn`);
  });

  it("that come while others are named are in the next batch", async () => {
    collect((absolute) => {
      if (absolute === "/first.ts") changed.note({ fsPath: "/second.ts" });
      return absolute;
    });
    changed.note({ fsPath: "/first.ts" });
    await batchCount(2);
    assert.deepEqual(batches, [["/first.ts"], ["/second.ts"]]);
  });

  it("are forgotten when nobody wants them any more", async () => {
    collect();
    changed.note({ fsPath: "/a.ts" });
    changed.dispose();
    await delay(700);
    assert.deepEqual(batches, []);
  });
});
