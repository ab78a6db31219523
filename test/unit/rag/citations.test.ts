import assert from "node:assert/strict";
import { hashOfRange, isStale } from "../../../src/rag/citations";

describe("citations", () => {
  const file = "one\ntwo\nthree\nfour\n";
  const citation = { path: "a.ts", startLine: 2, endLine: 3, hash: hashOfRange(file, 2, 3) };
  const cases: readonly [name: string, text: string | undefined, stale: boolean][] = [
    ["the same text", file, false],
    ["other line ends", file.replaceAll("\n", "\r\n"), false],
    ["a change elsewhere", "ONE\ntwo\nthree\nFOUR\n", false],
    ["a change inside", "one\ntwo!\nthree\nfour\n", true],
    ["a line put before", `zero\n${file}`, true],
    ["a shorter file", "one\ntwo\n", true],
    ["a file that is gone", undefined, true],
  ];
  for (const [name, text, stale] of cases) it(`${name}: ${stale ? "stale" : "good"}`, () => assert.equal(isStale(citation, text), stale));
});
