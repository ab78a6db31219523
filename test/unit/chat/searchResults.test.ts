import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { docComment, lineOfSignature } from "../../../src/chat/docComment";
import { searchResults } from "../../../src/chat/searchResults";
import type { RetrievedChunk } from "../../../src/rag/ports";
import { chunk } from "./fakes";

const python = `def late_parcels(
    times: dict[str, timedelta],
) -> list[str]:
    """Parcels that took longer than promised.

    The slowest first.

    Args:
        times: by tracking number
    """
    return sorted(times)`;

const typescript = `const before = 1;

/**
 * Adds an event at the end of the log.
 *
 * @param event what happened
 */
@logged
export function append(event: ParcelEvent): void {
  write(event);
}`;

describe("a doc comment", () => {
  const cases: readonly [name: string, language: string, text: string, signature: string, comment: string | undefined][] = [
    ["above a decorated definition, without its tags", "typescript", typescript, "export function append(event: ParcelEvent): void {", "Adds an event at the end of the log."],
    ["a docstring under a header of several lines", "python", python, "def late_parcels(", "Parcels that took longer than promised.\n\nThe slowest first."],
    ["a docstring of one line", "python", "def f():\n    r'''Reads all.'''\n    return 1", "def f():", "Reads all."],
    ["a docstring that goes on below the passage", "python", 'class A:\n    """Holds all\n    that there is', "class A:", "Holds all\nthat there is"],
    ["a comment above where there is no docstring", "python", "# Reads all.\ndef f():\n    x = 1", "def f():", "Reads all."],
    ["a string that is no docstring", "python", 'def f():\n    x = """no"""', "def f():", undefined],
    ["lines with three strokes", "rust", "/// Reads a file.\n///\n/// Slowly.\n#[inline]\nfn read() {}", "fn read() {", "Reads a file.\n\nSlowly."],
    ["lines in go, without what speaks to a tool", "go", "// Read reads a file.\n//go:noinline\nfunc Read() {}", "func Read() {", "Read reads a file."],
    ["lines in lua", "lua", "--- Reads a file.\nfunction read()", "function read()", "Reads a file."],
    ["no comment: a C directive", "c", "#define SIZE 3\nint read() {", "int read() {", undefined],
    ["no comment: one that stands apart", "typescript", "// Something else.\n\nfunction f() {}", "function f() {", undefined],
    ["no comment: what is said to a linter", "typescript", "// eslint-disable-next-line no-empty\nfunction f() {}", "function f() {", undefined],
    ["no comment: the end of one that begins above the passage", "typescript", " * of the log.\n */\nfunction f() {}", "function f() {", undefined],
    ["a long one is cut", "typescript", `${Array.from({ length: 12 }, (_, i) => `// line ${i}`).join("\n")}\nfunction f() {}`, "function f() {", Array.from({ length: 8 }, (_, i) => `line ${i}`).join("\n") + "\n…"],
  ];
  for (const [name, language, text, signature, comment] of cases) {
    it(`${language}: ${name}`, () => {
      const lines = text.split("\n");
      assert.equal(docComment(lines, lineOfSignature(lines, signature), language), comment);
    });
  }
});

describe("search results in an answer's place", () => {
  const found: RetrievedChunk = { ...chunk("src/log.ts", 10, typescript), symbol: "append", signature: "export function append(event: ParcelEvent): void {" };

  it("say what they are, where each is, what its author says of it, and its code from the definition on", () => {
    const { text } = searchResults([found]);
    assert.equal(
      text,
      [
        "No model is loaded. These are search results from the workspace, best first:",
        "`src/log.ts:10-20` `append`",
        "> Adds an event at the end of the log.",
        "```typescript\nexport function append(event: ParcelEvent): void {\n  write(event);\n}\n```",
      ].join("\n\n"),
    );
  });

  it("hold no word that is not in the files, but for the frame", () => {
    const { text } = searchResults([found, { ...chunk("b.ts", 1, "  return x;\n}"), signature: "class `A` {", symbol: "A" }]);
    const frame = /No model is loaded\. These are search results from the workspace, best first:|Inside|\d+ more lines? in the file\./g;
    const files = `${typescript} src/log.ts:10-20 append b.ts:1-2 return x; } class \`A\` { A typescript`;
    const words = text.replace(frame, "").match(/\w+/g) ?? [];
    assert.deepEqual(words.filter((word) => !files.includes(word)), []);
    assert.match(text, /Inside `` class `A` \{ ``:\n\n```typescript\n {2}return x;/);
  });

  it("show a docstring once, in the code, and quote one that is cut off there", () => {
    const inCode = searchResults([{ ...chunk("a.py", 1, python), language: "python", signature: "def late_parcels(" }]).text;
    assert.equal(inCode.match(/Parcels that took longer/g)?.length, 1);
    const long = ["def f(", ...Array.from({ length: 13 }, (_, i) => `    p${i}: int,`), "):", '    """Reads all."""', "    pass"].join("\n");
    assert.match(searchResults([{ ...chunk("a.py", 1, long), language: "python", signature: "def f(" }]).text, /`a\.py:1-17`\n\n> Reads all\.\n\n```python\ndef f\(/);
  });

  it("show five, with so many lines each, and cite all with the hash of the whole passage", () => {
    const many = Array.from({ length: 8 }, (_, i) => chunk(`f${i}.ts`, 1, Array.from({ length: 20 }, (_, n) => `f${i} line ${n}`).join("\n")));
    const { text, citations } = searchResults(many);
    assert.deepEqual([text.match(/```typescript/g)?.length, text.match(/6 more lines in the file\./g)?.length], [5, 5]);
    assert.deepEqual(citations.map(({ path }) => path), many.map(({ path }) => path));
    assert.equal(citations[0]!.hash, createHash("sha256").update(many[0]!.text).digest("hex"));
  });

  it("show a copy once", () => {
    const { text, citations } = searchResults([found, { ...found, path: "copy.ts" }]);
    assert.equal(citations.length, 1);
    assert.doesNotMatch(text, /copy\.ts/);
  });

  it("say when nothing was found, and when nothing was searched", () => {
    assert.deepEqual(searchResults([]), { text: "No model is loaded, and the search found no code for this question.", citations: [] });
    assert.match(searchResults(undefined).text, /code context is off/);
  });
});
