import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { shortHash } from "../../../src/rag/sourceText";
import { decodeVectors, encodeVectors } from "../../../src/rag/vectorCodec";
import { maxShardItems, VectorStore } from "../../../src/rag/vectorStore";
import { seeded, temporaryFolder } from "./workspace";

const model = { id: "m", hash: "model-a", dimensions: 8 };

function randomVectors(count: number, seed = 1): Float32Array[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => Float32Array.from({ length: 8 }, () => random() - 0.5));
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

async function filled(folder: string, vectors: readonly Float32Array[]): Promise<VectorStore> {
  const store = await VectorStore.open(folder, model);
  for (const [i, vector] of vectors.entries()) store.add({ path: `f${i % 97}.ts`, key: shortHash(String(i)), vector });
  await store.flush();
  return store;
}

describe("vector codec", () => {
  it("reads back ids and vectors, and refuses any damage", () => {
    const items = randomVectors(5).map((vector, i) => ({ id: `0000000${i}${shortHash(String(i))}`, vector }));
    const bytes = encodeVectors(items);
    assert.deepEqual(decodeVectors(bytes), items);
    assert.deepEqual(decodeVectors(encodeVectors([])), []);
    for (let end = 0; end < bytes.length; end += 3) assert.throws(() => decodeVectors(bytes.subarray(0, end)));
    for (let at = 0; at < bytes.length; at += 5) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x55;
      assert.throws(() => decodeVectors(damaged));
    }
  });
});

describe("vector store", () => {
  it("finds the nearest in order, before and after loading", async () => {
    const folder = temporaryFolder();
    const vectors = randomVectors(500);
    const query = randomVectors(1, 77)[0]!;
    const expected = vectors.map((vector, i) => ({ key: shortHash(String(i)), score: cosine(query, vector) })).sort((a, b) => b.score - a.score).slice(0, 20);
    for (const store of [await filled(folder, vectors), await VectorStore.open(folder, model)]) {
      const hits = await store.search(query, 20);
      assert.deepEqual(hits.map(({ key }) => key), expected.map(({ key }) => key));
      for (const [i, { score }] of hits.entries()) assert.ok(Math.abs(score - expected[i]!.score) < 1e-5);
      assert.equal(store.count, 500);
      assert.equal(store.has("f3.ts", shortHash("3")), true);
      assert.equal(store.has("f4.ts", shortHash("3")), false);
    }
  });

  it("never mixes models", async () => {
    const folder = temporaryFolder();
    const vectors = randomVectors(20);
    await filled(folder, vectors);
    for (const other of [{ ...model, hash: "model-b" }, { ...model, dimensions: 4 }]) {
      const store = await VectorStore.open(folder, other);
      assert.equal(store.count, 0);
      assert.deepEqual(await store.search(vectors[0]!.slice(0, other.dimensions), 5), []);
    }
    assert.equal((await VectorStore.open(folder, model)).count, 20);
    await VectorStore.deleteOthers(folder, { ...model, hash: "model-b" });
    assert.equal((await VectorStore.open(folder, model)).count, 0);
  });

  it("refuses vectors without direction or of another length", async () => {
    const store = await VectorStore.open(temporaryFolder(), model);
    for (const vector of [new Float32Array(8), new Float32Array(7).fill(1), new Float32Array(8).fill(NaN)]) {
      assert.throws(() => store.add({ path: "a", key: shortHash("a"), vector }), RangeError);
    }
    assert.deepEqual(await store.search(new Float32Array(8), 5), []);
  });

  it("forgets what is no longer live", async () => {
    const folder = temporaryFolder();
    const store = await filled(folder, randomVectors(10));
    await store.prune(new Set());
    assert.equal(store.count, 0);
    assert.equal((await VectorStore.open(folder, model)).count, 0);
  });

  it("splits shards that grow too large and keeps every vector", async () => {
    const folder = temporaryFolder();
    const vectors = randomVectors(maxShardItems * 5);
    const store = await filled(folder, vectors);
    const probe = vectors[1234]!;
    for (const opened of [store, await VectorStore.open(folder, model)]) {
      assert.equal(opened.count, vectors.length);
      assert.equal((await opened.search(probe, 1))[0]?.key, shortHash("1234"));
    }
    const files = readdirSync(path.join(folder, "model-a-8")).filter((name) => name.endsWith(".vec"));
    assert.equal(files.length, 8);
  });

  it("loses one damaged shard alone", async () => {
    const folder = temporaryFolder();
    await filled(folder, randomVectors(400));
    const inner = path.join(folder, "model-a-8");
    const [first] = readdirSync(inner).filter((name) => name.endsWith(".vec"));
    const file = path.join(inner, first!);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 7));
    const reopened = await VectorStore.open(folder, model);
    assert.ok(reopened.count > 200 && reopened.count < 400, String(reopened.count));
    reopened.add({ path: "new.ts", key: shortHash("new"), vector: randomVectors(1, 5)[0]! });
    await reopened.flush();
    assert.equal((await VectorStore.open(folder, model)).has("new.ts", shortHash("new")), true);
  });
});
