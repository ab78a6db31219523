import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { silentLog, throwingLog } from "../../../src/common/log";
import { abortError, HearthError, isAbortError } from "../../../src/common/errors";
import type { EmbeddingModel } from "../../../src/engine/ports";
import { createIndex } from "../../../src/rag/indexClient";
import { defaultIndexStorage } from "../../../src/rag/indexLocation";
import type { CodeIndex, IndexStatus } from "../../../src/rag/ports";
import { hashText } from "../../../src/rag/sourceText";
import { builtIndex } from "./builtIndex";
import { FakeEmbeddings, noEmbeddings, temporaryFolder, type Tree, workspace, write } from "./workspace";

const files: Tree = {
  "src/server.ts": "export class HttpServer {\n  /** Accepts connections. */\n  listen(port: number): void {}\n}\n",
  "src/cache.ts": "export function evictOldest(cache: Map<string, string>): void {\n  cache.clear();\n}\n",
  "docs/guide.md": "# Guide\n\nHow to install the thing.\n",
  "node_modules/dep/index.js": "function evictOldest() {}\n",
};

function manyFiles(count: number): Tree {
  const body = (i: number) => Array.from({ length: 60 }, (_, k) => `export function job${i}step${k}(input: string): string {\n  return input + "${k}";\n}\n`).join("\n");
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`src/part${i % 20}/job${i}.ts`, body(i)]));
}

describe("index process", () => {
  const dist = builtIndex();
  const open = new Set<CodeIndex>();

  afterEach(async () => {
    await Promise.all([...open].map((index) => index.dispose()));
    open.clear();
  });

  function start(root: string, storage = temporaryFolder(), embeddings: EmbeddingModel = noEmbeddings, log = throwingLog): CodeIndex {
    const config = { roots: [{ path: root, name: "root" }], storage, exclude: ["**/node_modules/**"] };
    const index = createIndex({ entry: path.join(dist(), "index.mjs"), config, embeddings, log });
    open.add(index);
    return index;
  }

  async function found(index: CodeIndex, text: string): Promise<string[]> {
    return (await index.retrieve({ text, limit: 5 })).map((chunk) => chunk.path);
  }

  function statusOf(index: CodeIndex, wanted: (status: IndexStatus) => boolean): Promise<IndexStatus> {
    return new Promise((resolve) => {
      const listener = index.onDidChangeStatus((status) => {
        if (!wanted(status)) return;
        listener.dispose();
        resolve(status);
      });
      if (!wanted(index.status)) return;
      listener.dispose();
      resolve(index.status);
    });
  }

  /** The processes that this one started from the bundle. */
  function processes(): number[] {
    const ours = (command: string, parent: number) => command.includes(path.join(dist(), "index.mjs")) && parent === process.pid;
    return runningProcesses().filter(({ command, parent }) => ours(command, parent)).map(({ pid }) => pid);
  }

  it("indexes, searches, and follows changes and deletions", async () => {
    const root = workspace(files);
    const index = start(root);
    assert.deepEqual(index.status, { kind: "off" });
    const kinds: string[] = [];
    index.onDidChangeStatus((status) => kinds.push(status.kind));
    const summary = await index.update();
    assert.deepEqual([summary.files, summary.changed, summary.removed, summary.embedded], [3, 3, 0, 0]);
    assert.equal(index.status.kind, "ready");
    assert.deepEqual([kinds[0], kinds.at(-1)], ["scanning", "ready"]);
    const [best] = await index.retrieve({ text: "which function evicts the oldest entry of the cache", limit: 3 });
    assert.equal(best?.path, "src/cache.ts");
    assert.equal(best.language, "typescript");
    assert.equal(best.symbol, "evictOldest");
    assert.deepEqual([best.startLine, best.endLine], [1, 3]);
    assert.equal(best.text, "export function evictOldest(cache: Map<string, string>): void {\n  cache.clear();\n}");
    assert.equal(best.hash, hashText(best.text));

    write(root, { "src/cache.ts": "export function forgetStaleEntries(): void {}\n", "src/new.ts": "export const brandNewThing = 1;\n" });
    rmSync(path.join(root, "docs"), { recursive: true });
    const again = await index.update();
    assert.deepEqual([again.files, again.changed, again.removed], [3, 2, 1]);
    assert.deepEqual(await found(index, "forgetStaleEntries"), ["src/cache.ts"]);
    assert.deepEqual(await found(index, "brandNewThing"), ["src/new.ts"]);
    assert.deepEqual(await found(index, "install guide"), []);
    assert.equal((await index.update()).changed, 0);
  });

  it("reads touched files again by itself, new and deleted ones too", async () => {
    const root = workspace(files);
    const index = start(root);
    await index.update();
    write(root, { "src/server.ts": "export class QuicServer {}\n" });
    index.touch(["src/server.ts"]);
    await waitFor(async () => (await found(index, "QuicServer")).includes("src/server.ts"));
    write(root, { "src/added.ts": "export class AddedLater {}\n" });
    index.touch(["src/added.ts"]);
    await waitFor(async () => (await found(index, "AddedLater")).includes("src/added.ts"));
    rmSync(path.join(root, "src/added.ts"));
    index.touch(["src/added.ts"]);
    await waitFor(async () => (await found(index, "AddedLater")).length === 0);
  });

  it("answers from what was saved before any update", async () => {
    const root = workspace(files);
    const storage = temporaryFolder();
    const first = start(root, storage);
    await first.update();
    await first.dispose();
    assert.ok(existsSync(path.join(storage, "index.log")));
    const second = start(root, storage);
    assert.equal((await found(second, "evictOldest"))[0], "src/cache.ts");
    assert.equal((await second.update()).changed, 0);
  });

  it("goes on with the next call after the process was killed in mid-update", async () => {
    const root = workspace(manyFiles(400));
    const storage = temporaryFolder();
    const index = start(root, storage, noEmbeddings, silentLog);
    const indexing = statusOf(index, (status) => status.kind === "indexing" && status.done > 20);
    const update = index.update();
    await indexing;
    const [pid] = processes();
    assert.ok(pid !== undefined);
    process.kill(pid, "SIGKILL");
    // The call that was cut off is made again, to a new process.
    assert.equal((await update).files, 400);
    const [next] = processes();
    assert.notEqual(next, pid);
    assert.equal((await found(index, "job123step7"))[0], "src/part3/job123.ts");
    process.kill(next!, "SIGKILL");
    assert.equal((await found(index, "job123step7")).length > 0 || (await index.update()).files === 400, true);
  });

  it("stops an update when asked to, and does the rest at the next", async () => {
    const index = start(workspace(manyFiles(300)));
    const abort = new AbortController();
    const indexing = statusOf(index, (status) => status.kind === "indexing");
    const update = index.update(abort.signal);
    await indexing;
    abort.abort(abortError());
    await assert.rejects(update, isAbortError);
    assert.equal((await index.update()).files, 300);
  });

  it("reads no file twice for two updates at the same time", async () => {
    const index = start(workspace(manyFiles(50)));
    const [a, b] = await Promise.all([index.update(), index.update()]);
    assert.deepEqual([a.changed, a.files, b.files], [50, 50, 50]);
    // The second joins the first, or begins when the first has looked at the folder already; then nothing is new to it.
    assert.ok(b.changed === 0 || isDeepStrictEqual(a, b), JSON.stringify(b));
  });

  it("lets two processes use one folder: one writes, both find", async () => {
    const root = workspace(files);
    const storage = temporaryFolder();
    const [first, second] = [start(root, storage), start(root, storage)];
    const summaries = await Promise.all([first.update(), second.update()]);
    assert.deepEqual(summaries.map((summary) => summary.files), [3, 3]);
    write(root, { "src/cache.ts": "export function twice(): void {}\n" });
    await Promise.all([first.update(), second.update()]);
    for (const index of [first, second]) assert.deepEqual(await found(index, "twice"), ["src/cache.ts"]);
    await Promise.all([first.dispose(), second.dispose()]);
    const third = start(root, storage);
    assert.deepEqual(await found(third, "twice"), ["src/cache.ts"]);
  });

  it("finds by meaning with an embedding model, keeps the vectors, and embeds only what changed", async () => {
    const root = workspace(files);
    const storage = temporaryFolder();
    const embeddings = new FakeEmbeddings("a", 32, { discard: "evictoldest" });
    const first = start(root, storage, embeddings);
    await first.update();
    const ready = await statusOf(first, (status) => status.kind === "ready");
    assert.ok(ready.kind === "ready" && ready.summary.embedded === ready.summary.chunks, JSON.stringify(ready));
    assert.deepEqual((await found(first, "discard"))[0], "src/cache.ts");
    await first.dispose();
    const before = embeddings.calls;
    const second = start(root, storage, embeddings);
    await second.update();
    await statusOf(second, (status) => status.kind === "ready");
    assert.equal(embeddings.calls, before);
    write(root, { "src/server.ts": "export class Other {}\n" });
    await second.update();
    const changed = await statusOf(second, (status) => status.kind === "ready");
    assert.ok(changed.kind === "ready" && changed.summary.embedded === changed.summary.chunks);
    assert.equal(embeddings.calls, before + 1);
    await second.dispose();
    const other = start(root, storage, new FakeEmbeddings("b", 16));
    await other.update();
    const fresh = await statusOf(other, (status) => status.kind === "ready");
    assert.ok(fresh.kind === "ready" && fresh.summary.embedded === fresh.summary.chunks, JSON.stringify(fresh));
  });

  it("searches by words and says why when embedding fails", async () => {
    const embeddings = new FakeEmbeddings();
    embeddings.failure = new HearthError("model-invalid", "The embedding model is broken.");
    const index = start(workspace(files), temporaryFolder(), embeddings);
    await index.update();
    const ready = await statusOf(index, (status) => status.kind === "ready");
    assert.ok(ready.kind === "ready");
    assert.equal(ready.summary.embedded, 0);
    assert.equal(ready.summary.embeddingError?.code, "model-invalid");
    assert.equal((await found(index, "evictOldest"))[0], "src/cache.ts");
  });

  it("takes another folder when configured anew", async () => {
    const index = start(workspace(files));
    await index.update();
    await index.configure({ roots: [{ path: workspace({ "b.ts": "export class SecondPlace {}\n" }), name: "root" }], storage: temporaryFolder(), exclude: [] });
    assert.equal((await index.update()).files, 1);
    assert.deepEqual(await found(index, "SecondPlace"), ["b.ts"]);
  });

  it("waits with calls while it takes another folder", async () => {
    const index = start(workspace(files));
    await index.update();
    const configured = index.configure({ roots: [{ path: workspace({ "b.ts": "export class SecondPlace {}\n" }), name: "root" }], storage: temporaryFolder(), exclude: [] });
    index.touch(["b.ts"]);
    const [hits, summary] = await Promise.all([index.retrieve({ text: "evictOldest", limit: 5 }), index.update(), configured]);
    assert.deepEqual([hits, summary.files], [[], 1]);
  });

  it("comes back by itself after its process died, and gives up when it dies again and again", async () => {
    const index = start(workspace(manyFiles(60)), temporaryFolder(), noEmbeddings, silentLog);
    await index.update();
    for (let deaths = 1; deaths <= 4; deaths++) {
      const failed = statusOf(index, (status) => status.kind === "failed");
      process.kill(processes()[0]!, "SIGKILL");
      await failed;
      if (deaths < 4) await statusOf(index, (status) => status.kind === "ready");
    }
    assert.deepEqual([index.status.kind, processes()], ["failed", []]);
    await assert.rejects(index.update(), (error) => error instanceof HearthError && error.code === "index-failed");
  });

  it("is off without a folder and says what is wrong with one that is gone", async () => {
    const off = createIndex({ entry: path.join(dist(), "index.mjs"), embeddings: noEmbeddings, log: throwingLog });
    open.add(off);
    assert.deepEqual(await off.retrieve({ text: "x", limit: 1 }), []);
    await assert.rejects(off.update(), (error) => error instanceof HearthError && error.code === "bad-use");
    const gone = start(path.join(temporaryFolder(), "gone"));
    await assert.rejects(gone.update(), (error) => error instanceof HearthError && error.code === "index-failed");
    assert.equal(gone.status.kind, "failed");
  });

  it("ends its process when disposed, and refuses calls", async () => {
    const index = start(workspace(files));
    await index.update();
    assert.equal(processes().length, 1);
    await index.dispose();
    assert.deepEqual(processes(), []);
    await assert.rejects(index.update(), (error) => error instanceof HearthError && error.code === "disposed");
  });

  it("keeps the terminal's indexes under HEARTH_HOME, one for each folder", () => {
    const env = { HEARTH_HOME: path.resolve("/somewhere/home") };
    assert.equal(path.dirname(defaultIndexStorage(["/a"], env)), path.join(env.HEARTH_HOME, "index"));
    assert.notEqual(defaultIndexStorage(["/a"], env), defaultIndexStorage(["/b"], env));
    assert.equal(defaultIndexStorage(["/a/"], env), defaultIndexStorage(["/a"], env));
  });
});

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await isSo()) return;
    await delay(50);
  }
  assert.fail("It did not come to be within 10 s.");
}

interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** From /proc where there is one (a bare Linux has no ps), else from ps. */
function runningProcesses(): RunningProcess[] {
  if (!existsSync("/proc/self/stat")) {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,command="], { encoding: "utf8" }).split("\n");
    return lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).flatMap((found) => (found ? [{ pid: Number(found[1]), parent: Number(found[2]), command: found[3] ?? "" }] : []));
  }
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => fromProc(Number(name)));
}

function fromProc(pid: number): RunningProcess[] {
  try {
    const parent = Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
    return [{ pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, "utf8") }];
  } catch {
    // It ended meanwhile.
    return [];
  }
}
