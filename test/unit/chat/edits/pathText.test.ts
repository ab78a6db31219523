import assert from "node:assert/strict";
import { isClearlyPath, parsePathText, symbolText } from "../../../../src/chat/edits/pathText";

describe("a text that may name a file", () => {
  const paths: readonly [text: string, found: readonly [path: string, extension: string, startLine?: number, endLine?: number] | undefined][] = [
    ["src/zones.ts", ["src/zones.ts", "ts"]],
    ["./src/zones.ts", ["src/zones.ts", "ts"]],
    ["src\\zones.ts", ["src/zones.ts", "ts"]],
    ["zones.ts:12", ["zones.ts", "ts", 12, 12]],
    ["zones.ts:12-20", ["zones.ts", "ts", 12, 20]],
    ["zones.ts:12:5", ["zones.ts", "ts", 12, 12]],
    ["zones.ts#L12-L20", ["zones.ts", "ts", 12, 20]],
    ["zones.ts(12,5)", ["zones.ts", "ts", 12, 12]],
    ["zones.ts:20-12", ["zones.ts", "ts", 20, 20]],
    ["zones.test.TS", ["zones.test.TS", "ts"]],
    ["app/[id]/page.tsx", ["app/[id]/page.tsx", "tsx"]],
    [".gitignore", [".gitignore", ""]],
    ["Makefile", ["Makefile", ""]],
    ["../secret.ts", undefined],
    ["src/../../secret.ts", undefined],
    ["/etc/passwd", undefined],
    ["https://example.org/a.ts", undefined],
    ["a <b>.ts", undefined],
    ["", undefined],
    ["x".repeat(300), undefined],
  ];
  for (const [text, found] of paths) {
    it(JSON.stringify(text.slice(0, 40)), () => {
      const parsed = parsePathText(text);
      assert.deepEqual(parsed && [parsed.path, parsed.extension, ...(parsed.startLine === undefined ? [] : [parsed.startLine, parsed.endLine])], found);
    });
  }

  it("is clearly one with a folder or an ending that is no product's name", () => {
    const clear = ["src/zones.ts", "zones.ts", "lib/node.js", "my-file.js"];
    const unclear = ["Node.js", "vue.js", "ASP.NET", "example.com", "Makefile", "src/zones", "e.g"];
    for (const text of clear) assert.equal(isClearlyPath(parsePathText(text)!), true, text);
    for (const text of unclear) assert.equal(isClearlyPath(parsePathText(text)!), text === "e.g", text);
  });

  const symbols: readonly [text: string, name: string | undefined][] = [
    ["zoneOf", "zoneOf"],
    ["zoneOf(postcode)", "zoneOf"],
    ["Prices.of()", "Prices.of"],
    ["Prices::of", "Prices::of"],
    ["a b", undefined],
    ["of", undefined],
    ["zoneOf;", undefined],
    ["'x'", undefined],
  ];
  for (const [text, name] of symbols) it(`as a name: ${text}`, () => assert.equal(symbolText(text), name));
});
