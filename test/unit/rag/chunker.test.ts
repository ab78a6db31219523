import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Log, silentLog } from "../../../src/common/log";
import { chunkTokens, estimateTokens } from "../../../src/rag/chunkBreaks";
import { chunkCoarsely, chunkLines, Chunker, type Chunk, hasSyntax } from "../../../src/rag/chunker";
import { grammarOf, parsedLanguages } from "../../../src/rag/grammars";
import { markdownSections } from "../../../src/rag/headings";
import { languageOf } from "../../../src/rag/languages";
import { Outline } from "../../../src/rag/outline";
import { signatureAt } from "../../../src/rag/signature";
import { splitLines } from "../../../src/rag/sourceText";
import { Syntax } from "../../../src/rag/syntax";
import { OtherWork } from "./otherWork";
import { grammars } from "./workspace";
import { seeded } from "../../fixtures/seeded";

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

  const places: readonly (readonly [language: string, source: string, found: readonly string[]])[] = [
    ["typescript", "export class A {\n  m(\n    a: string,\n    b: number,\n  ): void {\n  }\n  get g() { return 1 }\n}\ninterface I {\n  load(): void;\n}\ndeclare const D: number;\n", ["A 1 export class A {", "A > m 2 m(a: string, b: number): void {", "A > g 7 get g() { return 1 }", "I 9 interface I {", "I > load 10 load(): void;", "D 12 declare const D: number;"]],
    ["typescript", "@Component({\n  a: 1,\n})\nclass A {\n  @Input()\n  @Other()\n  x = 1;\n}\n", ["A 4 class A {", "A > x 7 x = 1;"]],
    ["python", "@route(\n  '/a',\n)\nclass C:\n    @property\n    def m(self):\n        def inner(): pass\n        return 1\n", ["C 4 class C:", "C > m 6 def m(self):", "C > m > inner 7 def inner(): pass"]],
    ["java", "@Entity\npublic class C {\n  static final int MAX = 1;\n  @Override\n  public String toString() { return \"\"; }\n}\n", ["C 2 public class C {", "C > MAX 3 static final int MAX = 1;", "C > toString 5 public String toString() { return \"\"; }"]],
    ["csharp", "namespace A.B;\n\n[Serializable]\npublic class C\n{\n  public int P => 1;\n}\n", ["A.B 1 namespace A.B;", "A.B > C 4 public class C", "A.B > C > P 6 public int P => 1;"]],
    ["php", "<?php\nnamespace A\\B;\n#[Attr]\nfinal class C {\n  public function m() {}\n}\nconst X = 1;\n", ["A\\B 2 namespace A\\B;", "A\\B > C 4 final class C {", "A\\B > C > m 5 public function m() {}", "A\\B > X 7 const X = 1;"]],
    ["go", "package a\n\nfunc (s *Stack[T]) Push(v T) {}\n\ntype I interface {\n\tFoo(a int) error\n}\n\nvar (\n\tq = 1\n)\n", ["Stack > Push 3 func (s *Stack[T]) Push(v T) {}", "I 5 type I interface {", "I > Foo 6 Foo(a int) error", "q 10 q = 1"]],
    ["rust", "/// doc\n#[derive(Clone)]\nstruct S;\n\nimpl<T> Tr for S<T> {\n    fn t<'a>(&'a self) {}\n}\n", ["S 3 struct S;", "S 5 impl<T> Tr for S<T> {", "S > t 6 fn t<'a>(&'a self) {}"]],
    ["cpp", "#ifndef A\n#define A_VALUE 1\nint **table(int n);\nint& at();\nnamespace a::b {\nstruct S : Base {\n  bool operator==(const S& o) const;\n  ~S();\n};\n}\nstruct S *use(struct T *t);\ntemplate <class T>\nT largest(T a) { return a; }\n#endif\n", ["A_VALUE 2 #define A_VALUE 1", "table 3 int **table(int n);", "at 4 int& at();", "a::b 5 namespace a::b {", "a::b > S 6 struct S : Base {", "a::b > S > operator== 7 bool operator==(const S& o) const;", "a::b > S > ~S 8 ~S();", "use 11 struct S *use(struct T *t);", "largest 13 T largest(T a) { return a; }"]],
    ["c", "struct point {\n  int x;\n};\nstatic struct point *make(void)\n{\n  struct point *p = 0;\n  return p;\n}\ntypedef int (*callback)(int);\n", ["point 1 struct point {", "make 4 static struct point *make(void)", "callback 9 typedef int (*callback)(int);"]],
    ["ruby", "# doc\nclass A::B < C\n  LIMIT = 1\n  def self.build(a,\n                 b)\n  end\nend\n", ["A::B 2 class A::B < C", "A::B > LIMIT 3 LIMIT = 1", "A::B > build 4 def self.build(a, b)"]],
    ["shellscript", "# doc\nreadonly LIMIT=1\ndeploy() {\n  local x=1\n}\n", ["LIMIT 2 readonly LIMIT=1", "deploy 3 deploy() {"]],
    ["powershell", "<# help #>\nfunction Get-Thing {\n  param($a)\n}\nclass C {\n  [int] Run() { return 1 }\n}\n", ["Get-Thing 2 function Get-Thing {", "C 5 class C {", "C > Run 6 [int] Run() { return 1 }"]],
    ["css", "/* c */\n.a,\n.b { color: red }\n@media print {\n  .c { color: blue }\n}\n", [".a, .b 2 .a,", ".c 5 .c { color: blue }"]],
    ["ini", "; c\n[core]\na=1\n", ["core 2 [core]"]],
    ["vue", "<template>\n  <p>class Not {}</p>\n</template>\n<script setup lang=\"ts\">\nfunction load(id: number): void {\n}\n</script>\n<script>\nexport default { data() { return 1 } }\n</script>\n<style>\n.a { }\n</style>\n", ["load 5 function load(id: number): void {", "data 9 export default { data() { return 1 } }"]],
    ["html", "<script type=\"application/json\">{ \"a\": function b() {} }</script>\n<script src=\"a.js\"></script>\n<script>\nfunction onLoad() {}\n</script>\n<script>\nfunction open() {}\n", ["onLoad 4 function onLoad() {}"]],
  ];
  for (const [language, source, found] of places) {
    it(`knows name path, line and signature in ${language}: ${found[0] ?? ""}`, async () => {
      const lines = splitLines(source);
      const definitions = await chunker.definitions(source, lines, language);
      const outline = new Outline(definitions);
      const named = definitions.filter(({ name }) => name !== "");
      assert.deepEqual(named.map((one) => `${outline.pathOf(one)} ${one.nameLine ?? one.startLine} ${signatureAt(lines, one.nameLine ?? one.startLine)}`), found);
    });
  }

  it("keeps comments and decorators with what they belong to", async () => {
    const body = (name: string) => `    ${name} = 1\n`.repeat(80);
    const python = `def first(a):\n${body("x")}\n\n# About second,\n# and more.\n@decorated(\n    1,\n)\ndef second(b):\n${body("y")}`;
    const block = `function first() {\n${body("x")}} // about first\n\n/*\nWhat second does,\nwith no stars.\n*/\nfunction second() {\n${body("y")}}\n`;
    for (const [source, language, lead] of [[python, "python", "# About second,"], [block, "javascript", "/*"]] as const) {
      const chunks = await chunk(source, language);
      assert.deepEqual(chunks.map(({ symbol }) => symbol), ["first", "second"], language);
      assert.equal(splitLines(source)[chunks[1]!.startLine - 1], lead);
    }
  });

  it("says where each definition of a chunk stands", async () => {
    const [only] = await chunk("class A {\n  @Input()\n  x = 1;\n\n  m() {\n  }\n}\n", "typescript");
    assert.deepEqual([only?.definitions, only?.definitionLines], [["A", "x", "m"], [1, 7, 3, 3, 5, 6]]);
  });

  it("finds what is whole in broken code", async () => {
    const source = "export class Broken {\n  first() { return (1 + ; }\n\n  second() { return 2; }\n\nfunction after( {\n}\n<<<<<<< HEAD\nfunction kept() {}\n";
    const chunks = await chunk(source, "typescript");
    assertCovers(chunks, 9);
    const names = chunks.flatMap(({ definitions }) => definitions);
    for (const name of ["first", "second"]) assert.ok(names.includes(name), names.join(" "));
  });

  it("gives a parse up that takes too long, and goes on with the next file", async () => {
    const messages: string[] = [];
    const hurried = new Syntax(grammars, { write: (level, message) => messages.push(`${level} ${message}`) }, { parseMs: 0 });
    assert.equal(await hurried.definitions("function f() {}\n", "javascript"), undefined);
    assert.match(messages[0] ?? "", /^debug A javascript file could not be parsed and is cut by lines: parsing took longer/);
    const source = "function f() {}\n".repeat(300);
    assertCovers(await new Chunker(hurried).chunk(source, splitLines(source), "javascript"), 300);
  });

  it("parses texts one at a time, large ones in turns with other work", async () => {
    const syntax = new Syntax(grammars, strictLog, { parseMs: 60_000 });
    await syntax.definitions("", "typescript");
    const large = "export function someName(a: number): number {\n  return [a, a, a].map((x) => x + 1).length;\n}\n".repeat(4000);
    const others = new OtherWork();
    const found = await Promise.all([syntax.definitions(large, "typescript"), syntax.definitions("function small() {}\n", "typescript"), syntax.definitions("def small(): pass\n", "python")]);
    const turns = await others.end();
    assert.deepEqual(found.map((definitions) => definitions?.length), [4000, 1, 1]);
    assert.ok(turns > 3, `${turns} turns`);
  });

  it("takes tens of thousands of headings, brackets, scripts or empty lines without a hang", async () => {
    const texts: readonly [text: string, language: string][] = [
      ["# a\n".repeat(50_000), "markdown"],
      ["```\n# a\n".repeat(25_000), "markdown"],
      ["<script>\n".repeat(25_000), "html"],
      ["\n".repeat(50_000), "plaintext"],
      ["((((((((((\n".repeat(2_000), "javascript"],
    ];
    for (const [text, language] of texts) assertCovers(await chunk(text, language), splitLines(text).length);
  }).timeout(120_000);

  it("cuts by lines at once, to be cut by syntax later", () => {
    const lines = splitLines("# Top\ntext\n");
    assert.deepEqual(chunkCoarsely(lines, "markdown").map(({ symbol }) => symbol), ["Top"]);
    assert.deepEqual(chunkCoarsely(["class A {}"], "typescript").map(({ symbol, definitions }) => [symbol, definitions]), [[undefined, []]]);
    for (const [language, has] of [["typescript", true], ["vue", true], ["markdown", false], ["plaintext", false]] as const) assert.equal(hasSyntax(language), has);
  });

  it("knows headings by underlines and front matter by its place, and ends a fence where it ends", () => {
    const names = (source: string) => markdownSections(splitLines(source)).map(({ name, startLine, endLine }) => `${name} ${startLine}-${endLine}`);
    assert.deepEqual(names("---\ntitle: x\n---\n# A\n"), ["A 4-4"]);
    assert.deepEqual(names("Top\n===\ntext\n\nSub\n---\nmore\n\n- item\n---\n| a |\n---\n"), ["Top 1-12", "Sub 5-12"]);
    assert.deepEqual(names("````\n```js\n# no\n```\n````\n# A ##\n~~~\n# no\n```\n# no\n~~~\n## B\n"), ["A 6-12", "B 12-12"]);
    assert.deepEqual(names("# A\n```js\n# no\n```js\n# no\n```\n### C\n## B\n# D\n"), ["A 1-8", "C 7-7", "B 8-8", "D 9-9"]);
  });

  it("joins a head that goes over lines, and no more", () => {
    const cases: readonly [lines: readonly string[], signature: string][] = [
      [["function f(", "  a,", "", "  b,", ") {", "  x();"], "function f(a, b) {"],
      [["  const erase = \"\\u001b[K\";", "next"], 'const erase = "\\u001b[K";'],
      [["fn f<'a>(x: &'a str) {", "}"], "fn f<'a>(x: &'a str) {"],
      [["f(", ...Array.from({ length: 40 }, () => "argument,")], `f(${"argument, ".repeat(11).trim()}`],
      [["x".repeat(300)], "x".repeat(160)],
      [[], ""],
    ];
    for (const [lines, signature] of cases) assert.equal(signatureAt(lines, 1), signature);
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
