import assert from "node:assert/strict";
import { copiedCode, type OpenText } from "../../../../src/vscode/composer/copiedCode";

const text = "import x;\n\nfunction a() {\n  return 1;\n}\n\nfunction b() {\n  return 1;\n}\n";
const documents: readonly OpenText[] = [
  { path: "other.ts", language: "typescript", text: "nothing\nhere\n" },
  { path: "a.ts", language: "typescript", text },
];

/** `path:start-end`, or "text" when it is pasted as such. */
function placeOf(copied: string, open: readonly OpenText[] = documents): string {
  const found = copiedCode(copied, open);
  return found ? `${found.path}:${found.startLine}-${found.endLine}` : "text";
}

describe("a text that is pasted", () => {
  const cases: readonly [name: string, copied: string, place: string][] = [
    ["of an open document has its place", "function a() {\n  return 1;\n}", "a.ts:3-5"],
    ["with the line's end behind it has the same place", "function a() {\n  return 1;\n}\n", "a.ts:3-5"],
    ["with Windows' line ends has its place", "function b() {\r\n  return 1;\r\n}", "a.ts:7-9"],
    ["that begins within a line has its place", "a() {\n  return 1;", "a.ts:3-4"],
    ["that is the whole document has its place", text, "a.ts:1-9"],
    ["of one line stays text", "  return 1;\n", "text"],
    ["of one line and blank ones stays text", "\n\n  return 1;\n\n", "text"],
    ["that stands nowhere stays text", "function c() {\n  return 1;", "text"],
    ["that is empty stays text", "", "text"],
  ];
  for (const [name, copied, place] of cases) it(name, () => assert.equal(placeOf(copied), place));

  it("is taken from the first document that has it", () => assert.equal(placeOf("nothing\nhere", [...documents, { path: "late.ts", language: "typescript", text: "nothing\nhere" }]), "other.ts:1-2"));

  it("is found in a document with Windows' line ends, and attached with plain ones", () => {
    const found = copiedCode("one\ntwo", [{ path: "w.ts", language: "typescript", text: "zero\r\none\r\ntwo\r\n" }]);
    assert.deepEqual(found, { path: "w.ts", startLine: 2, endLine: 3, language: "typescript", text: "one\ntwo", source: "paste" });
  });

  it("is taken from where its last line ends, where that is one of several places", () => {
    assert.equal(placeOf("x\ny", [{ path: "p.ts", language: "typescript", text: "x\nyes\nx\ny\n" }]), "p.ts:3-4");
  });
});
