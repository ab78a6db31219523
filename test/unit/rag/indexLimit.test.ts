import assert from "node:assert/strict";
import { withinLimit } from "../../../src/rag/indexLimit";

const file = (path: string, kilobytes: number, mtimeMs: number) => ({ path, bytes: kilobytes * 1000, mtimeMs });
const files = [file("a.ts", 4, 1), file("b.ts", 4, 3), file("c.ts", 4, 2), file("d.ts", 1, 0)];

function limited(limit: number, recency: Readonly<Record<string, number>> = {}, known: Readonly<Record<string, number>> = {}) {
  return withinLimit(files, { chunksOf: (path) => known[path], recency: () => Promise.resolve(new Map(Object.entries(recency))), limit });
}

describe("limit of the index", () => {
  it("takes all files while they fit, and asks for nothing", async () => {
    const result = await withinLimit(files, { chunksOf: () => undefined, recency: () => Promise.reject(new Error("asked")), limit: 13 });
    assert.deepEqual(result, { files, overLimit: [] });
  });

  it("takes those that were worked on of late first, then those that changed last", async () => {
    const { files: taken, overLimit } = await limited(9, { "a.ts": 1 });
    assert.deepEqual(taken.map(({ path }) => path), ["a.ts", "b.ts", "d.ts"]);
    assert.deepEqual(overLimit, ["c.ts"]);
  });

  it("goes by the chunks that a known file has", async () => {
    assert.deepEqual((await limited(9, {}, { "a.ts": 2, "b.ts": 2, "c.ts": 2 })).overLimit, []);
    assert.deepEqual((await limited(9, {}, { "b.ts": 9 })).overLimit, ["a.ts", "c.ts", "d.ts"]);
  });
});
