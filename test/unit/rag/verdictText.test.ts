import assert from "node:assert/strict";
import type { FileVerdict } from "../../../src/rag/ports";
import { reasonText, verdictText } from "../../../src/rag/verdictText";

describe("a verdict on a file in a sentence", () => {
  const table: readonly [FileVerdict, string][] = [
    [{ kind: "indexed", path: "a.ts", chunks: 1, language: "typescript", embedded: 0 }, "a.ts is in the index: typescript, 1 chunk."],
    [{ kind: "indexed", path: "a", chunks: 2, language: "", embedded: 2 }, "a is in the index: 2 chunks, 2 vectors."],
    [{ kind: "left-out", path: "a.png", reason: "binary", detail: "" }, "a.png is not in the index: binary."],
    [{ kind: "left-out", path: ".env", reason: "secret", detail: "Its name says so." }, ".env is not in the index: may hold secrets. Its name says so."],
  ];
  for (const [verdict, text] of table) it(text, () => assert.equal(verdictText(verdict), text));

  it("takes a reason that it does not know as it is", () => assert.equal(reasonText("haunted"), "haunted"));
});
