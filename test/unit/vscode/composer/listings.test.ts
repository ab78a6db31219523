import assert from "node:assert/strict";
import { folderListing } from "../../../../src/vscode/composer/folderListing";
import { type Problem, problemLines } from "../../../../src/vscode/composer/problemLines";
import { placeOfId, symbolId } from "../../../../src/vscode/composer/sources/symbolId";

function problem(over: Partial<Problem>): Problem {
  return { path: "a.ts", line: 3, column: 7, severity: 0, message: "Bad.", source: "ts", code: "2322", ...over };
}

describe("problems in a question", () => {
  it("stand one a line with their place and who found them, errors first", () => {
    const lines = problemLines([problem({ severity: 1, source: undefined, code: undefined }), problem({ path: "b.ts" }), problem({ line: 9 }), problem({})]);
    assert.equal(lines, "a.ts:3:7 error ts 2322: Bad.\na.ts:9:7 error ts 2322: Bad.\nb.ts:3:7 error ts 2322: Bad.\na.ts:3:7 warning: Bad.");
  });

  it("have the further lines of a message under the first", () => assert.equal(problemLines([problem({ message: "Bad.\r\nSince.\n" })]), "a.ts:3:7 error ts 2322: Bad.\n    Since."));

  it("are counted where they are too many", () => {
    const lines = problemLines(Array.from({ length: 203 }, (_, line) => problem({ line: line + 1 }))).split("\n");
    assert.deepEqual([lines.length, lines.at(-1)], [201, "… and 3 more"]);
  });
});

describe("a folder in a question", () => {
  it("is its files, each with the definitions that are known", () => {
    assert.equal(folderListing(["a.ts", "b.md"], new Map([["a.ts", ["function a()", "class B"]]])), "a.ts\n  function a()\n  class B\nb.md");
  });

  it("counts the definitions that are too many", () => {
    const listing = folderListing(["a.ts"], new Map([["a.ts", Array.from({ length: 22 }, (_, i) => `f${i}`)]])).split("\n");
    assert.deepEqual([listing.length, listing.at(-1)], [22, "  … and 2 more"]);
  });
});

describe("the id of a definition", () => {
  const place = { path: 'src/a "b".ts', startLine: 3, endLine: 9, name: "Parser > parse" };

  it("says where it is", () => assert.deepEqual(placeOfId(symbolId(place)), place));

  for (const id of ["", "a.ts", "{}", '["a.ts"]', '["a.ts",0,1,"x"]', '["a.ts",1.5,2,"x"]', '["a.ts",1,2,"x","y"]', '[1,1,2,"x"]']) {
    it(`is refused when it is ${id === "" ? "empty" : id}`, () => assert.throws(() => placeOfId(id), { code: "bad-use" }));
  }
});
