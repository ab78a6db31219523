import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { silentLog } from "../../../src/common/log";
import { createIndex } from "../../../src/rag/indexClient";
import type { CodeIndex, IndexSummary } from "../../../src/rag/ports";
import { builtIndex } from "./builtIndex";
import { eventually } from "./indexStores";
import { noEmbeddings, temporaryFolder, workspace, write } from "./workspace";
import { seeded } from "../../fixtures/seeded";

const words = ["zebra", "walrus", "mongoose", "giraffe", "okapi", "lemur", "badger", "heron"];
const source = (word: string, version: number) => `export function ${word}${version}(): void {}\n`;

describe("processes that share an index", () => {
  const dist = builtIndex();
  const open = new Set<CodeIndex>();

  afterEach(async () => {
    await Promise.all([...open].map((index) => index.dispose()));
    open.clear();
  });

  function start(root: string, storage: string): CodeIndex {
    const config = { roots: [{ path: root, name: "root" }], storage, exclude: [] };
    const index = createIndex({ entry: path.join(dist(), "index.mjs"), config, embeddings: noEmbeddings, log: silentLog });
    open.add(index);
    return index;
  }

  const killed = new Set<number>();

  /** Kills the process that writes, unless that was done before and nobody has taken its place yet. */
  function killWriter(storage: string): void {
    const pid = existsSync(path.join(storage, "writer.owner")) ? writerOf(storage) : 0;
    if (pid === 0 || killed.has(pid)) return;
    killed.add(pid);
    process.kill(pid, "SIGKILL");
  }

  /** Who writes, by the name it leaves beside the index. */
  const writerOf = (storage: string) => Number(readFileSync(path.join(storage, "writer.owner"), "utf8").split(" ")[0]);

  const has = async (index: CodeIndex, name: string) => (await index.retrieve({ text: name, limit: 20 })).some(({ text }) => text.includes(` ${name}(`));

  it("lets the other one write at once when the first is killed", async () => {
    const root = workspace({ "a.ts": source("zebra", 0) });
    const storage = temporaryFolder();
    const [first, second] = [start(root, storage), start(root, storage)];
    await first.update();
    await second.update();
    const before = writerOf(storage);
    write(root, { "b.ts": source("walrus", 0) });
    killWriter(storage);
    await eventually(() => has(second, "walrus0"), "The second process's update");
    await eventually(() => writerOf(storage) !== before);
    assert.equal((await first.update()).files, 2);
  }).timeout(30_000);

  for (const seed of [1, 2, 3]) {
    it(`end up with what the files say, whoever is told, asked and killed (seed ${seed})`, async () => {
      const random = seeded(seed);
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
      const root = workspace({ "keep.ts": source("keep", 0) });
      const storage = temporaryFolder();
      const indexes = [start(root, storage), start(root, storage)];
      const files = new Map<string, string>();
      const steps: readonly (() => Promise<unknown> | void)[] = [
        () => updated(pick(indexes)),
        () => updated(pick(indexes)),
        () => killWriter(storage),
      ];
      for (let step = 1; step <= 25; step++) {
        const [file, word] = [`${pick(["src", "lib"])}/${pick(words)}.ts`, pick(words)];
        if (random() < 0.2 && files.size > 0) {
          const [from, name] = pick([...files]);
          files.delete(from);
          if (random() < 0.5) rmSync(path.join(root, from));
          else {
            write(root, { [`moved/${step}.ts`]: "" });
            renameSync(path.join(root, from), path.join(root, `moved/${step}.ts`));
            files.set(`moved/${step}.ts`, name);
          }
        } else {
          write(root, { [file]: source(word, step) });
          files.set(file, `${word}${step}`);
        }
        if (random() < 0.5) pick(indexes).touch([file]);
        if (random() < 0.4) await pick(random() < 0.2 ? steps.slice(2) : steps.slice(0, 2))();
      }
      for (const index of indexes) {
        const summary = await updated(index);
        assert.equal(summary.files, files.size + 1);
        for (const [file, name] of files) {
          const hits = await index.retrieve({ text: name, limit: 20 });
          assert.ok(hits.some((hit) => hit.path === file && hit.text.includes(` ${name}(`)), `${name} in ${file}`);
        }
      }
    }).timeout(60_000);
  }

  it("stays paused when its process dies, and makes it anew when told to", async () => {
    const root = workspace({ "a.ts": source("zebra", 0) });
    const storage = temporaryFolder();
    const index = start(root, storage);
    await index.update();
    await index.pause();
    assert.equal(index.status.kind, "paused");
    killWriter(storage);
    await eventually(() => index.status.kind === "failed");
    await eventually(() => index.status.kind === "paused");
    write(root, { "b.ts": source("walrus", 0) });
    assert.equal((await index.update()).files, 1);
    await index.resume();
    await eventually(() => has(index, "walrus0"));
    assert.equal((await index.rebuild()).changed, 2);
  }).timeout(30_000);

  it("takes another folder in when configured anew, and keeps what there is", async () => {
    const [one, two, storage] = [workspace({ "a.ts": source("zebra", 0) }), workspace({ "b.ts": source("walrus", 0) }), temporaryFolder()];
    const index = start(one, storage);
    await index.update();
    const roots = [{ path: one, name: "one" }, { path: two, name: "two" }];
    await index.configure({ roots, storage, exclude: [] });
    const { files, changed, moved } = await index.update();
    assert.deepEqual([files, changed, moved], [2, 1, 1]);
    await assert.rejects(index.configure({ roots: [...roots, { path: two, name: "two" }], storage, exclude: [] }), { code: "bad-use" });
  });
});

/** A process that was killed right before cuts the first try off. */
async function updated(index: CodeIndex): Promise<IndexSummary> {
  return index.update().catch(() => index.update());
}
