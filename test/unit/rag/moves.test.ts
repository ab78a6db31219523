import assert from "node:assert/strict";
import { findMoves, type GoneFile } from "../../../src/rag/moves";

const gone = (path: string, hash: string, bytes = 10, language = "typescript"): GoneFile => ({ path, hash, bytes, language });
const fresh = (path: string, bytes = 10) => ({ path, bytes, mtimeMs: 1 });

interface Case {
  readonly name: string;
  readonly gone: readonly GoneFile[];
  /** Path to hash. */
  readonly fresh: Readonly<Record<string, string>>;
  readonly moves: readonly (readonly [string, string])[];
}

const cases: readonly Case[] = [
  { name: "a renamed file", gone: [gone("a.ts", "1")], fresh: { "b.ts": "1" }, moves: [["a.ts", "b.ts"]] },
  { name: "another content", gone: [gone("a.ts", "1")], fresh: { "b.ts": "2" }, moves: [] },
  { name: "another language", gone: [gone("a.ts", "1")], fresh: { "a.py": "1" }, moves: [] },
  { name: "two copies, by their names", gone: [gone("x/a.ts", "1"), gone("x/b.ts", "1")], fresh: { "y/b.ts": "1", "y/a.ts": "1" }, moves: [["x/b.ts", "y/b.ts"], ["x/a.ts", "y/a.ts"]] },
  { name: "one gone, two new", gone: [gone("a.ts", "1")], fresh: { "b.ts": "1", "c.ts": "1" }, moves: [["a.ts", "b.ts"]] },
  { name: "a file that became unreadable", gone: [gone("a.ts", "1")], fresh: { "b.ts": "" }, moves: [] },
];

describe("moves", () => {
  for (const { name, gone: before, fresh: after, moves } of cases) {
    it(name, async () => {
      const found = await findMoves(before, Object.keys(after).map((path) => fresh(path)), (path) => Promise.resolve(after[path] === "" ? undefined : after[path]));
      assert.deepEqual(found.map(({ from, to }) => [from, to.path]), moves);
    });
  }

  it("reads only files that have the size of one that is gone, and passes over empty ones", async () => {
    const read: string[] = [];
    const hashOf = (path: string) => {
      read.push(path);
      return Promise.resolve("1");
    };
    const found = await findMoves([gone("a.ts", "1"), gone("empty.ts", "e", 0)], [fresh("b.ts", 11), fresh("c.ts"), fresh("none.ts", 0)], hashOf);
    assert.deepEqual([read, found.map(({ from }) => from)], [["c.ts"], ["a.ts"]]);
  });
});
