import assert from "node:assert/strict";
import { someStats } from "../../fixtures/quietShell";
import { around, bytes, count, counted, promptLine, rangeLabel, seconds, statsLine } from "../../../src/webview/format";
import { usePage } from "./page";

describe("how the chat writes figures", () => {
  usePage();
  afterEach(() => document.documentElement.removeAttribute("lang"));

  const times: [ms: number, text: string][] = [[0.4, "0 ms"], [43.4, "43 ms"], [412, "0.4 s"], [9_940, "9.9 s"], [83_000, "83 s"]];
  for (const [ms, text] of times) it(`${ms} ms as ${text}`, () => assert.equal(seconds(ms), text));

  const sizes: [value: number, text: string][] = [[900, "1 KB"], [310e6, "310 MB"], [2.39e9, "2.4 GB"]];
  for (const [value, text] of sizes) it(`${value} bytes as ${text}`, () => assert.equal(bytes(value), text));

  it("a range of one line without its end", () => {
    assert.equal(rangeLabel({ path: "a.ts", startLine: 3, endLine: 3 }), "a.ts:3");
    assert.equal(rangeLabel({ path: "a.ts", startLine: 3, endLine: 9 }), "a.ts:3-9");
  });

  it("one thing and many", () => {
    assert.equal(counted(1, "{0} file", "{0} files"), "1 file");
    assert.equal(counted(12_345, "{0} file", "{0} files"), "12,345 files");
  });

  it("in the language of the page", () => {
    document.documentElement.lang = "de";
    assert.equal(count(12_345), "12.345");
    assert.equal(bytes(2.39e9), "2,4 GB");
  });

  const told = { promptTokens: 1857, reusedTokens: 0, restoredTokens: 0, evaluatedTokens: 0 };
  const lines: [what: string, part: Partial<typeof someStats>, line: string, prompt: string][] = [
    ["this machine tells all", {}, "1,812 reused · 45 read · 120 generated", "1,857 tokens, 1,812 of them kept from before"],
    ["a server tells the prompt's size", told, "prompt 1,857 · 120 generated", "1,857 tokens; the server does not tell how many it kept from before"],
    ["a server tells nothing", { ...told, estimated: true }, "prompt about 1,857 · about 120 generated", "about 1,857 tokens; the server does not tell how many it kept from before"],
  ];
  for (const [what, part, line, prompt] of lines) {
    it(`what an answer cost, where ${what}`, () => {
      const stats = { ...someStats, ...part };
      assert.deepEqual([statsLine(stats).split(" · first token")[0], promptLine(stats)], [line, prompt]);
    });
  }

  it("splits a text where an element goes", () => {
    assert.deepEqual(around("Press {0} to go on"), ["Press ", " to go on"]);
    assert.deepEqual(around("without a place"), ["without a place", ""]);
  });
});
