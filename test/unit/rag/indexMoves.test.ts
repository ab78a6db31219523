import assert from "node:assert/strict";
import { renameSync, rmSync } from "node:fs";
import path from "node:path";
import { CountingEmbeddings, eventually, foundPaths, IndexStores } from "./indexStores";
import { commitAll, git, temporaryFolder, type Tree, workspace, write } from "./workspace";

function manyFiles(folder: string, count: number): Tree {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/f${i}.ts`, `export function ${folder}${i}(): number {\n  return ${i};\n}\n`]));
}

describe("an index of files that move", () => {
  const stores = new IndexStores();

  it("keeps chunks and vectors of a renamed folder, also after it is opened again", async () => {
    const root = workspace({ ...manyFiles("old", 20), "other.ts": "export class Other {}\n" });
    const storage = temporaryFolder();
    const embeddings = new CountingEmbeddings();
    const first = await stores.open({ root, storage, embeddings });
    await first.store.update();
    await eventually(() => first.statuses.some((status) => status.kind === "ready" && status.summary.embedded === 21));
    const { documents } = embeddings;
    renameSync(path.join(root, "old"), path.join(root, "renamed"));
    first.store.touch(["old", "renamed"]);
    await eventually(async () => (await foundPaths(first.store, "old7"))[0] === "renamed/f7.ts");
    await stores.close(first.store);
    const { store } = await stores.open({ root, storage, embeddings });
    const again = await store.update();
    assert.deepEqual([again.changed, again.removed, again.moved, again.embedded], [0, 0, undefined, 21]);
    assert.equal(embeddings.documents, documents);
    const verdict = await store.explain("renamed/f7.ts");
    assert.ok(verdict.kind === "indexed" && verdict.embedded === verdict.chunks, JSON.stringify(verdict));
  });

  it("finds files again that were renamed while nobody looked", async () => {
    const root = workspace(manyFiles("old", 20));
    const storage = temporaryFolder();
    const embeddings = new CountingEmbeddings();
    const first = await stores.open({ root, storage, embeddings });
    await first.store.update();
    await eventually(() => first.statuses.some((status) => status.kind === "ready" && status.summary.embedded === 20));
    await stores.close(first.store);
    const { documents } = embeddings;
    renameSync(path.join(root, "old"), path.join(root, "renamed"));
    rmSync(path.join(root, "renamed/f3.ts"));
    const { store, statuses } = await stores.open({ root, storage, embeddings });
    const summary = await store.update();
    assert.deepEqual([summary.changed, summary.moved, summary.removed], [0, 19, 1]);
    await eventually(() => statuses.some((status) => status.kind === "ready" && status.summary.embedded === 19));
    assert.equal(embeddings.documents, documents);
  });

  it("takes a branch switch of thousands of files in one update", async () => {
    const root = workspace({ ...manyFiles("kept", 50), ...manyFiles("one", 1100) });
    git(root, "init", "-b", "main");
    commitAll(root);
    git(root, "checkout", "-b", "other");
    rmSync(path.join(root, "one"), { recursive: true });
    write(root, manyFiles("two", 1100));
    commitAll(root);
    git(root, "checkout", "main");
    const { store, statuses } = await stores.open({ root });
    await store.update();
    const before = statuses.length;
    git(root, "checkout", "other");
    store.touch([...Object.keys(manyFiles("one", 1100)), ...Object.keys(manyFiles("two", 1100))]);
    await eventually(async () => (await foundPaths(store, "two1050"))[0] === "two/f1050.ts");
    await eventually(() => statuses.slice(before).some(({ kind }) => kind === "ready"));
    const since = statuses.slice(before);
    assert.equal(since.filter(({ kind }) => kind === "scanning").length, 1);
    const end = since.findLast((status) => status.kind === "ready");
    assert.ok(end?.kind === "ready");
    assert.deepEqual([end.summary.files, end.summary.changed, end.summary.removed], [1150, 1100, 1100]);
    assert.ok((await foundPaths(store, "one1050")).every((file) => !file.startsWith("one/")));
  }).timeout(60_000);
});
