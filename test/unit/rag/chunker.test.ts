import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Log, silentLog } from "../../../src/common/log";
import { chunkTokens, estimateTokens } from "../../../src/rag/chunkBreaks";
import { chunkLines, Chunker, type Chunk } from "../../../src/rag/chunker";
import { grammarOf, parsedLanguages } from "../../../src/rag/grammars";
import { markdownSections } from "../../../src/rag/headings";
import { languageOf } from "../../../src/rag/languages";
import { splitLines } from "../../../src/rag/sourceText";
import { Syntax } from "../../../src/rag/syntax";
import { grammars, seeded } from "./workspace";

const strictLog: Log = {
  write(level, message) {
    if (level === "warn" || level === "error") throw new Error(message);
  },
};
const chunker = new Chunker(new Syntax(grammars, strictLog));

async function chunk(text: string, language: string): Promise<readonly Chunk[]> {
  return chunker.chunk(text, splitLines(text), language);
}

function assertCovers(chunks: readonly Chunk[], lines: number): void {
  let next = 1;
  for (const { startLine, endLine } of chunks) {
    assert.equal(startLine, next);
    assert.ok(endLine >= startLine);
    next = endLine + 1;
  }
  assert.equal(next - 1, lines);
}

const samples: Readonly<Record<string, readonly [source: string, definitions: readonly string[]]>> = {
  c: ["int *alloc(int n) { return 0; }\nstruct S { int a; };\n#define MAX(a) a\n", ["alloc", "S", "MAX"]],
  cpp: ["namespace n { class C { int m(); C() {} }; }\nint C::g(int a) { return 1; }\n", ["n", "C", "C::g"]],
  csharp: ["namespace A.B { class C { int X {get;set;} void M<T>(int a) { } } interface I {} enum E {A} }\n", ["A.B", "C", "X", "M", "I", "E"]],
  css: [".a { color: red }\n@keyframes spin { }\n", [".a", "spin"]],
  go: ["package a\nfunc F() int { return 1 }\nfunc (s *S) M() {}\ntype S struct { a int }\nconst X = 1\n", ["F", "M", "S", "X"]],
  ini: ["[core]\na=1\n[user]\nb=2\n", ["core", "user"]],
  java: ["package a; class C { C() {} int m(int a) { return 1; } interface I {} enum E {A} record R(int a) {} }\n", ["C", "m", "I", "E", "R"]],
  javascript: ["class A { m() {} h = () => 1 }\nconst g = (a) => a;\nfunction f() {}\nexports.q = function () {};\n", ["A", "m", "h", "g", "f", "q"]],
  javascriptreact: ["export const App = () => <div />;\nfunction Row() { return <p /> }\n", ["App", "Row"]],
  php: ["<?php\nclass C { function m() {} }\ninterface I {}\ntrait T {}\nfunction f() {}\n", ["C", "m", "I", "T", "f"]],
  powershell: ["function Get-X { param($a) }\nclass C { [int] M() { return 1 } }\n", ["Get-X", "C", "M"]],
  properties: ["[one]\na=1\n", ["one"]],
  python: ["LIMIT = 1\nclass C:\n  @d\n  def m(self):\n    pass\nasync def f(): pass\n", ["LIMIT", "C", "m", "f"]],
  ruby: ["module M\n  class C\n    def m; end\n    def self.s; end\n  end\nend\n", ["M", "C", "m", "s"]],
  rust: ["struct S;\nimpl S { fn t(&self) {} }\nfn f<T>() {}\ntrait T {}\nmacro_rules! mm { () => {} }\n", ["S", "t", "f", "T", "mm"]],
  shellscript: ["foo() { echo hi; }\nfunction bar { echo; }\n", ["foo", "bar"]],
  typescript: [
    "export abstract class A<T> { m(): void {} abstract q(): void; p = () => 1 }\ninterface I { a: string }\ntype X = 1;\nenum E { A }\n" +
      "namespace N { export function k() {} }\nexport const f = async () => 1;\nexport default function d() {}\n",
    ["A", "m", "q", "p", "I", "X", "E", "N", "k", "f", "d"],
  ],
  typescriptreact: ["export function App() { return <div />; }\ninterface Props { a: string }\n", ["App", "Props"]],
};

describe("chunker", () => {
  it("has a sample for each language with a grammar", () => {
    assert.deepEqual(Object.keys(samples).sort(), [...parsedLanguages].sort());
  });

  for (const [language, [source, names]] of Object.entries(samples)) {
    it(`finds definitions in ${language}`, async () => {
      const chunks = await chunk(source, language);
      assertCovers(chunks, splitLines(source).length);
      const found = chunks.flatMap((one) => one.definitions);
      assert.deepEqual(names.filter((name) => !found.includes(name)), [], `found ${found.join(", ")}`);
    });
  }

  it("breaks at definitions and names where a chunk lies", async () => {
    const method = (name: string) => `  /** Says ${name}. */\n  ${name}(): string {\n${'    this.log("a line of some length in the body of it");\n'.repeat(14)}  }\n`;
    const source = `import a from "a";\n\nexport class Greeter {\n${["hello", "goodbye", "thanks"].map(method).join("\n")}}\n`;
    const chunks = await chunk(source, "typescript");
    assertCovers(chunks, splitLines(source).length);
    assert.deepEqual(chunks.map((one) => one.symbol), ["Greeter", "Greeter > goodbye", "Greeter > thanks"]);
    assert.deepEqual(chunks.map((one) => one.signature), ["export class Greeter {", "goodbye(): string {", "thanks(): string {"]);
    const lines = splitLines(source);
    assert.match(lines[chunks[1]!.startLine - 1]!, /Says goodbye/);
  });

  it("cuts markdown by heading, not inside a fence", () => {
    const source = "# Top\nintro\n## One\n```sh\n# not a heading\n```\n## Two\ntext\nUnder\n=====\nlast";
    assert.deepEqual(markdownSections(splitLines(source)), [
      { name: "Top", startLine: 1, endLine: 8 },
      { name: "One", startLine: 3, endLine: 6 },
      { name: "Two", startLine: 7, endLine: 8 },
      { name: "Under", startLine: 9, endLine: 11 },
    ]);
  });

  it("gives no chunk for an empty file and one for a single huge line", async () => {
    assert.deepEqual(await chunk("", "typescript"), []);
    const huge = `x = "${"a".repeat(30_000)}"`;
    assert.deepEqual((await chunk(huge, "python")).map(({ startLine, endLine }) => [startLine, endLine]), [[1, 1]]);
    const around = `${"short = 1\n".repeat(100)}${huge}\n${"short = 2\n".repeat(100)}`;
    assertCovers(await chunk(around, "python"), 201);
  });

  it("counts lines alike with any line end", async () => {
    const source = samples["typescript"]![0].repeat(30);
    const ranges = async (text: string) => (await chunk(text, "typescript")).map(({ startLine, endLine }) => [startLine, endLine]);
    assert.deepEqual(await ranges(source.replaceAll("\n", "\r\n")), await ranges(source));
    assert.deepEqual(splitLines("a\r\nb\rc\n\n"), ["a", "b", "c", ""]);
  });

  it("covers every line of random texts once, near the target size", () => {
    const random = seeded(7);
    for (let round = 0; round < 200; round++) {
      const lines = Array.from({ length: Math.floor(random() * 300) }, () => " ".repeat(random() * 12) + "word ".repeat(random() * random() * 30));
      const definitions = Array.from({ length: Math.floor(random() * 12) }, (_, i) => {
        const startLine = 1 + Math.floor(random() * Math.max(1, lines.length - 1));
        return { name: `d${i}`, startLine, endLine: Math.min(lines.length, startLine + Math.floor(random() * 60)) };
      }).sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
      const chunks = chunkLines(lines, definitions);
      assertCovers(chunks, lines.length);
      const sizes = chunks.map(({ startLine, endLine }) => lines.slice(startLine - 1, endLine).reduce((sum, line) => sum + estimateTokens(line), 0));
      assert.ok(sizes.every((size) => size <= chunkTokens.most), `round ${round}: ${sizes.join(" ")}`);
      const total = sizes.reduce((a, b) => a + b, 0);
      if (total >= 2 * chunkTokens.target) assert.ok(sizes.every((size) => size >= chunkTokens.least), `round ${round}: ${sizes.join(" ")}`);
    }
  });

  it("covers every line of this project's own sources", async () => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    assert.ok(files.length > 50);
    for (const file of files) {
      const text = readFileSync(path.join("src", file), "utf8");
      assertCovers(await chunk(text, languageOf(file)), splitLines(text).length);
    }
  });

  it("cuts by lines and says so once when a grammar does not load", async () => {
    const messages: string[] = [];
    const broken = new Chunker(new Syntax(path.join(grammars, "nowhere"), { write: (level, message) => messages.push(`${level} ${message}`) }));
    const source = "function f() {}\n".repeat(400);
    for (let round = 0; round < 3; round++) assertCovers(await broken.chunk(source, splitLines(source), "typescript"), 400);
    assert.equal(messages.length, 1);
    assert.match(messages[0]!, /^warn The typescript grammar did not load/);
  });

  it("survives text that is no code at all", async () => {
    const random = seeded(3);
    const noise = Array.from({ length: 4000 }, () => String.fromCharCode(Math.floor(random() * 0x3000))).join("");
    const tolerant = new Chunker(new Syntax(grammars, silentLog));
    for (const language of parsedLanguages) assertCovers(await tolerant.chunk(noise, splitLines(noise), language), splitLines(noise).length);
  });

  it("knows languages by extension and name", () => {
    const cases: readonly [string, string][] = [
      ["a/b.TS", "typescript"],
      ["x.tsx", "typescriptreact"],
      ["Dockerfile", "dockerfile"],
      ["src/Makefile", "makefile"],
      ["a.h", "cpp"],
      ["noextension", "plaintext"],
      [".bashrc", "shellscript"],
    ];
    for (const [file, language] of cases) assert.equal(languageOf(file), language, file);
    assert.equal(grammarOf("plaintext"), undefined);
  });
});
