import assert from "node:assert/strict";
import { mock } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { TouchQueue } from "../../../src/rag/touchQueue";
import { eventually, IndexStores } from "./indexStores";
import { workspace, write } from "./workspace";

describe("touched paths", () => {
  const batches: (readonly string[])[] = [];
  let queue: TouchQueue;

  beforeEach(() => {
    batches.length = 0;
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    queue = new TouchQueue((paths) => batches.push(paths));
  });

  afterEach(() => mock.timers.reset());

  it("come in one batch when it is quiet, however many parts they were told in, each once", () => {
    for (const paths of [["a", "b"], ["b"], [], ["c"]]) {
      queue.add(paths);
      mock.timers.tick(200);
    }
    mock.timers.tick(100);
    assert.deepEqual(batches, [["a", "b", "c"]]);
  });

  it("come at times while there is no quiet, and none is lost", () => {
    for (let i = 0; i < 100; i++) {
      queue.add([`file${i}`]);
      mock.timers.tick(100);
    }
    mock.timers.tick(1_000);
    assert.deepEqual(batches.flat(), Array.from({ length: 100 }, (_, i) => `file${i}`));
    assert.ok(batches.length <= 6, `${batches.length} batches`);
  });

  it("do not come once the queue was cleared or closed", () => {
    queue.add(["a"]);
    queue.clear();
    mock.timers.tick(5_000);
    queue.add(["b"]);
    queue.close();
    queue.add(["c"]);
    mock.timers.tick(5_000);
    assert.deepEqual(batches, []);
  });
});

describe("a burst of new files", () => {
  const stores = new IndexStores();

  it("is taken in whole, though it is told in parts while files still come", async () => {
    const root = workspace({ "old.ts": "export const old = 1;\n" });
    const { store, statuses } = await stores.open({ root });
    await store.update();
    const names = Array.from({ length: 1_500 }, (_, i) => `part${i % 20}/file${i}.ts`);
    for (let from = 0; from < names.length; from += 250) {
      const part = names.slice(from, from + 250);
      write(root, Object.fromEntries(part.map((name, i) => [name, `export function made${from + i}(): number {\n  return ${i};\n}\n`])));
      store.touch(part);
      await delay(150);
    }
    await eventually(() => {
      const last = statuses.at(-1);
      return last?.kind === "ready" && last.summary.files === 1_501 && last.summary.coarse === undefined;
    }, "The index of all files");
  }).timeout(30_000);
});
