import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CountingEmbeddings, eventually, foundPaths, IndexStores } from "./indexStores";
import { temporaryFolder, type Tree, workspace, write } from "./workspace";

function manyFiles(count: number): Tree {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`src/f${i}.ts`, `export function job${i}(): number {\n  return ${i};\n}\n`]));
}

describe("a paused index", () => {
  const stores = new IndexStores();

  it("reads nothing until it is resumed, and answers meanwhile", async () => {
    const root = workspace({ "a.ts": "export class Zebra {}\n" });
    const { store, statuses } = await stores.open({ root });
    await store.update();
    await store.pause();
    assert.equal(statuses.at(-1)?.kind, "paused");
    const before = statuses.length;
    write(root, { "a.ts": "export class Walrus {}\n", "b.ts": "export class Mongoose {}\n" });
    store.touch(["a.ts", "b.ts"]);
    assert.equal((await store.update()).changed, 0);
    await delay(500);
    assert.equal(statuses.length, before);
    assert.deepEqual((await foundPaths(store, "Zebra")).length, 1);
    assert.deepEqual(await foundPaths(store, "Mongoose"), []);
    store.resume();
    await eventually(async () => (await foundPaths(store, "Mongoose"))[0] === "b.ts");
    await eventually(() => statuses.at(-1)?.kind === "ready");
  });

  it("ends a running update early, keeps what it has read, and goes on from there", async () => {
    const root = workspace(manyFiles(800));
    const { store, statuses } = await stores.open({ root });
    const update = store.update();
    await eventually(() => statuses.some((status) => status.kind === "indexing" && status.done > 50));
    await store.pause();
    const early = await update;
    assert.ok(early.files > 50 && early.files < 800, String(early.files));
    assert.equal(statuses.at(-1)?.kind, "paused");
    store.resume();
    const end = await store.update();
    assert.equal(end.files, 800);
    assert.ok(end.changed <= 800 - early.files, String(end.changed));
  });

  it("makes no vectors until it is resumed", async () => {
    const root = workspace(manyFiles(100));
    const embeddings = new CountingEmbeddings();
    const { store, statuses } = await stores.open({ root, embeddings });
    await store.pause();
    await store.update();
    await delay(300);
    assert.equal(embeddings.documents, 0);
    store.resume();
    await eventually(() => statuses.some((status) => status.kind === "ready" && status.summary.embedded === 100));
  });

  it("is made anew, vectors too, and is no longer paused then", async () => {
    const root = workspace(manyFiles(10));
    const storage = temporaryFolder();
    const embeddings = new CountingEmbeddings();
    const { store, statuses } = await stores.open({ root, storage, embeddings });
    await store.update();
    await eventually(() => statuses.some((status) => status.kind === "ready" && status.summary.embedded === 10));
    await store.pause();
    const before = statuses.length;
    const summary = await store.rebuild();
    assert.deepEqual([summary.files, summary.changed], [10, 10]);
    await eventually(() => statuses.slice(before).some((status) => status.kind === "ready" && status.summary.embedded === 10));
    assert.equal(embeddings.documents, 20);
    assert.ok(existsSync(path.join(storage, "index.log")));
  });
});
