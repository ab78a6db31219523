import assert from "node:assert/strict";
import { nameMatches } from "./nameMatches";
import { countTypos } from "../../../src/common/countTypos";
import { letterMask, wordStarts } from "../../../src/rag/nameMatch";
import type { SymbolHit } from "../../../src/rag/ports";
import { searchSymbols } from "../../../src/rag/symbolSearch";
import { SymbolTable } from "../../../src/rag/symbolTable";
import { ParsedCorpus } from "./parsedCorpus";
import { write } from "./workspace";
import { seeded } from "../../fixtures/seeded";

function tableOf(names: readonly string[]): SymbolTable {
  const table = new SymbolTable();
  for (const [i, name] of names.entries()) table.add(name, i);
  return table;
}

describe("names", () => {
  const names = ["parse", "Parser", "parseLine", "parse_header", "HTMLParser", "reparse", "lineCount", "ScoreBoard", "scoreBm25", "settings", "retriever", "getElementById"];
  const cases: readonly [typed: string, found: readonly string[]][] = [
    ["parse", ["exact parse", "prefix Parser", "prefix parseLine", "prefix parse_header", "fuzzy HTMLParser", "fuzzy reparse"]],
    ["PARSER", ["exact Parser", "fuzzy HTMLParser", "fuzzy parse", "fuzzy parse_header"]],
    ["pl", ["fuzzy parseLine"]],
    ["parHe", ["fuzzy parse_header", "fuzzy parse"]],
    ["hp", ["fuzzy HTMLParser"]],
    ["sb", ["fuzzy scoreBm25", "fuzzy ScoreBoard"]],
    ["sb25", ["fuzzy scoreBm25"]],
    ["gebi", ["fuzzy getElementById"]],
    ["settngs", ["fuzzy settings"]],
    ["settigns", ["fuzzy settings"]],
    ["retreiver", ["fuzzy retriever"]],
    ["prase", ["fuzzy parse"]],
    ["pra", []],
    ["zzz", []],
    ["", []],
  ];
  for (const [typed, found] of cases) {
    it(`like ${JSON.stringify(typed)}`, () => assert.deepEqual(tableOf(names).search(typed, 9).map(({ match, name }) => `${match} ${name}`), found));
  }

  it("come with the spelling asked for first, and at most so many", () => {
    const table = tableOf(["Parser", "parser", "parserA", "parserB"]);
    assert.deepEqual(table.search("parser", 3).map(({ name }) => name), ["parser", "Parser", "parserA"]);
    assert.deepEqual(table.search("Parser", 1).map(({ name }) => name), ["Parser"]);
    assert.deepEqual(table.search("parser", 0), []);
  });

  it("with typos are found alone, the nearest first", () => {
    assert.deepEqual(tableOf(["retrieve", "retriever", "retry"]).near("retreiver", 5), ["retriever", "retrieve"]);
  });

  it("are found after any adding and removing as in a new table", () => {
    const random = seeded(4);
    const parts = ["parse", "line", "chunk", "Map", "token", "Read", "get"];
    const table = new SymbolTable();
    const present = new Map<string, Set<number>>();
    for (let step = 0; step < 6000; step++) {
      const name = Array.from({ length: 1 + Math.floor(random() * 3) }, () => parts[Math.floor(random() * parts.length)]!).join(random() < 0.5 ? "_" : "") + String(Math.floor(random() * 20));
      const chunk = Math.floor(random() * 4);
      const chunks = present.get(name) ?? new Set();
      if (random() < 0.55) {
        table.remove(name, chunk);
        chunks.delete(chunk);
      } else {
        table.add(name, chunk);
        chunks.add(chunk);
      }
      if (chunks.size > 0) present.set(name, chunks);
      else present.delete(name);
      if (step % 500 === 0) table.prefix("p", 3);
    }
    const anew = new SymbolTable();
    for (const [name, chunks] of present) for (const chunk of chunks) anew.add(name, chunk);
    assert.ok(present.size > 50);
    assert.equal(table.size, anew.size);
    assert.deepEqual(table.prefix("", Infinity).toSorted(), anew.prefix("", Infinity).toSorted());
    for (const [name, chunks] of present) assert.deepEqual(table.exact(name).toSorted(), [...chunks].sort(), name);
    for (const text of ["parse", "pl", "chunkmap", "tokne_read", "get1"]) {
      const scores = (of: SymbolTable) => of.search(text, 500).map(({ name, match, score }) => `${match} ${score.toFixed(6)} ${name}`).sort();
      assert.deepEqual(scores(table), scores(anew), text);
    }
  });

  it("score the same as by a plain look at each", () => {
    const random = seeded(9);
    const letters = "abcdeABC_12";
    const made = [...new Set(Array.from({ length: 400 }, () => Array.from({ length: 1 + Math.floor(random() * 9) }, () => letters[Math.floor(random() * letters.length)]!).join("")))];
    const table = tableOf(made);
    for (const typed of ["a", "ab", "abc", "bad", "abcd", "cabab", "ab_1", "dbcaaeb", "eabcdab1"]) {
      const found = new Set(table.search(typed, 10_000).map(({ name }) => name));
      assert.deepEqual([...found].sort(), nameMatches(typed, table.prefix("", Infinity)).toSorted(), typed);
    }
  });

  it("count typos", () => {
    const pairs: readonly [string, string, number, number][] = [
      ["abc", "abc", 2, 0],
      ["abc", "abd", 2, 1],
      ["abc", "acb", 2, 1],
      ["abc", "ab", 2, 1],
      ["abc", "xabc", 2, 1],
      ["abcdef", "badcfe", 2, 3],
      ["kitten", "sitting", 3, 3],
      ["", "ab", 2, 2],
    ];
    for (const [a, b, most, typos] of pairs) assert.equal(countTypos(a, b, most), typos, `${a} ${b}`);
  });

  it("have words where an identifier has them", () => {
    const starts = (name: string) => Array.from({ length: name.length }, (_, i) => ((wordStarts(name) >>> i) & 1 ? "^" : ".")).join("");
    assert.equal(starts("parseLine"), "^....^...");
    assert.equal(starts("HTMLParser2"), "^...^.....^");
    assert.equal(starts("a_bc-d"), "^.^..^");
    assert.equal(letterMask("abc") & letterMask("xyz"), 0);
  });
});

const tree = {
  "src/parser.ts": `import { Line } from "./line";

/** Reads lines. */
export class Parser {
  constructor(private readonly text: string) {}

  parseLine(
    at: number,
    limit = 10,
  ): Line {
    return new Line(this.text.slice(at, limit));
  }
}

export function parserOptions(): number {
  return 1;
}
`,
  "src/other.py": "class Parser:\n    @property\n    def parse_line(self):\n        return 1\n",
  "src/deep/nested/parser.ts": "export class Parser {}\n",
  "test/parser.test.ts": "class Parser {}\n",
  "docs/guide.md": "# Parser\n\nHow to parse.\n",
  "src/lib.cpp": "int Parser::next(int a) {\n  return a;\n}\n",
  "src/server.go": "package a\n\ntype Server struct{}\n\nfunc (s *Server) Listen(port int) error {\n\treturn nil\n}\n",
};

describe("symbol search", () => {
  let parsed: ParsedCorpus;
  before(async () => {
    parsed = await ParsedCorpus.of(tree);
  });
  const search = (text: string, limit = 9): Promise<readonly SymbolHit[]> => searchSymbols({ corpus: parsed.corpus, readLines: parsed.readLines }, { text, limit });
  const places = async (text: string, limit?: number) => (await search(text, limit)).map(({ match, path, startLine }) => `${match} ${path}:${startLine}`);

  it("gives name, path, range and signature of a definition", async () => {
    assert.deepEqual(await search("parseLine", 1), [
      { path: "src/parser.ts", startLine: 7, endLine: 12, name: "parseLine", symbol: "Parser > parseLine", signature: "parseLine(at: number, limit = 10): Line {", match: "exact" },
    ]);
    const [python] = await search("parse_line", 1);
    assert.deepEqual([python?.symbol, python?.startLine, python?.signature], ["Parser > parse_line", 3, "def parse_line(self):"]);
    const [go] = await search("listen", 1);
    assert.deepEqual([go?.symbol, go?.signature], ["Server > Listen", "func (s *Server) Listen(port int) error {"]);
  });

  it("puts code before tests and prose, and near paths first", async () => {
    assert.deepEqual((await places("Parser")).slice(0, 5), ["exact src/other.py:1", "exact src/parser.ts:4", "exact src/deep/nested/parser.ts:1", "exact test/parser.test.ts:1", "exact docs/guide.md:1"]);
  });

  it("puts central files before others", async () => {
    const rankOf = (path: string) => (path === "src/deep/nested/parser.ts" ? 0.5 : 0.1);
    const [first] = await searchSymbols({ corpus: parsed.corpus, readLines: parsed.readLines, rankOf }, { text: "Parser", limit: 9 });
    assert.equal(first?.path, "src/deep/nested/parser.ts");
  });

  for (const typed of ["Parser.parseLine", "parser::parse_line", "Parser > parseLine", "Parser#parseLine(", "  parser . parseline  "]) {
    it(`finds ${JSON.stringify(typed)} in its parser`, async () => assert.match((await search(typed))[0]?.symbol ?? "", /^Parser > parse/));
  }

  it("finds a name by itself where what should contain it does not", async () => {
    assert.equal((await search("unknownThing.parserOptions"))[0]?.name, "parserOptions");
  });

  it("finds members that are defined outside of their class", async () => {
    assert.deepEqual(await places("Parser::next"), ["exact src/lib.cpp:1"]);
    assert.deepEqual(await places("next"), ["exact src/lib.cpp:1"]);
  });

  it("finds nothing for nothing", async () => {
    assert.deepEqual(await search(""), []);
    assert.deepEqual(await search("  . :: "), []);
    assert.deepEqual(await search("Parser", 0), []);
    assert.deepEqual(await search("qqqqqq"), []);
  });

  it("gives each definition once, whatever it is found by", async () => {
    const hits = await search("pars", 50);
    assert.equal(new Set(hits.map(({ path, startLine, name }) => `${path}:${startLine}:${name}`)).size, hits.length);
  });

  it("gives the name where the file has changed or is gone", async () => {
    const changed = await ParsedCorpus.of({ "a.ts": "export class A {\n  one(): void {}\n  two(): void {}\n}\n" });
    write(changed.root, { "a.ts": "\n\n\nnothing here\n" });
    const [hit] = await searchSymbols({ corpus: changed.corpus, readLines: changed.readLines }, { text: "two", limit: 1 });
    assert.deepEqual([hit?.signature, hit?.symbol], ["two", "A > two"]);
  });
});
