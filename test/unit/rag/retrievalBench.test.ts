import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { throwingLog } from "../../../src/common/log";
import { gitFiles } from "../../../src/rag/gitFiles";
import type { RetrievedChunk } from "../../../src/rag/ports";
import { Syntax } from "../../../src/rag/syntax";
import { ChunkBags, FileBm25, KeywordRank } from "../../bench/retrieval/baselines";
import { Checkout } from "../../bench/retrieval/checkout";
import { sampleCommits } from "../../bench/retrieval/commits";
import { documentedDefinitions } from "../../bench/retrieval/docComments";
import { changedRanges, hunkRecall } from "../../bench/retrieval/hunks";
import { bootstrap, ndcgAt, recallAt, reciprocalRank } from "../../bench/retrieval/metrics";
import { trigramSearch } from "../../bench/retrieval/trigram";
import { git, grammars, workspace, write } from "./workspace";

function commit(root: string, subject: string): void {
  git(root, "add", "-A");
  git(root, "commit", "-m", subject);
}

describe("retrieval benchmark", () => {
  it("computes recall, reciprocal rank and gain", () => {
    const found = ["x", "a", "y", "b"];
    const wanted = new Set(["a", "b", "c"]);
    assert.equal(recallAt(found, wanted, 3), 1 / 3);
    assert.equal(recallAt(found, wanted, 10), 2 / 3);
    assert.equal(reciprocalRank(found, wanted), 1 / 2);
    assert.equal(reciprocalRank(["x"], wanted), 0);
    const ideal = 1 + 1 / Math.log2(3) + 1 / Math.log2(4);
    assert.ok(Math.abs(ndcgAt(found, wanted, 10) - (1 / Math.log2(3) + 1 / Math.log2(5)) / ideal) < 1e-12);
  });

  it("puts the mean into its interval, the same each time", () => {
    const estimate = bootstrap([0, 0, 1, 1, 1, 0, 1, 0]);
    assert.equal(estimate.mean, 0.5);
    assert.ok(estimate.low > 0 && estimate.low < 0.5 && estimate.high > 0.5 && estimate.high < 1);
    assert.deepEqual(bootstrap([0, 0, 1, 1, 1, 0, 1, 0]), estimate);
  });

  it("asks commits that change source files of their parent, and none that are noise", async () => {
    const root = workspace({ "src/a.ts": "one\ntwo\nthree\n", "README.md": "r" });
    git(root, "init");
    commit(root, "begin with the first file");
    write(root, { "src/a.ts": "one\n2\nthree\nfour\n", "src/new.ts": "n" });
    commit(root, "count the second line in digits (#12)");
    write(root, { "README.md": "rr" });
    commit(root, "explain the counting in prose");
    write(root, { "src/a.ts": "1\n" });
    commit(root, "bump the version of everything");
    const tasks = await sampleCommits(root, 10, 1);
    assert.deepEqual(tasks.map(({ question, files }) => [question, files]), [["count the second line in digits", ["src/a.ts"]]]);
    const ranges = await changedRanges(root, tasks[0]!, ["src/a.ts"]);
    assert.deepEqual(ranges, [{ path: "src/a.ts", startLine: 2, endLine: 2 }, { path: "src/a.ts", startLine: 3, endLine: 3 }]);
  });

  it("gives each changed range its covered share, within the budget", async () => {
    const textOf = (startLine: number, endLine: number) => Array.from({ length: endLine - startLine + 1 }, (_, i) => `line ${startLine + i}`.padEnd(40)).join("\n");
    const chunk = (startLine: number, endLine: number): RetrievedChunk => ({ path: "a.ts", startLine, endLine, text: textOf(startLine, endLine), score: 1, language: "typescript", hash: "" });
    const ranges = [{ path: "a.ts", startLine: 1, endLine: 4 }, { path: "a.ts", startLine: 12, endLine: 12 }, { path: "b.ts", startLine: 1, endLine: 1 }];
    assert.equal(await hunkRecall([chunk(3, 10), chunk(11, 20)], ranges, 1000), (0.5 + 1 + 0) / 3);
    assert.equal(await hunkRecall([chunk(3, 10), chunk(11, 20)], ranges, 150), 0.5 / 3);
  });

  const documented: readonly [language: string, text: string, found: readonly (readonly [line: number, question: string])[]][] = [
    ["typescript", "/**\n * Reads all lines of a text file into memory.\n * @param a what\n */\nexport function readLines() {}\n", [[5, "Reads all lines of a text file into memory."]]],
    ["typescript", "// too short\nfunction a() {}\n", []],
    ["go", "// readLines reads all lines of some file\n// into memory at once.\nfunc readLines() {\n}\n", [[3, "reads all lines of some file into memory at once."]]],
    ["rust", "/// Reads all lines of a file into memory.\n#[inline]\nfn read() {}\n", [[3, "Reads all lines of a file into memory."]]],
    ["python", 'def read(\n    a,\n):\n    """Reads all lines of a file into memory.\n\n    More.\n    """\n    return a\n', [[1, "Reads all lines of a file into memory."]]],
    ["python", "def read(a):\n    b = 1\n    '''no docstring at all but a string here'''\n    return b\n", []],
  ];
  for (const [language, text, wanted] of documented) {
    it(`finds what ${language} comments stand on: ${JSON.stringify(text.slice(0, 24))}`, async () => {
      const found = await documentedDefinitions(text.split("\n"), language, new Syntax(grammars, throwingLog));
      assert.deepEqual(found.map(({ definition, question }) => [definition.startLine, question]), wanted);
    });
  }

  it("follows a repository from commit to commit in a tree of its own", async () => {
    const root = workspace({ "a.ts": "1", "gone.ts": "g" });
    git(root, "init");
    commit(root, "one");
    rmSync(path.join(root, "gone.ts"));
    mkdirSync(path.join(root, "sub"));
    write(root, { "sub/b.ts": "2" });
    commit(root, "two");
    const checkout = await Checkout.create(root);
    try {
      await checkout.goTo("HEAD");
      assert.deepEqual(await gitFiles(checkout.root), ["a.ts", "sub/b.ts"]);
      await checkout.goTo("HEAD~1");
      assert.deepEqual(await gitFiles(checkout.root), ["a.ts", "gone.ts"]);
    } finally {
      await checkout.dispose();
    }
  });

  it("has baselines that find, and that forget what is gone", async () => {
    const document = (file: string, text: string) => ({ path: file, text, chunks: [{ range: { path: file, startLine: 1, endLine: 1 }, text }] });
    const trigram = await trigramSearch();
    for (const baseline of [new KeywordRank(), new FileBm25("plain"), new FileBm25("split"), new ChunkBags("bm25"), new ChunkBags("cosine"), ...(trigram ? [trigram] : [])]) {
      for (const [file, text] of [["a.ts", "socket closes twice"], ["b.ts", "a parser of lines"], ["c.ts", "some other words"]] as const) baseline.put(document(file, text));
      const files = async () => (await baseline.search("does the socket close twice")).files;
      assert.equal((await files())[0], "a.ts", baseline.name);
      baseline.remove("a.ts");
      assert.ok(!(await files()).includes("a.ts"), baseline.name);
    }
  });
});
