import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { throwingLog } from "../../../src/common/log";
import { Chunker } from "../../../src/rag/chunker";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { CorpusStore } from "../../../src/rag/corpusStore";
import { FileIndexer } from "../../../src/rag/fileIndexer";
import { IndexUpdate } from "../../../src/rag/indexUpdate";
import { Syntax } from "../../../src/rag/syntax";
import { UpdateRequests } from "../../../src/rag/updateRequests";
import { WorkspaceFolders } from "../../../src/rag/workspaceFolders";
import { WriterLock } from "../../../src/rag/writerLock";
import { eventually, IndexStores } from "./indexStores";
import { grammars, temporaryFolder, workspace, write } from "./workspace";

const tree = { "a.ts": "export class Zebra {}\n", "b.ts": "export class Walrus {}\n" };

describe("what an update tells", () => {
  const stores = new IndexStores();

  it("holds for files that changed before it was asked for, though another one ran by then", async () => {
    const root = workspace(tree);
    const { store } = await stores.open({ root });
    let late: Promise<number> | undefined;
    store.onDidChangeStatus(({ kind }) => {
      // The running update has scanned by now.
      if (kind !== "indexing" || late) return;
      write(root, { "late.ts": "export class Mongoose {}\n" });
      late = store.update().then(({ files }) => files);
    });
    assert.equal((await store.update()).files, 2);
    assert.equal(await late, 3);
  });

  it("is on disk, though the process came to write while it looked what another had saved", async () => {
    const root = workspace(tree);
    const storage = temporaryFolder();
    const other = new WriterLock(storage, throwingLog);
    const { store: first } = await stores.open({ root, storage });
    await first.update();
    await stores.close(first);
    assert.ok(await other.tryAcquire());
    const { store: reader } = await stores.open({ root, storage });
    await reader.update();
    const look = holdUpNextRefusal(other);
    try {
      await look.isHeld;
      await other.release();
      write(root, { "c.ts": "export class Mongoose {}\n" });
      const update = reader.update();
      await Promise.race([update, delay(300)]);
      look.letGo();
      await update;
    } finally {
      look.letGo();
      look.restore();
    }
    write(root, { "d.ts": "export class Giraffe {}\n" });
    assert.equal((await reader.update()).unsaved, undefined);
    const saved = new CodeCorpus();
    assert.ok(await new CorpusStore(storage, other, throwingLog).load(saved));
    assert.deepEqual([...saved.files.keys()].sort(), ["a.ts", "b.ts", "c.ts", "d.ts"]);
  });

  it("answers nobody while the index is paused, and does once it goes on", async () => {
    const root = workspace(tree);
    const storage = temporaryFolder();
    const { store: writer } = await stores.open({ root, storage });
    await writer.update();
    await writer.pause();
    const requests = new UpdateRequests(storage, throwingLog);
    const request = await requests.ask();
    assert.ok(request !== undefined);
    await delay(1_200);
    assert.equal(await requests.isAnswered(request), false);
    writer.resume();
    await eventually(() => requests.isAnswered(request));
  });

  it("goes by contents that were read after the tick of the clock in which they were written", async () => {
    const folders = new WorkspaceFolders([{ path: workspace(tree), name: "root" }]);
    const indexer = new TimedIndexer(folders, new Chunker(new Syntax(grammars, throwingLog)));
    const storage = temporaryFolder();
    const store = new CorpusStore(storage, new WriterLock(storage, throwingLog), throwingLog);
    const update = new IndexUpdate({ folders, corpus: new CodeCorpus(), store, indexer }, new AbortController().signal);
    const mtimeMs = Date.now();
    await update.toScan({ files: [{ path: "a.ts", bytes: 22, mtimeMs }], skipped: new Map(), away: [] }, () => undefined);
    assert.ok(indexer.readAt - mtimeMs >= 20, `It was read ${indexer.readAt - mtimeMs} ms after it was written.`);
  });
});

class TimedIndexer extends FileIndexer {
  readAt = 0;

  override read(...args: Parameters<FileIndexer["read"]>): ReturnType<FileIndexer["read"]> {
    this.readAt = Date.now();
    return super.read(...args);
  }
}

/** The next time that a lock other than `owner` is refused, the refusal is told only when it is let go. */
function holdUpNextRefusal(owner: WriterLock): { readonly isHeld: Promise<void>; readonly letGo: () => void; readonly restore: () => void } {
  const original = Object.getOwnPropertyDescriptor(WriterLock.prototype, "tryAcquire") as { value: WriterLock["tryAcquire"] };
  const held = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let isHeld = false;
  WriterLock.prototype.tryAcquire = async function (this: WriterLock): Promise<boolean> {
    const isMine = await original.value.call(this);
    if (isMine || isHeld || this === owner) return isMine;
    isHeld = true;
    held.resolve();
    await gate.promise;
    return false;
  };
  return { isHeld: held.promise, letGo: gate.resolve, restore: () => Object.defineProperty(WriterLock.prototype, "tryAcquire", original) };
}
