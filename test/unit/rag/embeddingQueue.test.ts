import assert from "node:assert/strict";
import type { CorpusChunk } from "../../../src/rag/codeCorpus";
import { EmbeddingQueue } from "../../../src/rag/embeddingQueue";
import { shortHash } from "../../../src/rag/sourceText";

/** Files of one-line chunks. */
class Files {
  readonly reads: string[] = [];
  first: readonly string[] = [];
  readonly done = new Set<string>();
  readonly #lines = new Map<string, string[]>();

  queue(files: Readonly<Record<string, readonly string[]>>): EmbeddingQueue {
    const chunks = Object.entries(files).map(([path, lines]): [string, CorpusChunk[]] => {
      this.#lines.set(path, [...lines]);
      return [path, lines.map((text, i) => ({ path, startLine: i + 1, endLine: i + 1, symbol: i === 0 ? "Top" : undefined, signature: undefined, definitions: [], key: shortHash(text) }))];
    });
    return new EmbeddingQueue(new Map(chunks), {
      read: (file) => {
        this.reads.push(file);
        const lines = this.#lines.get(file);
        return Promise.resolve(lines && Buffer.from(lines.join("\n")));
      },
      first: () => this.first,
      isDone: ({ key }) => this.done.has(key),
    });
  }

  change(path: string, line: number, text: string): void {
    this.#lines.get(path)![line - 1] = text;
  }

  remove(path: string): void {
    this.#lines.delete(path);
  }
}

const textsOf = async (queue: EmbeddingQueue, chunks = 16, characters = 10_000) => (await queue.next(chunks, characters)).map(({ text }) => text);

describe("embedding queue", () => {
  it("hands out texts under their header, over files, in the order given, each file read once", async () => {
    const files = new Files();
    const queue = files.queue({ "a.ts": ["a1", "a2", "a3"], "b.ts": ["b1"] });
    assert.equal(queue.left, 4);
    assert.deepEqual(await textsOf(queue, 2), ["a.ts > Top\na1", "a.ts\na2"]);
    assert.deepEqual(await textsOf(queue, 2), ["a.ts\na3", "b.ts > Top\nb1"]);
    assert.deepEqual([queue.left, await textsOf(queue)], [0, []]);
    assert.deepEqual(files.reads, ["a.ts", "b.ts"]);
  });

  it("ends a batch by its length, but never before its first text", async () => {
    const long = "x".repeat(500);
    const queue = new Files().queue({ "a.ts": [long, "2", "3", "4"] });
    assert.equal((await textsOf(queue, 16, 100)).length, 1);
    assert.equal((await textsOf(queue, 16, 15)).length, 3);
  });

  it("takes open files first, the newest before the others, whenever that changes", async () => {
    const files = new Files();
    const queue = files.queue({ "a.ts": ["a1", "a2"], "b.ts": ["b1"], "c.ts": ["c1"], "d.ts": ["d1"] });
    files.first = ["not-here.ts", "c.ts", "b.ts"];
    assert.deepEqual((await queue.next(1, 1)).map(({ chunk }) => chunk.path), ["c.ts"]);
    files.first = ["d.ts", "c.ts"];
    assert.deepEqual((await queue.next(4, 1000)).map(({ chunk }) => chunk.path), ["d.ts", "a.ts", "a.ts", "b.ts"]);
  });

  it("leaves out what has changed, what is gone and what is done already", async () => {
    const files = new Files();
    const queue = files.queue({ "a.ts": ["a1", "a2"], "b.ts": ["b1", "b2"], "c.ts": ["c1", "c2"], "d.ts": ["d1"] });
    files.change("a.ts", 1, "other");
    files.remove("b.ts");
    for (const text of ["c1", "c2"]) files.done.add(shortHash(text));
    assert.deepEqual(await textsOf(queue), ["a.ts\na2", "d.ts > Top\nd1"]);
    assert.equal(queue.left, 0);
    assert.deepEqual(files.reads, ["a.ts", "b.ts", "d.ts"], "a file with nothing to do is not read");
  });
});
