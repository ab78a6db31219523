import assert from "node:assert/strict";
import { throwingLog } from "../../../src/common/log";
import { Chunker } from "../../../src/rag/chunker";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { CorpusStore } from "../../../src/rag/corpusStore";
import { FileIndexer } from "../../../src/rag/fileIndexer";
import { IndexUpdate, type UpdateDeps } from "../../../src/rag/indexUpdate";
import { Syntax } from "../../../src/rag/syntax";
import { SyntaxPass } from "../../../src/rag/syntaxPass";
import { WorkspaceFolders } from "../../../src/rag/workspaceFolders";
import { scanWorkspace } from "../../../src/rag/workspaceScan";
import { WriterLock } from "../../../src/rag/writerLock";
import { grammars, temporaryFolder, type Tree, workspace } from "./workspace";

const never = new AbortController().signal;

class Bench {
  readonly storage = temporaryFolder();
  readonly lock = new WriterLock(this.storage, throwingLog);
  readonly store = new CorpusStore(this.storage, this.lock, throwingLog);
  readonly corpus = new CodeCorpus();
  readonly refined: string[] = [];
  readonly #folders: WorkspaceFolders;

  constructor(root: string) {
    this.#folders = new WorkspaceFolders([{ path: root, name: "tree" }]);
  }

  async scan(options: Partial<UpdateDeps>): Promise<IndexUpdate> {
    const update = this.#update(options);
    await update.toScan(await scanWorkspace(this.#folders, [], { useGit: false }), () => undefined);
    return update;
  }

  pass(recency: ReadonlyMap<string, number> = new Map()): SyntaxPass {
    return new SyntaxPass({
      corpus: () => this.corpus,
      recency: () => recency,
      refine: async (paths) => {
        this.refined.push(...paths);
        await this.#update({}).refine(paths);
      },
      save: async () => {
        await this.store.save(this.corpus);
      },
      onProgress: () => undefined,
      log: throwingLog,
    });
  }

  #update(options: Partial<UpdateDeps>): IndexUpdate {
    const indexer = new FileIndexer(this.#folders, new Chunker(new Syntax(grammars, throwingLog)));
    return new IndexUpdate({ folders: this.#folders, corpus: this.corpus, store: this.store, indexer, ...options }, never);
  }
}

const tree: Tree = {
  "a.ts": "export function openDoor(): void {}\n",
  "b.py": "def close_door():\n    return 1\n",
  "c.md": "# Doors\n\nHow to open them.\n",
  "d.ts": "export class Hinge {\n  oil(): void {}\n}\n",
};

describe("files that are cut by lines for a start", () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench(workspace(tree));
  });

  afterEach(() => bench.lock.release());

  it("are found by their words at once, and by their names after the second look", async () => {
    await bench.scan({ coarseAbove: 0 });
    const { corpus } = bench;
    assert.equal(corpus.coarseChunks, 3);
    assert.ok(corpus.lexical.scoreChunks([{ text: "opendoor", weight: 1 }]).count > 0);
    assert.deepEqual(corpus.symbols.exact("openDoor"), []);
    await bench.pass().start();
    assert.equal(corpus.coarseChunks, 0);
    for (const name of ["openDoor", "close_door", "Hinge"]) assert.equal(corpus.symbols.exact(name).length, 1);
    const fresh = new Bench(workspace(tree));
    await fresh.scan({});
    const cut = (one: CodeCorpus) => [...one.files.keys()].sort().map((file) => one.chunkNumbersOf(file).map((number) => one.chunk(number)));
    assert.deepEqual(cut(corpus), cut(fresh.corpus));
  });

  it("are only those whose syntax can be read, and only when there is much to read", async () => {
    await bench.scan({ coarseAbove: 0 });
    assert.equal(bench.corpus.files.get("c.md")?.coarse, undefined);
    const other = new Bench(workspace(tree));
    await other.scan({ coarseAbove: 1_000_000 });
    assert.equal(other.corpus.coarseChunks, 0);
  });

  it("come in the order in which they were worked on", async () => {
    await bench.scan({ coarseAbove: 0 });
    await bench.pass(new Map([["d.ts", 0.5], ["b.py", 0.2]])).start();
    assert.deepEqual(bench.refined, ["d.ts", "b.py", "a.ts"]);
  });

  it("wait while there is to be rest, and are left as they are when stopped", async () => {
    await bench.scan({ coarseAbove: 0 });
    const pass = bench.pass();
    pass.setResting(true);
    const done = pass.start();
    await pass.stop();
    await done;
    assert.deepEqual([bench.refined, bench.corpus.coarseChunks], [[], 3]);
    pass.setResting(false);
    await pass.start();
    assert.equal(bench.corpus.coarseChunks, 0);
  });

  it("are still known as such after they were saved and loaded", async () => {
    await bench.scan({ coarseAbove: 0 });
    await bench.store.save(bench.corpus);
    const loaded = new CodeCorpus();
    assert.ok(await new CorpusStore(bench.storage, bench.lock, throwingLog).load(loaded));
    assert.equal(loaded.coarseChunks, 3);
  });
});

describe("an index that is full", () => {
  it("leaves out the files that were worked on least, and tells which", async () => {
    const bench = new Bench(workspace(tree));
    const recency = () => Promise.resolve(new Map([["d.ts", 1], ["b.py", 0.5]]));
    const { counts } = await bench.scan({ chunkLimit: 2, recency });
    assert.deepEqual([...bench.corpus.files.keys()].sort(), ["b.py", "d.ts"]);
    assert.deepEqual(counts.overLimit, ["a.ts", "c.md"]);
    await bench.scan({ chunkLimit: 3, recency });
    assert.equal(bench.corpus.files.size, 3);
    await bench.lock.release();
  });
});
