import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { silentLog } from "../../../src/common/log";
import { eventually, foundPaths, IndexStores } from "./indexStores";
import { FakeEmbeddings, temporaryFolder, workspace, write } from "./workspace";

const tree = { "src/a.ts": "export class Zebra {}\n", "src/b.ts": "export class Walrus {}\n" };

describe("two indexes of one workspace", () => {
  const stores = new IndexStores();

  async function both(embeddings?: FakeEmbeddings) {
    const root = workspace(tree);
    const setup = { root, storage: temporaryFolder(), ...(embeddings && { embeddings }) };
    const { store: writer } = await stores.open(setup);
    await writer.update();
    const { store: reader, statuses } = await stores.open(setup);
    await reader.update();
    return { ...setup, writer, reader, statuses };
  }

  it("lets the second one take over what the first one saves", async () => {
    const { root, writer, reader } = await both();
    write(root, { "src/a.ts": "export class Giraffe {}\n", "src/c.ts": "export class Mongoose {}\n" });
    rmSync(path.join(root, "src/b.ts"));
    await writer.update();
    await eventually(async () => (await foundPaths(reader, "Mongoose"))[0] === "src/c.ts");
    assert.deepEqual(await foundPaths(reader, "Giraffe"), ["src/a.ts"]);
    assert.deepEqual(await foundPaths(reader, "Walrus"), []);
  });

  it("asks the first one for what the second one sees", async () => {
    const { root, writer, reader } = await both();
    write(root, { "src/c.ts": "export class Mongoose {}\n" });
    const summary = await reader.update();
    assert.deepEqual([summary.files, summary.changed, summary.unsaved], [3, 0, undefined]);
    assert.deepEqual(await foundPaths(writer, "Mongoose"), ["src/c.ts"]);
  });

  it("passes on files that only the second one is told of", async () => {
    const { root, writer, reader } = await both();
    write(root, { "src/b.ts": "export class Giraffe {}\n", "src/c.ts": "export class Mongoose {}\n" });
    reader.touch(["src/b.ts"]);
    await eventually(async () => (await foundPaths(reader, "Giraffe"))[0] === "src/b.ts");
    assert.deepEqual(await foundPaths(writer, "Giraffe"), ["src/b.ts"]);
  });

  it("writes once the first one is gone", async () => {
    const { root, writer, reader, storage } = await both();
    write(root, { "src/c.ts": "export class Mongoose {}\n" });
    await stores.close(writer);
    await eventually(async () => (await foundPaths(reader, "Mongoose"))[0] === "src/c.ts");
    await stores.close(reader);
    const { store } = await stores.open({ root, storage });
    assert.deepEqual(await foundPaths(store, "Mongoose"), ["src/c.ts"]);
  });

  it("goes along when the first one makes the index anew", async () => {
    const { root, writer, reader } = await both();
    write(root, { "src/c.ts": "export class Mongoose {}\n" });
    assert.equal((await writer.rebuild()).files, 3);
    await eventually(async () => (await foundPaths(reader, "Mongoose"))[0] === "src/c.ts");
    await assert.rejects(reader.rebuild(), { code: "index-failed" });
  });

  it("searches by the vectors that the first one makes", async () => {
    const embeddings = new FakeEmbeddings();
    const { root, writer, reader, statuses } = await both(embeddings);
    write(root, { "src/c.ts": "export class Mongoose {}\n" });
    await writer.update();
    await eventually(() => statuses.some((status) => status.kind === "ready" && status.summary.embedded === 3));
    const verdict = await reader.explain("src/c.ts");
    assert.ok(verdict.kind === "indexed" && verdict.embedded === 1, JSON.stringify(verdict));
  });

  it("is asked nothing while nothing differs", async () => {
    const { writer, reader } = await both();
    let scans = 0;
    writer.onDidChangeStatus(({ kind }) => (scans += kind === "scanning" ? 1 : 0));
    await reader.update();
    await delay(800);
    assert.equal(scans, 0);
  });
});

describe("a damaged index", () => {
  const stores = new IndexStores();
  const damages: readonly [string, (file: string, bytes: Buffer) => void][] = [
    ["is cut short", (file, bytes) => writeFileSync(file, bytes.subarray(0, bytes.length >> 1))],
    ["has other bytes in its middle", (file, bytes) => writeFileSync(file, Buffer.from(bytes).fill(0x5a, bytes.length >> 1, (bytes.length >> 1) + 64))],
    ["has another head", (file, bytes) => writeFileSync(file, Buffer.from(bytes).fill(0, 0, 24))],
    ["is empty", (file) => writeFileSync(file, "")],
    ["is gone", (file) => rmSync(file)],
  ];
  for (const [damage, apply] of damages) {
    it(`is made anew when it ${damage}`, async () => {
      const root = workspace(tree);
      const storage = temporaryFolder();
      const { store } = await stores.open({ root, storage });
      await store.update();
      await stores.close(store);
      const file = path.join(storage, "index.log");
      apply(file, readFileSync(file));
      const next = await stores.open({ root, storage, log: silentLog });
      assert.equal((await next.store.update()).files, 2);
      assert.deepEqual(await foundPaths(next.store, "Walrus"), ["src/b.ts"]);
      await stores.close(next.store);
      const last = await stores.open({ root, storage });
      assert.equal((await last.store.update()).changed, 0);
      assert.deepEqual(await foundPaths(last.store, "Walrus"), ["src/b.ts"]);
    });
  }
});
