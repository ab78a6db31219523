import assert from "node:assert/strict";
import { Postings } from "../../../src/rag/postings";
import { seeded } from "../../fixtures/seeded";

/** Lists by term as plain arrays, to compare with. */
type Reference = Map<number, [document: number, count: number][]>;

function fill(postings: Postings, reference: Reference, from: number, to: number, random: () => number): void {
  for (let document = from; document < to; document++) {
    const ids = [...new Set(Array.from({ length: 6 }, () => Math.floor(random() ** 2 * 300)))].sort((a, b) => a - b);
    const counts = ids.map(() => 1 + Math.floor(random() ** 3 * 254));
    postings.add(document, { ids, counts });
    for (const [i, id] of ids.entries()) reference.set(id, [...(reference.get(id) ?? []), [document, counts[i]!]]);
  }
}

function listOf(postings: Postings, term: number): [number, number][] {
  return Array.from(postings.of(term), (posting) => [posting >>> 8, posting & 255] as [number, number]);
}

describe("postings", () => {
  it("give back what was added, waiting or packed or both, in the order of the documents", () => {
    const random = seeded(3);
    const postings = new Postings();
    const reference: Reference = new Map();
    fill(postings, reference, 0, 700, random);
    for (const id of [...reference.keys(), 999]) assert.deepEqual(listOf(postings, id), reference.get(id) ?? []);
    postings.pack();
    fill(postings, reference, 700, 1400, random);
    for (const id of reference.keys()) assert.deepEqual(listOf(postings, id), reference.get(id));
    postings.pack();
    for (const id of reference.keys()) assert.deepEqual(listOf(postings, id), reference.get(id));
  });

  it("keep documents with numbers that take many bytes", () => {
    const postings = new Postings();
    for (const document of [0, 127, 128, 20_000, 2_100_000, 16_000_000]) postings.add(document, { ids: [0], counts: [document % 3] });
    const before = listOf(postings, 0);
    postings.pack();
    assert.deepEqual(listOf(postings, 0), before.map(([document, count]) => [document, Math.max(1, count)]));
  });

  it("can be had with other numbers and fewer terms", () => {
    const postings = new Postings();
    postings.add(0, { ids: [0, 1], counts: [1, 2] });
    postings.add(1, { ids: [1], counts: [3] });
    postings.add(2, { ids: [1, 2], counts: [4, 1] });
    const kept = new Postings(postings.packedAs((document) => [-1, 0, 1][document] ?? -1, [1, 2]));
    assert.deepEqual(listOf(kept, 0), [[0, 3], [1, 4]]);
    assert.deepEqual(listOf(kept, 1), [[1, 1]]);
  });
});
