import assert from "node:assert/strict";
import type { RetrievedChunk } from "../../../src/rag/ports";
import { IndexStores, type OpenStore } from "./indexStores";
import { type Tree, workspace } from "./workspace";

const filler = (seed: number, lines: number) => Array.from({ length: lines }, (_, i) => `  const value${seed}_${i} = compute(${i}, "some text that takes room");`).join("\n");
/** More than is given its syntax at once, with one function that others only call. */
const tree: Tree = {
  ...Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`src/part${i}.ts`, `export function part${i}() {\n${filler(i, 1100)}\n}\n`])),
  "src/callers.ts": `export function caller() {\n${"  drainQueue();\n".repeat(40)}}\n`,
  "lib/queue.ts": `export function fillQueue() {\n${filler(98, 30)}\n}\n\nexport function drainQueue(limit: number) {\n${filler(99, 5)}\n}\n`,
};

describe("a question while files wait for their syntax", function () {
  this.timeout(60_000);
  const stores = new IndexStores();

  /** While the index rests, the pass in the background begins no file. */
  async function coarseStore(): Promise<OpenStore["store"]> {
    const { store } = await stores.open({ root: workspace(tree) });
    store.setResting(true);
    const { coarse = 0 } = await store.update();
    assert.ok(coarse > 0, "cut by lines");
    return store;
  }

  const first = async (store: OpenStore["store"], text: string): Promise<RetrievedChunk | undefined> => (await store.retrieve({ text, limit: 3 }))[0];

  it("gives the files that it names something of their syntax first", async () => {
    const store = await coarseStore();
    const found = await first(store, "where is drainQueue?");
    assert.deepEqual([found?.path, found?.symbol], ["lib/queue.ts", "drainQueue"]);
    assert.equal((await first(store, "what does fillQueue do?"))?.symbol, "fillQueue");
  });

  it("leaves the others as they are, and a question that names nothing changes nothing", async () => {
    const store = await coarseStore();
    const waiting = async () => (await store.update()).coarse ?? 0;
    const before = await waiting();
    assert.equal((await first(store, "compute some text that takes room"))?.symbol, undefined);
    assert.equal(await waiting(), before);
    await first(store, "where is drainQueue?");
    const after = await waiting();
    assert.ok(after < before && after > before / 2, `${before} ${after}`);
  });
});
