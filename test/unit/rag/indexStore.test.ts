import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { throwingLog } from "../../../src/common/log";
import type { EmbeddingModel } from "../../../src/engine/ports";
import { IndexStore } from "../../../src/rag/indexStore";
import type { IndexStatus } from "../../../src/rag/ports";
import { WriterLock } from "../../../src/rag/writerLock";
import { commitAll, FakeEmbeddings, git, grammars, noEmbeddings, temporaryFolder, type Tree, workspace, write } from "./workspace";

/** Embeds only as it is let, and tells whether a batch was cut off. */
class GatedEmbeddings extends FakeEmbeddings {
  cutOff = 0;
  texts = 0;
  readonly #gates: (() => void)[] = [];

  override async embed(texts: readonly string[], _kind?: unknown, signal?: AbortSignal): Promise<readonly Float32Array[]> {
    const vectors = await super.embed(texts);
    this.texts += texts.length;
    signal?.addEventListener("abort", () => this.cutOff++, { once: true });
    await new Promise<void>((resolve) => this.#gates.push(resolve));
    return vectors;
  }

  get waiting(): number {
    return this.#gates.length;
  }

  letOne(): void {
    this.#gates.shift()?.();
  }
}

function manyFiles(count: number): Tree {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`src/f${i}.ts`, `export function job${i}(): number {\n  return ${i};\n}\n`]));
}

describe("index store", () => {
  const open = new Set<IndexStore>();

  afterEach(async () => {
    await Promise.all([...open].map((store) => store.close()));
    open.clear();
  });

  async function start(root: string, embeddings: EmbeddingModel = noEmbeddings, storage = temporaryFolder()): Promise<{ store: IndexStore; statuses: IndexStatus[] }> {
    const store = new IndexStore({ config: { roots: [{ path: root, name: "root" }], storage, exclude: ["**/node_modules/**"] }, grammars, embeddings, log: throwingLog });
    open.add(store);
    const statuses: IndexStatus[] = [];
    store.onDidChangeStatus((status) => statuses.push(status));
    await store.open();
    return { store, statuses };
  }

  const ready = (statuses: readonly IndexStatus[]) => statuses.filter((status) => status.kind === "ready");

  it("waits for a running update and then scans again", async () => {
    const root = workspace(manyFiles(3));
    const { store, statuses } = await start(root, new GatedEmbeddings());
    // The update lasts until its model grace is over, well after its scan; the touch is looked at meanwhile.
    let made = false;
    store.onDidChangeStatus(({ kind }) => {
      if (kind !== "indexing" || made) return;
      made = true;
      write(root, { "late.ts": "export class LateComer {}\n" });
      store.touch(["late.ts"]);
    });
    await store.update();
    await eventually(() => statuses.filter(({ kind }) => kind === "scanning").length === 2);
    await eventually(async () => (await store.retrieve({ text: "LateComer", limit: 1 }))[0]?.path === "late.ts");
  });

  it("neither scans nor embeds anew for files that the rules leave out", async () => {
    const root = workspace({ ...manyFiles(3), ".gitignore": "*.log\n" });
    const { store, statuses } = await start(root);
    await store.update();
    const before = statuses.length;
    write(root, { "x.log": "x", "node_modules/a/i.js": "i", "logo.png": "p", "src/f0.ts": "export class Renewed {}\n" });
    store.touch(["x.log", "node_modules/a/i.js", "logo.png"]);
    await delay(600);
    assert.equal(statuses.length, before);
    store.touch(["x.log", "src/f0.ts"]);
    await eventually(async () => (await store.retrieve({ text: "Renewed", limit: 1 }))[0]?.path === "src/f0.ts");
    assert.deepEqual(statuses.slice(before).filter(({ kind }) => kind === "scanning"), []);
  });

  it("lets a running batch end when files change, and takes the change up after it", async () => {
    const root = workspace(manyFiles(40));
    const embeddings = new GatedEmbeddings();
    const { store, statuses } = await start(root, embeddings);
    await store.update();
    await eventually(() => embeddings.waiting === 1);
    write(root, { "src/f39.ts": "export class Renewed {}\n", "src/added.ts": "export class Added {}\n" });
    const { changed } = await store.update();
    assert.equal(changed, 2);
    assert.deepEqual([embeddings.cutOff, embeddings.calls, embeddings.waiting], [0, 1, 1]);
    assert.equal(ready(statuses).length, 0);
    await eventually(() => {
      embeddings.letOne();
      return ready(statuses).length > 0;
    });
    const [end] = ready(statuses);
    assert.ok(end?.kind === "ready");
    assert.deepEqual([end.summary.chunks, end.summary.embedded], [41, 41]);
    // The batch that was begun before the change stays: no text was embedded twice.
    assert.deepEqual([embeddings.cutOff, embeddings.texts], [0, 41]);
  });

  it("keeps no vector that another model made", async () => {
    const root = workspace(manyFiles(40));
    const embeddings = new GatedEmbeddings("old");
    const { store, statuses } = await start(root, embeddings);
    await store.update();
    await eventually(() => embeddings.waiting === 1);
    embeddings.info = () => Promise.resolve({ id: "new", hash: "new", dimensions: 32 });
    embeddings.letOne();
    await eventually(() => ready(statuses).length === 1);
    const [end] = ready(statuses);
    assert.ok(end?.kind === "ready");
    assert.equal(end.summary.embedded, 0);
  });

  it("follows the past of what is checked out", async () => {
    const root = workspace({ "src/a.ts": "export const a = 1;\n", "src/b.ts": "export const b = 1;\n" });
    git(root, "init");
    commitAll(root);
    const { store } = await start(root);
    const found = async () => (await store.retrieve({ text: "laptop sleeping", limit: 1 }))[0]?.path;
    await store.update();
    assert.equal(await found(), undefined);
    write(root, { "src/b.ts": "export const b = 2;\n" });
    git(root, "commit", "-am", "survive a laptop that sleeps");
    store.touch(["src/b.ts"]);
    await eventually(async () => (await found()) === "src/b.ts");
    git(root, "checkout", "--detach", "HEAD~1");
    await store.update();
    assert.equal(await found(), undefined);
  });

  it("lets what was just edited decide between equals", async () => {
    const text = "export function sharedName() {}\n";
    const root = workspace({ "src/a.ts": text, "src/b.ts": text, "src/c.ts": "export const other = 1;\n" });
    const { store } = await start(root);
    await store.update();
    const first = async () => (await store.retrieve({ text: "sharedName", limit: 1 }))[0]?.path;
    assert.equal(await first(), "src/a.ts");
    write(root, { "src/b.ts": `${text}\n` });
    store.touch(["src/b.ts"]);
    await eventually(async () => (await first()) === "src/b.ts");
  });

  it("says when another writes the index and does not answer, until it has saved itself", async () => {
    const root = workspace(manyFiles(2));
    const storage = temporaryFolder();
    const silent = new WriterLock(storage, throwingLog);
    assert.equal(await silent.tryAcquire(), true);
    const { store: reader } = await start(root, noEmbeddings, storage);
    const behind = await reader.update();
    assert.deepEqual([behind.files, behind.unsaved], [0, "other-writer"]);
    await silent.release();
    const { files, unsaved } = await reader.update();
    assert.deepEqual([files, unsaved], [2, undefined]);
  }).timeout(20_000);

  it("says that the vectors are left to the writer", async () => {
    const root = workspace(manyFiles(2));
    const storage = temporaryFolder();
    const { store: writer } = await start(root, noEmbeddings, storage);
    await writer.update();
    const { store: reader } = await start(root, new FakeEmbeddings(), storage);
    const { changed, embedded, unsaved } = await reader.update();
    assert.deepEqual([changed, embedded, unsaved], [0, 0, "other-writer"]);
  });
});

async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return;
    await delay(25);
  }
  assert.fail("It did not come to be within 10 s.");
}
