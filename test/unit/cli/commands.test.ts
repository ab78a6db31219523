import assert from "node:assert/strict";
import { mkdir, mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type ErrorCode, HearthError } from "../../../src/common/errors";
import { exitCodeOf } from "../../../src/cli/exitCodes";
import { FakeCli } from "./fakes";

const statsKeys = ["promptTokens", "reusedTokens", "restoredTokens", "evaluatedTokens", "generatedTokens", "timeToFirstTokenMs", "decodeTokensPerSecond"];
const missing = new HearthError("model-not-found", 'The model "phi3-mini" is not here.', { remedy: "Run hearth models --download phi3-mini." });

describe("exit codes", () => {
  const table: readonly [ErrorCode | undefined, number][] = [
    ["bad-use", 2],
    ["bad-setting", 2],
    ["model-not-found", 3],
    ["out-of-memory", 4],
    ["aborted", 130],
    ["engine-stopped", 1],
    [undefined, 1],
  ];
  for (const [code, expected] of table) it(`${code} gives ${expected}`, () => assert.equal(exitCodeOf(code), expected));
});

describe("hearth ask", () => {
  it("prints the answer on stdout and the code used on stderr", async () => {
    const cli = new FakeCli();
    cli.index.retrieve = () => Promise.resolve([]);
    const { code, out, err } = await cli.run("ask", "what", "is", "this");
    assert.equal(code, 0);
    assert.equal(out, "what is this \n");
    assert.equal(err, "");
  });

  it("brings the index up to date first and cites what it used", async () => {
    const cli = new FakeCli();
    const { err } = await cli.run("ask", "what is this");
    assert.equal(cli.index.updates, 1);
    assert.match(err, /Code used:\n {2}src\/.\.ts:1-3 {2}a\n/);
  });

  it("with --json ends with done and exactly the promised keys", async () => {
    const { code, rows } = await new FakeCli().run("ask", "one two", "--json", "--seed", "7", "--no-context");
    const last = rows.at(-1)!;
    assert.equal(code, 0);
    assert.deepEqual(Object.keys(last), ["type", "stats", "stopReason", "seed", "model"]);
    assert.deepEqual(Object.keys(last["stats"] as object), statsKeys);
    assert.deepEqual([last["type"], last["stopReason"], last["seed"], last["model"]], ["done", "endOfTurn", 7, "fake"]);
    const texts = rows.filter((row) => row["type"] === "text");
    assert.deepEqual(texts.map((row) => row["text"]).join(""), "one two ");
  });

  it("lists citations with --json", async () => {
    const { rows } = await new FakeCli().run("ask", "one", "--json");
    const citations = rows.find((row) => row["type"] === "citations")?.["citations"] as Record<string, unknown>[];
    const cited = { startLine: 1, endLine: 3, symbol: "a" };
    assert.deepEqual(citations.sort((a, b) => String(a["path"]).localeCompare(String(b["path"]))), [{ path: "src/a.ts", ...cited }, { path: "src/b.ts", ...cited }]);
  });

  it("reads the question from a pipe, alone and for a dash", async () => {
    const cli = new FakeCli();
    cli.piped = "from a pipe\n";
    assert.equal((await cli.run("ask", "--no-context")).out, "from a pipe \n");
    assert.equal((await cli.run("ask", "explain:", "-", "--no-context")).out, "explain: from a pipe \n");
  });

  it("asks for a question when there is none", async () => {
    const { code, err } = await new FakeCli().run("ask");
    assert.equal(code, 2);
    assert.match(err, /There is no question/);
  });

  it("without a model gives search results, says so once, and exits with 3", async () => {
    const cli = new FakeCli();
    cli.engine.problem = missing;
    const { code, out, err } = await cli.run("ask", "what is this");
    assert.equal(code, 3);
    assert.match(out, /search results/);
    assert.match(out, /src\/a\.ts/);
    assert.match(err, /is not here\.\nRun hearth models --download phi3-mini\./);
  });

  it("with --json and no model ends with the error and its remedy", async () => {
    const cli = new FakeCli();
    cli.engine.problem = missing;
    const { code, rows } = await cli.run("ask", "what", "--json");
    assert.equal(code, 3);
    assert.deepEqual(rows.at(-1), { type: "error", code: "model-not-found", message: missing.message, remedy: missing.remedy });
  });

  it("exits with 4 when memory is short", async () => {
    const cli = new FakeCli();
    cli.engine.problem = new HearthError("out-of-memory", "It does not fit.");
    assert.equal((await cli.run("ask", "hello")).code, 4);
  });

  it("answers without code when the index cannot be brought up to date, and says so", async () => {
    const cli = new FakeCli();
    cli.index.problem = new HearthError("index-failed", "The disk is full.");
    const { code, err } = await cli.run("ask", "hello");
    assert.equal(code, 0);
    assert.match(err, /not up to date: The disk is full/);
  });

  it("exits with 130 after Ctrl+C and keeps what came", async () => {
    const cli = new FakeCli();
    cli.engine.hangs = true;
    cli.onOut = (text) => text.includes("one") && cli.stop.abort();
    const { code, rows } = await cli.run("ask", "one two", "--json", "--no-context");
    assert.equal(code, 130);
    assert.equal(rows.at(-1)?.["stopReason"], "aborted");
  });

  it("strips control characters from an answer", async () => {
    const { out } = await new FakeCli().run("ask", "red\u001b[31m\u0007", "--no-context");
    assert.equal(out, "red[31m \n");
  });

  for (const [how, args] of [["answered", ["ask", "what is this"]], ["chatted about", ["chat"]]] as const) {
    it(`leaves no state of what was ${how}: nothing can go on from it`, async () => {
      const cli = new FakeCli();
      cli.piped = "what is this\n";
      let wasOpen = false;
      const forget = cli.engine.forget.bind(cli.engine);
      cli.engine.forget = (conversation) => {
        wasOpen = !cli.engine.disposed;
        return forget(conversation);
      };
      await cli.run(...args);
      assert.deepEqual([cli.engine.forgotten, wasOpen], [[cli.engine.requests[0]?.conversation], true]);
    });
  }

  it("ends both processes", async () => {
    const cli = new FakeCli();
    await cli.run("ask", "hello");
    assert.deepEqual([cli.engine.disposed, cli.index.disposed], [true, true]);
  });
});

describe("hearth chat", () => {
  it("answers each piped line with the history of the earlier ones", async () => {
    const cli = new FakeCli();
    cli.piped = "first\n\nsecond";
    const { code, out } = await cli.run("chat", "--no-context");
    assert.equal(code, 0);
    assert.equal(out, "first \nsecond \n");
    assert.deepEqual(cli.engine.requests.map((request) => request.turns.length), [1, 2]);
    assert.equal(new Set(cli.engine.requests.map((request) => request.conversation)).size, 1);
  });

  it("updates the index once", async () => {
    const cli = new FakeCli();
    cli.piped = "first\nsecond";
    await cli.run("chat");
    assert.equal(cli.index.updates, 1);
  });

  it("sets a parameter for the next answer", async () => {
    const cli = new FakeCli();
    cli.piped = "one\n/set temperature 0.7\n/set max-tokens 5\ntwo";
    await cli.run("chat", "--no-context");
    assert.deepEqual(cli.engine.requests.map(({ sampling, maxTokens }) => [sampling.temperature, maxTokens]), [[0, 64], [0.7, 5]]);
  });

  it("forgets the history on /clear", async () => {
    const cli = new FakeCli();
    cli.piped = "one\n!clear\ntwo";
    await cli.run("chat", "--no-context");
    assert.deepEqual(cli.engine.requests.map((request) => request.turns.length), [1, 1]);
  });

  it("leaves at /exit and answers nothing after it", async () => {
    const cli = new FakeCli();
    cli.piped = "/exit\nnever";
    const { code } = await cli.run("chat");
    assert.deepEqual([code, cli.engine.requests.length], [0, 0]);
  });

  it("keeps to one object a line with --json, commands included", async () => {
    const cli = new FakeCli();
    cli.piped = "/help\n/wrong\nhi";
    const { rows } = await cli.run("chat", "--json", "--no-context");
    assert.deepEqual(rows.map((row) => row["type"]), ["notice", "error", "started", "prefill", "text", "done"]);
  });

  it("explains a missing model once", async () => {
    const cli = new FakeCli();
    cli.engine.problem = missing;
    cli.piped = "one\ntwo";
    const { code, err } = await cli.run("chat", "--no-context");
    assert.equal(code, 3);
    assert.equal(err.split("is not here").length, 2);
  });
});

describe("hearth search", () => {
  const row = { path: "src/a.ts", startLine: 1, endLine: 3, score: 0.75 };

  it("prints rows, best first", async () => {
    const cli = new FakeCli();
    const { code, rows } = await cli.run("search", "where", "--json");
    assert.equal(code, 0);
    assert.deepEqual(rows, [row, { ...row, path: "src/b.ts", score: 0.5 }]);
    assert.equal(cli.index.updates, 1);
  });

  it("takes a folder and a limit", async () => {
    const cli = new FakeCli();
    const folder = await mkdtemp(path.join(os.tmpdir(), "hearth-search-"));
    const { rows } = await cli.run("search", "where", folder, "--json", "--limit", "1");
    assert.equal(rows.length, 1);
    assert.deepEqual(cli.setups[0]?.roots, [{ path: folder, name: path.basename(folder) }]);
  });

  it("takes several folders, in whatever order, each once, with names of their own", async () => {
    const cli = new FakeCli();
    cli.cwd = await mkdtemp(path.join(os.tmpdir(), "hearth-search-"));
    for (const folder of ["one/app", "two/app"]) await mkdir(path.join(cli.cwd, folder), { recursive: true });
    const roots = [{ path: path.join(cli.cwd, "one/app"), name: "app" }, { path: path.join(cli.cwd, "two/app"), name: "app-2" }];
    for (const given of [["one/app", "two/app"], ["two/app", "one/app", "./two/app/"]]) {
      for (const command of [["search", "where"], ["index"], ["ask", "why"]]) {
        await cli.run(...command, ...given.flatMap((folder) => ["--workspace", folder]));
        assert.deepEqual(cli.setups.at(-1)?.roots, roots);
      }
    }
    await cli.run("search", "where", "one", "--workspace", "two");
    assert.deepEqual(cli.setups.at(-1)?.roots?.map((root) => root.path), [path.join(cli.cwd, "one")]);
  });

  it("answers each line of the input with --stdin", async () => {
    const cli = new FakeCli();
    cli.piped = "where\nwhy\n";
    const { rows } = await cli.run("search", "--stdin", ".", "--json", "--limit", "1");
    assert.deepEqual(rows, [{ query: "where", results: [row] }, { query: "why", results: [row] }]);
    assert.equal(cli.index.updates, 1);
  });

  it("answers empty lines too, and echoes each line as it came", async () => {
    const cli = new FakeCli();
    cli.piped = " where \n\n  \nwhy\n";
    const { rows } = await cli.run("search", "--stdin", ".", "--json", "--limit", "1");
    assert.deepEqual(rows, [{ query: " where ", results: [row] }, { query: "", results: [] }, { query: "  ", results: [] }, { query: "why", results: [row] }]);
    assert.equal(cli.index.queries.length, 2);
  });

  it("prints places for a person", async () => {
    assert.equal((await new FakeCli().run("search", "where", "--limit", "1")).out, "src/a.ts:1-3  0.750  a\n");
  });

  for (const args of [["search"], ["search", "a", "b", "c"], ["search", "--stdin", "a", "b"], ["search", "a", "no/such/folder"], ["search", "a", "--limit", "0"]]) {
    it(`refuses ${args.join(" ")}`, async () => assert.equal((await new FakeCli().run(...args)).code, 2));
  }

  it("exits with 1 when the index fails", async () => {
    const cli = new FakeCli();
    cli.index.problem = new HearthError("index-failed", "The disk is full.");
    const { code, rows } = await cli.run("search", "a", "--json");
    assert.deepEqual([code, rows.at(-1)?.["code"]], [1, "index-failed"]);
  });
});

describe("hearth index", () => {
  it("prints progress and a summary", async () => {
    const { code, rows } = await new FakeCli().run("index", ".", "--json");
    assert.equal(code, 0);
    assert.deepEqual(rows[0], { type: "progress", phase: "indexing", done: 1, total: 2 });
    assert.deepEqual([rows.at(-1)?.["type"], rows.at(-1)?.["files"], rows.at(-1)?.["chunks"]], ["summary", 2, 3]);
  });

  it("says it in words", async () => {
    assert.match((await new FakeCli().run("index")).out, /2 files, 3 chunks\. 1 read anew, 0 removed, in 12 ms\. Left out: 4 binary\.\n$/);
  });
});

describe("hearth models", () => {
  it("prints a row each, with the chosen one marked", async () => {
    const { rows } = await new FakeCli().run("models", "--json");
    assert.deepEqual(rows.map(({ id, file, chosen }) => [id, file, chosen]), [["phi3-mini", "/models/phi3.gguf", true], ["other", null, false]]);
  });

  it("says how to get what is not there", async () => {
    assert.match((await new FakeCli().run("models")).out, /^\* phi3-mini .*\n.*2\.30 GB\n +\/models\/phi3\.gguf\n +Fits: .*\n\n {2}other .*\n.*\n +not downloaded: hearth models download other\n/);
  });

  it("downloads with progress", async () => {
    const { code, rows } = await new FakeCli().run("models", "--download", "other", "--json");
    assert.equal(code, 0);
    assert.deepEqual(rows.map((row) => row["type"]), ["download", "download", "downloaded"]);
  });

  it("says why a download failed", async () => {
    const { code, err } = await new FakeCli().run("models", "--download", "broken");
    assert.equal(code, 1);
    assert.match(err, /404\.\nTry again\./);
  });
});

describe("hearth", () => {
  it("prints its version and help, and exits with 0", async () => {
    assert.deepEqual(await new FakeCli().run("--version"), { code: 0, out: "1.2.3\n", err: "", rows: [] });
    const { code, out } = await new FakeCli().run("ask", "--help");
    assert.equal(code, 0);
    for (const option of ["--model ", "--workspace ", "--context-size ", "--threads ", "--gpu-layers ", "--temperature ", "--top-k ", "--top-p ", "--min-p ", "--repeat-penalty ", "--seed ", "--max-tokens ", "--sampler ", "--system ", "--no-context", "--json"]) {
      assert.ok(out.includes(option), option);
    }
  });

  for (const args of [[], ["modles"], ["--nonsense"], ["ask", "--nonsense"], ["ask", "--seed"]]) {
    it(`exits with 2 for "${args.join(" ")}"`, async () => {
      const { code, out, err } = await new FakeCli().run(...args);
      assert.deepEqual([code, out], [2, ""]);
      assert.notEqual(err, "");
    });
  }

  it("takes words without a command for a question, at a terminal and from a pipe", async () => {
    const cli = new FakeCli();
    assert.equal((await cli.run("Explain", "what", "a", "GPU", "does", "--no-context")).out, "Explain what a GPU does \n");
    cli.piped = "from a pipe\n";
    assert.equal((await cli.run()).out, "from a pipe \n");
  });

  it("does not index a home folder that nobody named", async () => {
    const cli = new FakeCli();
    cli.cwd = os.homedir();
    await cli.run("ask", "hello");
    assert.deepEqual(cli.setups[0]?.roots, []);
    assert.equal(cli.index.updates, 0);
  });
});
