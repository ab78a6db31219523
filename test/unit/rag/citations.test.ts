import assert from "node:assert/strict";
import { checkCitations } from "../../../src/rag/citations";
import type { CitationState } from "../../../src/rag/ports";
import { sourceLines } from "../../../src/rag/sourceFile";
import { hashText } from "../../../src/rag/sourceText";

describe("citations", () => {
  const file = "one\ntwo\nthree\nfour\n";
  const citation = { path: "a.ts", startLine: 2, endLine: 3, hash: hashText("two\nthree") };
  const cases: readonly [name: string, text: string | undefined, state: CitationState][] = [
    ["the same text", file, "fresh"],
    ["other line ends", file.replaceAll("\n", "\r\n"), "fresh"],
    ["a change elsewhere", "ONE\ntwo\nthree\nFOUR\n", "fresh"],
    ["a change inside", "one\ntwo!\nthree\nfour\n", "stale"],
    ["a line put before", `zero\n${file}`, "stale"],
    ["a shorter file", "one\ntwo\n", "stale"],
    ["an empty file", "", "stale"],
    ["a file that is gone", undefined, "gone"],
  ];
  for (const [name, text, state] of cases) {
    it(`${name}: ${state}`, async () => assert.deepEqual(await checkCitations([citation], () => Promise.resolve(text)), [state]));
  }

  it("answers in the order of the ranges and reads each file once", async () => {
    const files = new Map([["a.ts", file], ["b.ts", "other\n"]]);
    const asked: string[] = [];
    const read = (path: string) => {
      asked.push(path);
      return Promise.resolve(files.get(path));
    };
    const ranges = [citation, { ...citation, path: "b.ts" }, { ...citation, path: "c.ts" }, { ...citation, startLine: 3 }, { ...citation }];
    assert.deepEqual(await checkCitations(ranges, read), ["fresh", "stale", "gone", "stale", "fresh"]);
    assert.deepEqual(asked, ["a.ts", "b.ts", "c.ts"]);
  });

  it("reads a notebook as it was cited: by its cells, whatever their outputs are", async () => {
    const notebook = (output: string, source: string) =>
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [{ cell_type: "code", execution_count: 1, metadata: {}, outputs: [{ output_type: "stream", name: "stdout", text: [output] }], source: [source] }] }, undefined, 1);
    const text = notebook("1", "print(1)");
    const lines = sourceLines("a.ipynb", text);
    const startLine = lines.indexOf("print(1)") + 1;
    assert.ok(startLine > 0);
    const cited = { path: "a.ipynb", startLine, endLine: startLine, hash: hashText("print(1)") };
    const stateAfter = async (now: string) => (await checkCitations([cited], () => Promise.resolve(now)))[0];
    assert.deepEqual([await stateAfter(notebook("2", "print(1)")), await stateAfter(notebook("1", "print(2)"))], ["fresh", "stale"]);
  });

  it("passes on what a reader throws", async () => {
    await assert.rejects(checkCitations([citation], () => Promise.reject(new Error("no folder"))), /no folder/);
  });
});
