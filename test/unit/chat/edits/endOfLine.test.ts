import assert from "node:assert/strict";
import { inMannerOf } from "../../../../src/chat/edits/endOfLine";

describe("a text in the manner of a file", () => {
  const cases: readonly [name: string, original: string, text: string, expected: string][] = [
    ["Windows line ends", "a\r\nb\r\n", "x\ny\n", "x\r\ny\r\n"],
    ["Unix line ends", "a\nb\n", "x\r\ny\r\n", "x\ny\n"],
    ["mostly Windows line ends", "a\r\nb\r\nc\n", "x\ny\n", "x\r\ny\r\n"],
    ["an end of the last line", "a\r\n", "x", "x\r\n"],
    ["none", "a", "x", "x"],
    ["a byte order mark", "\uFEFFa\n", "x\n", "\uFEFFx\n"],
    ["no byte order mark", "a\n", "\uFEFFx\n", "x\n"],
    ["nothing in it", "", "x\r\ny", "x\ny"],
    ["lines, when all of them go", "a\n", "", ""],
  ];
  for (const [name, original, text, expected] of cases) it(`with ${name}`, () => assert.equal(inMannerOf(original, text), expected));
});
