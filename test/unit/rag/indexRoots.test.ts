import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import path from "node:path";
import { CountingEmbeddings, foundPaths, IndexStores } from "./indexStores";
import { commitAll, git, temporaryFolder, workspace, write } from "./workspace";

describe("an index of several folders", () => {
  const stores = new IndexStores();
  const app = () => workspace({ "src/a.ts": "export class Zebra {}\n", "out/a.js": "class Zebra {}\n", ".gitignore": "*.tmp\n", "x.tmp": "Zebra" });
  const lib = () => workspace({ "src/a.ts": "export class Walrus {}\n", ".hearthignore": "docs/\n", "docs/a.md": "Walrus" });

  it("names files after their folders, and heeds each folder's own rules", async () => {
    const { store } = await stores.open({ root: { app: app(), lib: lib() }, exclude: ["out"] });
    const { files } = await store.update();
    assert.equal(files, 4);
    assert.deepEqual(await foundPaths(store, "Zebra"), ["app/src/a.ts"]);
    assert.deepEqual(await foundPaths(store, "Walrus"), ["lib/src/a.ts"]);
  });

  it("leaves out of a folder what its own globs match, and of the others what those of all do", async () => {
    const [one, two] = [app(), app()];
    const { store } = await stores.open({ root: { one: { path: one, exclude: ["src"] }, two }, exclude: ["out"] });
    assert.equal((await store.update()).files, 4);
    assert.deepEqual(await foundPaths(store, "Zebra"), ["one/out/a.js", "two/src/a.ts"]);
    assert.deepEqual(await store.explain("one/src/a.ts"), { kind: "left-out", path: "one/src/a.ts", reason: "excluded", detail: "The settings exclude src." });
    assert.deepEqual(await store.explain("two/out/a.js"), { kind: "left-out", path: "two/out/a.js", reason: "excluded", detail: "The settings exclude out." });
  });

  it("lets a file that lies in two folders be the inner one's", async () => {
    const root = workspace({ "a.ts": "export class Outer {}\n", "packages/core/b.ts": "export class Inner {}\n" });
    const { store } = await stores.open({ root: { all: root, core: path.join(root, "packages/core") } });
    assert.equal((await store.update()).files, 2);
    assert.deepEqual(await foundPaths(store, "Inner"), ["core/b.ts"]);
    assert.equal((await store.explain(path.join(root, "packages/core/b.ts"))).path, "core/b.ts");
  });

  it("tells what was worked on of late in each repository", async () => {
    const [one, two] = [workspace({ "a.ts": "export const a = 1;\n" }), workspace({ "a.ts": "export const a = 1;\n" })];
    for (const root of [one, two]) {
      git(root, "init");
      commitAll(root);
    }
    write(two, { "a.ts": "export const a = 2;\n" });
    git(two, "commit", "-am", "survive a laptop that sleeps");
    const { store } = await stores.open({ root: { one, two } });
    await store.update();
    assert.equal((await foundPaths(store, "laptop sleeping"))[0], "two/a.ts");
  });

  it("keeps the files of a folder that is away for a moment", async () => {
    const [one, two] = [app(), lib()];
    const { store } = await stores.open({ root: { one, two } });
    await store.update();
    renameSync(two, `${two}-away`);
    write(one, { "src/new.ts": "export class Mongoose {}\n" });
    const away = await store.update();
    assert.deepEqual([away.changed, away.removed], [1, 0]);
    renameSync(`${two}-away`, two);
    const back = await store.update();
    assert.deepEqual([back.changed, back.removed], [0, 0]);
    assert.deepEqual(await foundPaths(store, "Walrus"), ["two/src/a.ts"]);
  });

  it("rejects when none of them can be read", async () => {
    const gone = (name: string) => path.join(temporaryFolder(), name);
    const { store } = await stores.open({ root: { one: gone("one"), two: gone("two") } });
    await assert.rejects(store.update(), { code: "index-failed" });
  });

  it("keeps what it has made of a folder when another one comes or goes", async () => {
    const [one, two] = [app(), lib()];
    const storage = temporaryFolder();
    const embeddings = new CountingEmbeddings();
    const reopen = async (root: string | Readonly<Record<string, string>>) => {
      await stores.closeAll();
      const { store, statuses } = await stores.open({ root, storage, embeddings });
      const summary = await store.update();
      return { store, summary, statuses };
    };
    await reopen(one);
    const { documents } = embeddings;
    const both = await reopen({ one, two });
    assert.deepEqual([both.summary.changed, both.summary.moved, both.summary.removed], [2, 3, 0]);
    assert.deepEqual((await foundPaths(both.store, "Zebra")).slice(0, 2).sort(), ["one/out/a.js", "one/src/a.ts"]);
    const alone = await reopen(two);
    assert.deepEqual([alone.summary.changed, alone.summary.files], [0, 2]);
    // Chunks of the folder that came, and of it alone.
    assert.deepEqual([documents, embeddings.documents], [3, 5]);
  });
});

describe("an index of texts in odd encodings", () => {
  const stores = new IndexStores();

  it("finds what can be read of them", async () => {
    const root = workspace({
      "utf16.ts": Buffer.from("\ufeffexport class Zebra {}\n", "utf16le"),
      "bom.ts": "\ufeffexport class Walrus {}\n",
      "latin1.ts": Buffer.from("// caf\xe9\nexport class Mongoose {}\n", "latin1"),
      "cr.ts": "export class Giraffe {}\rexport class Okapi {}\r",
    });
    const { store } = await stores.open({ root });
    assert.deepEqual((await store.update()).files, 4);
    const first = async (text: string) => (await foundPaths(store, text))[0];
    assert.deepEqual([await first("Zebra"), await first("Walrus"), await first("Mongoose"), await first("Okapi")], ["utf16.ts", "bom.ts", "latin1.ts", "cr.ts"]);
  });
});
