import assert from "node:assert/strict";
import path from "node:path";
import type { FileVerdict, RetrievedChunk, RetrieveQuery, SymbolHit } from "../../../src/rag/ports";
import { chunk } from "./fakeIndex";
import { FakeCli } from "./fakes";

const symbol: SymbolHit = { path: "src/a.ts", startLine: 1, endLine: 3, name: "parse", symbol: "Parser > parse", signature: "parse(text: string): Tree", match: "prefix" };
const indexed: FileVerdict = { kind: "indexed", path: "src/a.ts", chunks: 3, language: "typescript", embedded: 1 };
const secret: FileVerdict = { kind: "left-out", path: ".env", reason: "secret", detail: "Its name says so." };
const binary: FileVerdict = { kind: "left-out", path: "logo\u001b[2J.png", reason: "binary", detail: "" };

const explained: readonly RetrievedChunk[] = [
  { ...chunk, scores: { chunk: 0.25, symbol: 0.5 } },
  { ...chunk, path: "src/b.ts", score: 0.5, scores: { chunk: 0.5 } },
];

/** A program whose index gives scores by source when it is asked for them. */
function explaining() {
  const cli = new FakeCli();
  cli.index.retrieve = ({ explain }: RetrieveQuery) => Promise.resolve(explain === true ? [...explained] : [chunk]);
  return cli;
}

describe("hearth search --explain", () => {
  it("shows a column for each source, the one that gave most first, and a dash where one gave nothing", async () => {
    const { code, out } = await explaining().run("search", "where", "--explain");
    assert.equal(code, 0);
    assert.equal(
      out,
      [
        " score   chunk  symbol",
        " 0.750   0.250   0.500  src/a.ts:1-3  a",
        " 0.500   0.500       -  src/b.ts:1-3  a",
        "",
      ].join("\n"),
    );
  });

  it("gives the scores as an object with --json, and none without --explain", async () => {
    const { rows } = await explaining().run("search", "where", "--explain", "--json");
    assert.deepEqual(rows.map(({ scores }) => scores), [{ chunk: 0.25, symbol: 0.5 }, { chunk: 0.5 }]);
    const plain = await explaining().run("search", "where", "--json");
    assert.deepEqual(plain.rows.map((row) => "scores" in row), [false]);
  });

  it("explains each line of the input, too", async () => {
    const cli = explaining();
    cli.piped = "where\n";
    const { rows } = await cli.run("search", "--stdin", "--explain", "--json");
    assert.deepEqual((rows[0]?.["results"] as { scores: unknown }[])[0]?.scores, { chunk: 0.25, symbol: 0.5 });
  });
});

describe("hearth search --symbols", () => {
  function named() {
    const cli = new FakeCli();
    const asked: unknown[] = [];
    cli.index.symbols = (...query: unknown[]) => {
      asked.push(...query);
      return Promise.resolve([symbol]);
    };
    return { cli, asked };
  }

  it("asks for definitions by name and prints where they are and how the name matched", async () => {
    const { cli, asked } = named();
    const { code, out } = await cli.run("search", "--symbols", "par", "--limit", "3");
    assert.deepEqual([code, asked], [0, [{ text: "par", limit: 3 }]]);
    assert.equal(out, "src/a.ts:1-3  Parser > parse  parse(text: string): Tree  (prefix)\n");
    assert.deepEqual(cli.index.queries, []);
  });

  it("prints a row each with --json, and one for each line with --stdin", async () => {
    assert.deepEqual((await named().cli.run("search", "--symbols", "par", "--json")).rows, [symbol]);
    const { cli } = named();
    cli.piped = "par\n\n";
    const { rows } = await cli.run("search", "--symbols", "--stdin", "--json");
    assert.deepEqual(rows, [{ query: "par", results: [symbol] }, { query: "", results: [] }]);
  });

  it("has no scores to explain", async () => {
    const { code, err } = await named().cli.run("search", "--symbols", "--explain", "par");
    assert.equal(code, 2);
    assert.match(err, /Give --symbols or --explain, not both/);
  });
});

describe("hearth index --explain", () => {
  function telling(verdict: FileVerdict) {
    const cli = new FakeCli();
    const asked: string[] = [];
    cli.index.explain = (file) => {
      asked.push(file);
      return Promise.resolve(verdict);
    };
    return { cli, asked };
  }

  it("tells of a file in the index, by its path from the current folder", async () => {
    const { cli, asked } = telling(indexed);
    const { code, out } = await cli.run("index", "--explain", "src/a.ts");
    assert.deepEqual([code, out], [0, "src/a.ts is in the index: typescript, 3 chunks, 1 vector.\n"]);
    assert.deepEqual(asked, [path.resolve("src/a.ts")]);
    assert.equal(cli.index.updates, 1, "of an index that is up to date");
  });

  it("exits with 1 when the file is not in the index, and says why", async () => {
    const { code, out } = await telling(secret).cli.run("index", "--explain", ".env");
    assert.deepEqual([code, out], [1, ".env is not in the index: may hold secrets. Its name says so.\n"]);
  });

  it("prints one row with --json", async () => {
    assert.deepEqual((await telling(indexed).cli.run("index", "--explain", "a", "--json")).rows, [{ type: "file", path: "src/a.ts", indexed: true, chunks: 3, language: "typescript", embedded: 1 }]);
    assert.deepEqual((await telling(secret).cli.run("index", "--explain", "a", "--json")).rows, [{ type: "file", path: ".env", indexed: false, reason: "secret", detail: "Its name says so." }]);
  });

  it("is asked of one file or of all, not both", async () => {
    assert.equal((await telling(secret).cli.run("index", "--explain", "a", "--left-out")).code, 2);
    assert.equal((await telling(secret).cli.run("index", "--explain")).code, 2);
  });
});

describe("hearth index --left-out", () => {
  it("lists reason and path, without what would move the cursor", async () => {
    const cli = new FakeCli();
    cli.index.leftOut = () => Promise.resolve([secret, binary]);
    const { code, out } = await cli.run("index", "--left-out");
    assert.deepEqual([code, out], [0, "secret  .env\nbinary  logo[2J.png\n"]);
    assert.deepEqual((await cli.run("index", "--left-out", "--json")).rows.map(({ path: file, reason }) => [file, reason]), [[".env", "secret"], ["logo\u001b[2J.png", "binary"]]);
  });

  it("prints nothing when nothing is left out", async () => {
    assert.deepEqual(await new FakeCli().run("index", "--left-out"), { code: 0, out: "", err: "", rows: [] });
  });
});
