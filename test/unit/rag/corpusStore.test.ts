import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { throwingLog } from "../../../src/common/log";
import { ByteReader, ByteWriter, crc32, slowCrc32 } from "../../../src/rag/byteCodec";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { CorpusStore } from "../../../src/rag/corpusStore";
import { IndexLog } from "../../../src/rag/indexLog";
import { decodeRecord, encodeRecord, type FileRecord } from "../../../src/rag/indexRecords";
import { shortHash } from "../../../src/rag/sourceText";
import { WriterLock } from "../../../src/rag/writerLock";
import { temporaryFolder } from "./workspace";
import { seeded } from "../../fixtures/seeded";

function record(corpus: CodeCorpus, path: string, texts: readonly string[]): FileRecord {
  const chunks = texts.map((text, i) => ({
    startLine: i * 10 + 1,
    endLine: i * 10 + 10,
    symbol: i === 0 ? "Outer > inner" : undefined,
    signature: i === 0 ? "inner() {" : undefined,
    definitions: [`name${text.length}`],
    key: shortHash(text),
    body: corpus.lexical.dictionary.count(text),
  }));
  return { path, bytes: texts.join("").length, mtimeMs: 1.5, hash: shortHash(path), language: "typescript", skipped: undefined, chunks };
}

/** What can be seen of a corpus, whatever numbers its chunks and terms have. */
function view(corpus: CodeCorpus): unknown {
  const scores = (terms: readonly string[]) =>
    corpus.lexical
      .scoreChunks(terms.map((text) => ({ text, weight: 1 })))
      .top(50)
      .map(({ document, score }) => `${corpus.chunk(document)?.path}:${corpus.chunk(document)?.startLine} ${score.toFixed(9)}`)
      .sort();
  return {
    files: [...corpus.files.values()].map(({ indexed, ...file }) => ({ ...file, chunks: corpus.lexical.chunksOf(indexed.file).map((n) => corpus.chunk(n)) })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    scores: [scores(["alpha"]), scores(["beta", "gamma"]), scores(["a2"])],
    symbols: corpus.symbols.prefix("name", 100),
  };
}

interface Opened {
  readonly corpus: CodeCorpus;
  readonly store: CorpusStore;
  readonly lock: WriterLock;
  readonly loaded: boolean;
}

async function open(folder: string): Promise<Opened> {
  const lock = new WriterLock(folder, throwingLog);
  const store = new CorpusStore(folder, lock, throwingLog);
  const corpus = new CodeCorpus();
  const loaded = await store.load(corpus);
  return { corpus, store, lock, loaded };
}

function put({ corpus, store }: Opened, path: string, texts: readonly string[]): void {
  const file = record(corpus, path, texts);
  corpus.put(file);
  store.note({ kind: "file", file });
}

describe("byte codec", () => {
  it("reads back what it wrote", () => {
    const numbers = [0, 1, 127, 128, 300, 2 ** 31, 2 ** 40 + 5, Number.MAX_SAFE_INTEGER];
    const writer = new ByteWriter();
    for (const value of numbers) writer.uint(value);
    writer.double(-1.25).text("häuser 日本").hex("00ff10").text("x".repeat(10_000));
    const reader = new ByteReader(writer.finish());
    assert.deepEqual(numbers.map(() => reader.uint()), numbers);
    assert.equal(reader.double(), -1.25);
    assert.equal(reader.text(), "häuser 日本");
    assert.equal(reader.hex(), "00ff10");
    assert.equal(reader.text().length, 10_000);
    assert.ok(reader.atEnd);
  });

  it("has the checksum that zip has, with and without the platform's own", () => {
    for (const checksum of [crc32, slowCrc32]) assert.equal(checksum(Buffer.from("123456789")), 0xcbf43926);
  });

  it("rejects records that are cut off anywhere", () => {
    const bytes = encodeRecord({ kind: "file", file: record(new CodeCorpus(), "a/b.ts", ["alpha beta", "gamma"]) });
    assert.equal(decodeRecord(bytes).kind, "file");
    for (let end = 0; end < bytes.length; end++) assert.throws(() => decodeRecord(bytes.subarray(0, end)), RangeError);
  });
});

describe("saved index", () => {
  it("comes back as it was, appended to and rewritten", async () => {
    const folder = temporaryFolder();
    const first = await open(folder);
    assert.equal(first.loaded, false);
    put(first, "a.ts", ["alpha beta", "gamma delta"]);
    put(first, "b.ts", ["beta beta"]);
    assert.equal(await first.store.save(first.corpus), "saved");
    put(first, "c.ts", ["newWord alpha"]);
    put(first, "a.ts", ["gamma only"]);
    first.corpus.remove("b.ts");
    first.store.note({ kind: "removed", path: "b.ts" });
    first.corpus.touch("c.ts", 99, 7);
    first.store.note({ kind: "touched", path: "c.ts", bytes: 99, mtimeMs: 7 });
    await first.store.save(first.corpus);
    put(first, "d.ts", ["yetAnother beta gamma"]);
    await first.store.save(first.corpus);
    await first.lock.release();
    const second = await open(folder);
    assert.equal(second.loaded, true);
    assert.deepEqual(view(second.corpus), view(first.corpus));
  });

  it("is whole up to the damage when cut off or changed anywhere, and goes on from there", async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, "index.log");
    const first = await open(folder);
    for (let i = 0; i < 12; i++) {
      put(first, `f${i}.ts`, [`alpha a${i}`, "beta gamma"]);
      await first.store.save(first.corpus);
    }
    await first.lock.release();
    const whole = readFileSync(file);
    const random = seeded(9);
    for (let round = 0; round < 120; round++) {
      const at = Math.floor(random() * whole.length);
      const damaged = Buffer.from(round % 2 === 0 ? whole.subarray(0, at) : whole);
      if (round % 2 === 1) damaged[at]! ^= 0xff;
      writeFileSync(file, damaged);
      const next = await open(folder);
      const names = [...next.corpus.files.keys()];
      assert.deepEqual(names, Array.from({ length: names.length }, (_, i) => `f${i}.ts`));
      put(next, "new.ts", ["alpha a2"]);
      assert.equal(await next.store.save(next.corpus), "saved");
      await next.lock.release();
      const reopened = await open(folder);
      assert.deepEqual(view(reopened.corpus), view(next.corpus));
    }
  });

  it("is built anew after another version wrote it", async () => {
    const folder = temporaryFolder();
    const first = await open(folder);
    put(first, "a.ts", ["alpha"]);
    await first.store.save(first.corpus);
    await first.lock.release();
    const file = path.join(folder, "index.log");
    const bytes = readFileSync(file);
    bytes[8]!++;
    writeFileSync(file, bytes);
    assert.equal((await open(folder)).loaded, false);
  });

  it("is written by one at a time; the other takes over when the lock is free", async () => {
    const folder = temporaryFolder();
    const writer = await open(folder);
    put(writer, "a.ts", ["alpha"]);
    assert.equal(await writer.store.save(writer.corpus), "saved");
    const reader = await open(folder);
    put(reader, "b.ts", ["beta"]);
    assert.equal(await reader.store.save(reader.corpus), "other-writer");
    put(writer, "c.ts", ["gamma"]);
    await writer.store.save(writer.corpus);
    await writer.lock.release();
    assert.equal(await reader.store.save(reader.corpus), "saved");
    await reader.lock.release();
    assert.deepEqual(view((await open(folder)).corpus), view(reader.corpus));
  });

  it("gives back the room of what was removed, under new numbers", async () => {
    const folder = temporaryFolder();
    const first = await open(folder);
    const texts = Array.from({ length: 100 }, (_, i) => `alpha word${i}`);
    for (let round = 0; round < 30; round++) {
      put(first, "a.ts", texts.map((text) => `${text} round${round}`));
      put(first, "b.ts", ["beta gamma"]);
    }
    await first.store.save(first.corpus);
    const before = view(first.corpus);
    const terms = first.corpus.lexical.dictionary.size;
    assert.equal(first.corpus.rebuildIfSparse(), true);
    first.store.invalidate();
    assert.equal(first.corpus.lexical.removedChunks, 0);
    assert.ok(first.corpus.lexical.dictionary.size < terms);
    assert.deepEqual(view(first.corpus), before);
    put(first, "c.ts", ["a2"]);
    await first.store.save(first.corpus);
    await first.lock.release();
    assert.deepEqual(view((await open(folder)).corpus), view(first.corpus));
  });

  it("keeps the chunks of a file that moved, and their numbers", async () => {
    const folder = temporaryFolder();
    const first = await open(folder);
    put(first, "old/a.ts", ["alpha beta", "gamma delta"]);
    put(first, "b.ts", ["beta beta"]);
    await first.store.save(first.corpus);
    const numbers = first.corpus.chunkNumbersOf("old/a.ts");
    first.corpus.move("old/a.ts", "new/z.ts", 5, 6);
    first.store.note({ kind: "moved", path: "old/a.ts", to: "new/z.ts", bytes: 5, mtimeMs: 6 });
    put(first, "c.ts", ["gamma"]);
    assert.deepEqual(first.corpus.chunkNumbersOf("new/z.ts"), numbers);
    assert.equal(first.corpus.files.has("old/a.ts"), false);
    const scoreOf = (word: string) => first.corpus.lexical.scoreChunks([{ text: word, weight: 1 }]).of(numbers[0]!);
    assert.ok(scoreOf("new") > 0);
    assert.equal(scoreOf("old"), 0);
    await first.store.save(first.corpus);
    await first.lock.release();
    const second = await open(folder);
    assert.deepEqual(view(second.corpus), view(first.corpus));
    put(second, "d.ts", ["alpha"]);
    second.store.invalidate();
    await second.store.save(second.corpus);
    await second.lock.release();
    assert.deepEqual(view((await open(folder)).corpus), view(second.corpus));
  });

  it("is followed by a reader, until the writer has written it anew", async () => {
    const folder = temporaryFolder();
    const writer = await open(folder);
    put(writer, "a.ts", ["alpha"]);
    await writer.store.save(writer.corpus);
    const reader = await open(folder);
    assert.equal(await reader.store.follow(reader.corpus), "same");
    put(writer, "b.ts", ["beta newWord"]);
    writer.corpus.remove("a.ts");
    writer.store.note({ kind: "removed", path: "a.ts" });
    await writer.store.save(writer.corpus);
    assert.equal(await reader.store.follow(reader.corpus), "followed");
    assert.deepEqual(view(reader.corpus), view(writer.corpus));
    assert.equal(await reader.store.follow(reader.corpus), "same");
    writer.store.invalidate();
    await writer.store.save(writer.corpus);
    assert.equal(await reader.store.follow(reader.corpus), "replaced");
    await writer.lock.release();
  });

  it("is not followed by a reader that has changes of its own", async () => {
    const folder = temporaryFolder();
    const writer = await open(folder);
    put(writer, "a.ts", ["alpha"]);
    await writer.store.save(writer.corpus);
    const reader = await open(folder);
    put(reader, "own.ts", ["ownWord"]);
    assert.equal(await reader.store.follow(reader.corpus), "replaced");
    await writer.lock.release();
  });

  it("goes on from half a record that a crash left, losing nothing", async () => {
    const folder = temporaryFolder();
    const first = await open(folder);
    put(first, "a.ts", ["alpha"]);
    await first.store.save(first.corpus);
    await first.lock.release();
    const file = path.join(folder, "index.log");
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 5])]));
    const next = await open(folder);
    put(next, "b.ts", ["beta"]);
    assert.equal(await next.store.save(next.corpus), "saved");
    await next.lock.release();
    assert.deepEqual([...(await open(folder)).corpus.files.keys()], ["a.ts", "b.ts"]);
  });

  it("grows by what changed, not as a whole", async () => {
    const folder = temporaryFolder();
    const log = new IndexLog(path.join(folder, "index.log"));
    const big = Buffer.alloc(100_000, 1);
    const state = await log.rewrite([big]);
    const next = await log.append(state, [Buffer.from("small")]);
    assert.equal(next.length - state.length, 8 + 5);
    assert.equal(next.generation, state.generation);
    assert.equal((await log.load())?.records.length, 2);
    assert.equal(await log.isAt(next), true);
    await log.rewrite([big]);
    assert.equal(await log.isAt(next), false);
  });
});
