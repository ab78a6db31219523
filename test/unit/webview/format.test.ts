import assert from "node:assert/strict";
import { bytes, rangeLabel, seconds } from "../../../src/webview/format";

describe("how the chat writes figures", () => {
  const times: [ms: number, text: string][] = [[0.4, "0 ms"], [43.4, "43 ms"], [412, "0.4 s"], [9_940, "9.9 s"], [83_000, "83 s"]];
  for (const [ms, text] of times) it(`${ms} ms as ${text}`, () => assert.equal(seconds(ms), text));

  const sizes: [value: number, text: string][] = [[900, "1 KB"], [310e6, "310 MB"], [2.39e9, "2.4 GB"]];
  for (const [value, text] of sizes) it(`${value} bytes as ${text}`, () => assert.equal(bytes(value), text));

  it("a range of one line without its end", () => {
    assert.equal(rangeLabel({ path: "a.ts", startLine: 3, endLine: 3 }), "a.ts:3");
    assert.equal(rangeLabel({ path: "a.ts", startLine: 3, endLine: 9 }), "a.ts:3-9");
  });
});
