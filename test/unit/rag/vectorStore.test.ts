import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Log } from "../../../src/common/log";
import { NearestVectors, type ScoredVectors } from "../../../src/rag/nearestVectors";
import { pathHash, shortHash } from "../../../src/rag/sourceText";
import { decodeVectors, encodeVectors, type VectorPrecision } from "../../../src/rag/vectorCodec";
import { vectorId } from "../../../src/rag/vectorIds";
import { maxShardItems, type VectorKind, VectorStore } from "../../../src/rag/vectorStore";
import { temporaryFolder } from "./workspace";
import { seeded } from "../../fixtures/seeded";

const kind: VectorKind = { hash: "model-a", dimensions: 8, precision: "f32" };
const precisions: readonly VectorPrecision[] = ["f32", "int8"];

function randomVectors(count: number, seed = 1, dimensions = 8): Float32Array[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => Float32Array.from({ length: dimensions }, () => random() - 0.5));
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function cosine(a: Float32Array, b: Float32Array): number {
  return unit(a).reduce((sum, value, i) => sum + value * unit(b)[i]!, 0);
}

function scored(ids: readonly string[], vectors: readonly Float32Array[]): ScoredVectors {
  return { count: ids.length, id: (place) => ids[place]!, dot: (place, other) => vectors[place]!.reduce((sum, value, i) => sum + value * other[i]!, 0) };
}

async function filled(folder: string, vectors: readonly Float32Array[], of: VectorKind = kind): Promise<VectorStore> {
  const store = await VectorStore.open(folder, of);
  for (const [i, vector] of vectors.entries()) store.add({ path: `f${i % 97}.ts`, key: shortHash(String(i)), vector });
  await store.flush();
  return store;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".vec"));
}

describe("vector codec", () => {
  for (const precision of precisions) {
    // With 7 dimensions a block of bytes does not end at a multiple of 4.
    it(`reads back ids and ${precision} vectors, and refuses any damage`, () => {
      const format = { dimensions: 7, precision };
      const items = randomVectors(5, 1, 7).map((vector, i) => ({ id: `0000000${i}${shortHash(String(i))}`, vector: unit(vector) }));
      const bytes = encodeVectors(items, format);
      const read = [...decodeVectors(bytes, format).items()];
      assert.deepEqual(read.map(({ id }) => id), items.map(({ id }) => id));
      for (const [i, { vector }] of read.entries()) assert.ok(cosine(vector, items[i]!.vector) > (precision === "f32" ? 1 - 1e-6 : 0.999));
      assert.deepEqual(encodeVectors(read, format), bytes, "what was read is written the same");
      assert.equal(decodeVectors(encodeVectors([], format), format).count, 0);
      for (let end = 0; end < bytes.length; end++) assert.throws(() => decodeVectors(bytes.subarray(0, end), format), RangeError);
      for (let at = 0; at < bytes.length; at++) {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 0x55;
        assert.throws(() => decodeVectors(damaged, format), RangeError);
      }
    });
  }

  it("reads bytes that begin anywhere", () => {
    const items = randomVectors(3).map((vector, i) => ({ id: `0000000${i}${shortHash(String(i))}`, vector: unit(vector) }));
    const bytes = encodeVectors(items, kind);
    const shifted = Buffer.concat([Buffer.alloc(1), bytes]).subarray(1);
    assert.deepEqual([...decodeVectors(shifted, kind).items()], items);
  });

  it("refuses vectors of another length or number format", () => {
    const items = [{ id: `00000000${shortHash("")}`, vector: unit(randomVectors(1)[0]!) }];
    const bytes = encodeVectors(items, kind);
    assert.throws(() => decodeVectors(bytes, { dimensions: 4, precision: "f32" }), /another format/);
    assert.throws(() => decodeVectors(bytes, { dimensions: 8, precision: "int8" }), /another format/);
  });
});

describe("nearest vectors", () => {
  for (const limit of [0, 1, 3, 10, 1000]) {
    it(`are those of a full sort, the best ${limit}`, () => {
      const [query, ...vectors] = randomVectors(300, 5);
      const ids = vectors.map((_, i) => String(i).padStart(4, "0"));
      const nearest = new NearestVectors(query!, limit);
      nearest.offer(scored(ids.slice(0, 100), vectors.slice(0, 100)));
      nearest.offer(scored(ids.slice(100), vectors.slice(100)));
      const dot = (vector: Float32Array) => vector.reduce((sum, value, i) => sum + value * query![i]!, 0);
      const expected = vectors.map((vector, i) => ({ id: ids[i], score: dot(vector) })).sort((a, b) => b.score - a.score).slice(0, limit);
      assert.deepEqual(nearest.result().map(({ id }) => id), expected.map(({ id }) => id));
    });
  }

  it("take no vector with a NaN", () => {
    const nearest = new NearestVectors(new Float32Array([1, 1]), 5);
    nearest.offer(scored(["a", "b"], [new Float32Array([NaN, 1]), new Float32Array([1, 0])]));
    assert.deepEqual(nearest.result(), [{ id: "b", score: 1 }]);
  });
});

describe("packed vectors", () => {
  for (const precision of precisions) {
    it(`are found by id and by key, whole or in part, in ${precision}`, () => {
      const items = randomVectors(300, 4).map((vector, i) => ({ id: `${(i % 7).toString(16).padStart(8, "0")}${shortHash(String(i % 200))}`, vector: unit(vector) }));
      const known = new Map(items.map(({ id, vector }) => [id, vector]));
      const packed = decodeVectors(encodeVectors([...known].map(([id, vector]) => ({ id, vector })), { dimensions: 8, precision }), { dimensions: 8, precision });
      const part = packed.at(Array.from({ length: packed.count }, (_, place) => place).filter((place) => place % 3 === 0));
      for (const [place, id] of [...known.keys()].entries()) {
        assert.equal(packed.find(id), place);
        assert.equal(packed.id(packed.findKey(id.slice(8))).slice(8), id.slice(8));
        assert.equal(part.find(id), place % 3 === 0 ? place / 3 : -1);
        assert.ok(cosine(packed.vector(place), known.get(id)!) > 0.999);
        assert.ok(Math.abs(packed.dot(place, items[0]!.vector) - cosine(packed.vector(place), items[0]!.vector)) < 1e-5);
      }
      assert.deepEqual([packed.find(`ffffffff${shortHash("1")}`), packed.findKey(shortHash("none")), packed.find("no id")], [-1, -1, -1]);
    });
  }
});

describe("vector store", () => {
  it("finds the nearest in order, before and after saving and loading", async () => {
    const folder = temporaryFolder();
    const vectors = randomVectors(500);
    const query = randomVectors(1, 77)[0]!;
    const expected = vectors.map((vector, i) => ({ key: shortHash(String(i)), score: cosine(query, vector) })).sort((a, b) => b.score - a.score).slice(0, 20);
    const unsaved = await VectorStore.open(temporaryFolder(), kind);
    for (const [i, vector] of vectors.entries()) unsaved.add({ path: `f${i % 97}.ts`, key: shortHash(String(i)), vector });
    for (const store of [unsaved, await filled(folder, vectors), await VectorStore.open(folder, kind)]) {
      const hits = store.search(query, 20);
      assert.deepEqual(hits.map(({ key }) => key), expected.map(({ key }) => key));
      for (const [i, { score }] of hits.entries()) assert.ok(Math.abs(score - expected[i]!.score) < 1e-5);
      assert.equal(store.count, 500);
      assert.equal(store.has("f3.ts", shortHash("3")), true);
      assert.equal(store.has("f4.ts", shortHash("3")), false);
    }
  });

  it("keeps a quarter of the bytes and nearly all neighbours in int8", async () => {
    const folders = { f32: temporaryFolder(), int8: temporaryFolder() };
    const vectors = randomVectors(2000, 3, 64);
    const sizes = new Map<VectorPrecision, number>();
    const found = new Map<VectorPrecision, string[]>();
    for (const precision of precisions) {
      await filled(folders[precision], vectors, { hash: "m", dimensions: 64, precision });
      const store = await VectorStore.open(folders[precision], { hash: "m", dimensions: 64, precision });
      found.set(precision, randomVectors(50, 9, 64).flatMap((query, i) => store.search(query, 10).map(({ key }) => `${i} ${key}`)));
      sizes.set(precision, filesIn(folders[precision]).reduce((sum, name) => sum + readFileSync(path.join(folders[precision], name)).length, 0));
    }
    const exact = new Set(found.get("f32"));
    const same = found.get("int8")!.filter((hit) => exact.has(hit)).length;
    assert.ok(same >= 0.95 * exact.size, `${same} of ${exact.size}`);
    // Each item has an id of 20 bytes besides.
    assert.ok(sizes.get("int8")! < 0.32 * sizes.get("f32")!, JSON.stringify([...sizes]));
  });

  it("never mixes models, lengths or number formats", async () => {
    const folder = temporaryFolder();
    const vectors = randomVectors(20);
    await filled(folder, vectors);
    for (const other of [{ ...kind, hash: "model-b" }, { ...kind, dimensions: 4 }, { ...kind, precision: "int8" as const }]) {
      const store = await VectorStore.open(folder, other);
      assert.equal(store.count, 0);
      assert.deepEqual(store.search(vectors[0]!.slice(0, other.dimensions), 5), []);
    }
    assert.equal((await VectorStore.open(folder, kind)).count, 20);
    await VectorStore.deleteOthers(folder, { ...kind, hash: "model-b" });
    assert.equal((await VectorStore.open(folder, kind)).count, 0);
  });

  it("takes over longer, exact vectors of the same model, cut and of length 1 again", async () => {
    const folder = temporaryFolder();
    const vectors = randomVectors(50);
    await filled(folder, vectors);
    const short = { hash: kind.hash, dimensions: 4, precision: "int8" } as const;
    const store = await VectorStore.open(folder, short);
    await store.adopt(folder);
    await VectorStore.deleteOthers(folder, short);
    for (const opened of [store, await VectorStore.open(folder, short)]) {
      assert.equal(opened.count, 50);
      const [hit] = opened.search(vectors[7]!.slice(0, 4), 1);
      assert.equal(hit?.key, shortHash("7"));
      assert.ok(Math.abs(hit.score - 1) < 1e-3);
    }
  });

  const foreign: [what: string, from: VectorKind, to: VectorKind][] = [
    ["of another model", { ...kind, hash: "model-b" }, kind],
    ["that are shorter", { ...kind, dimensions: 4 }, kind],
    ["that are rounded", { ...kind, precision: "int8" }, kind],
  ];
  for (const [what, from, to] of foreign) {
    it(`takes over no vectors ${what}`, async () => {
      const folder = temporaryFolder();
      await filled(folder, randomVectors(20, 1, from.dimensions), from);
      const store = await VectorStore.open(folder, to);
      await store.adopt(folder);
      assert.equal(store.count, 0);
    });
  }

  it("refuses vectors without direction or of another length", async () => {
    const store = await VectorStore.open(temporaryFolder(), kind);
    for (const vector of [new Float32Array(8), new Float32Array(7).fill(1), new Float32Array(8).fill(NaN), new Float32Array(8).fill(Infinity)]) {
      assert.throws(() => store.add({ path: "a", key: shortHash("a"), vector }), RangeError);
    }
    assert.deepEqual(store.search(new Float32Array(8), 5), []);
    assert.deepEqual(store.search(new Float32Array(8).fill(NaN), 5), []);
  });

  it("forgets what is no longer live, at once and on disk with the next flush", async () => {
    const folder = temporaryFolder();
    const store = await filled(folder, randomVectors(10));
    store.add({ path: "new.ts", key: shortHash("new"), vector: randomVectors(1, 4)[0]! });
    store.prune(new Set([vectorId(pathHash("f3.ts"), shortHash("3"))]));
    assert.deepEqual([store.count, store.search(randomVectors(1)[0]!, 10).length], [1, 1]);
    store.add({ path: "f4.ts", key: shortHash("4"), vector: randomVectors(1, 6)[0]! });
    await store.flush();
    for (const opened of [store, await VectorStore.open(folder, kind)]) {
      assert.deepEqual([opened.count, opened.has("f3.ts", shortHash("3")), opened.has("f4.ts", shortHash("4"))], [2, true, true]);
    }
  });

  it("finds the same rounded vectors before and after they are read again", async () => {
    const folder = temporaryFolder();
    const rounded = { ...kind, precision: "int8" } as const;
    const store = await filled(folder, randomVectors(300), rounded);
    const again = await VectorStore.open(folder, rounded);
    for (const query of randomVectors(20, 8)) assert.deepEqual(again.search(query, 10), store.search(query, 10));
    assert.deepEqual([...again.items()], [...store.items()]);
    assert.deepEqual([store.withKey(shortHash("7")), store.withKey(shortHash("none"))], [[...store.items()].find(({ id }) => id.endsWith(shortHash("7")))?.vector, undefined]);
  });

  it("splits shards that grow too large and keeps every vector", async () => {
    const folder = temporaryFolder();
    const vectors = randomVectors(maxShardItems * 5);
    const store = await filled(folder, vectors);
    const probe = vectors[1234]!;
    for (const opened of [store, await VectorStore.open(folder, kind)]) {
      assert.equal(opened.count, vectors.length);
      assert.equal(opened.search(probe, 1)[0]?.key, shortHash("1234"));
    }
    assert.equal(filesIn(folder).length, 8);
  });

  it("deletes what an ended process left of a split and of a write", async () => {
    const folder = temporaryFolder();
    const store = await filled(folder, randomVectors(40));
    const own = path.join(folder, readdirSync(folder)[0]!);
    const before = readdirSync(own).sort();
    for (const name of ["8-3.vec", "4-1.vec.77-ab12.tmp"]) writeFileSync(path.join(own, name), "x");
    await store.tidy();
    assert.deepEqual(readdirSync(own).sort(), before);
    assert.equal((await VectorStore.open(folder, kind)).count, 40);
  });

  for (const [damage, change] of [
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length - 7)],
    ["changed", (bytes: Buffer) => bytes.fill(0x11, 100, 108)],
    ["empty", () => Buffer.alloc(0)],
  ] as const) {
    it(`loses a shard that is ${damage} alone, and writes it anew`, async () => {
      const folder = temporaryFolder();
      await filled(folder, randomVectors(400));
      const file = path.join(folder, filesIn(folder)[0]!);
      writeFileSync(file, change(readFileSync(file)));
      const reopened = await VectorStore.open(folder, kind);
      assert.ok(reopened.count > 200 && reopened.count < 400, String(reopened.count));
      for (const [i, vector] of randomVectors(400).entries()) {
        if (!reopened.has(`f${i % 97}.ts`, shortHash(String(i)))) reopened.add({ path: `f${i % 97}.ts`, key: shortHash(String(i)), vector });
      }
      await reopened.flush();
      assert.equal((await VectorStore.open(folder, kind)).count, 400);
    });
  }

  it("says which file is damaged", async () => {
    const folder = temporaryFolder();
    await filled(folder, randomVectors(40));
    const name = filesIn(folder)[0]!;
    writeFileSync(path.join(folder, name), "nonsense");
    const told: string[] = [];
    const log: Log = { write: (_, message) => told.push(message) };
    await VectorStore.open(folder, kind, log);
    assert.equal(told.length, 1);
    assert.ok(told[0]!.includes(path.basename(name)), told[0]);
  });

  it("writes nothing by being opened, so that a reader never takes a writer's place", async () => {
    const folder = temporaryFolder();
    const reader = await VectorStore.open(folder, kind);
    assert.deepEqual(readdirSync(folder), []);
    const vectors = randomVectors(60);
    await filled(folder, vectors);
    assert.equal(reader.count, 0);
    await reader.refresh();
    assert.equal(reader.count, 60);
    assert.equal(reader.search(vectors[9]!, 1)[0]?.key, shortHash("9"));
  });

  it("follows a writer that splits its shards", async () => {
    const folder = temporaryFolder();
    const writer = await filled(folder, randomVectors(50));
    const reader = await VectorStore.open(folder, kind);
    for (const [i, vector] of randomVectors(maxShardItems * 5, 2).entries()) writer.add({ path: `g${i % 89}.ts`, key: shortHash(`g${i}`), vector });
    await writer.flush();
    await reader.refresh();
    assert.equal(reader.count, maxShardItems * 5 + 50);
  });

  it("keeps what could not be written for the next try", async () => {
    const folder = temporaryFolder();
    const store = await filled(folder, randomVectors(1));
    const [shard] = filesIn(folder);
    const other = ["4-0.vec", "4-1.vec", "4-2.vec", "4-3.vec"].find((name) => name !== path.basename(shard!))!;
    const blocked = path.join(folder, path.dirname(shard!), other);
    mkdirSync(path.join(blocked, "inside"), { recursive: true });
    const vectors = randomVectors(97);
    for (const [i, vector] of vectors.entries()) store.add({ path: `f${i}.ts`, key: shortHash(String(i)), vector });
    await assert.rejects(store.flush());
    assert.equal(store.count, 97);
    rmSync(blocked, { recursive: true });
    await store.flush();
    assert.equal((await VectorStore.open(folder, kind)).count, 97);
  });
});
