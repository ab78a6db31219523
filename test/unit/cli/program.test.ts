import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { testModel } from "../../fixtures/models";
import { BuiltProgram, parseRows } from "./builtProgram";

/** Random weights: what an answer says means nothing, how it comes about is exact. */
describe("the built program", function () {
  this.timeout(300_000);
  let program: BuiltProgram;
  let model: string[];

  before(async () => {
    program = await BuiltProgram.create();
    model = ["--model", await testModel("phi3"), "--threads", "1", "--gpu-layers", "0", "--context-size", "2048", "--max-tokens", "12"];
  });

  after(() => program.remove());

  const draw = (seed: number) => ["--sampler", "categorical", "--temperature", "1", "--seed", String(seed)];
  const textOf = (rows: readonly Record<string, unknown>[]) => rows.filter((row) => row["type"] === "text").map((row) => String(row["text"])).join("");
  const statsOf = (row: Record<string, unknown> | undefined) => row?.["stats"] as Record<string, number>;

  it("ask --json ends with done and the promised keys, with the workspace's code cited", async () => {
    const { code, rows, err } = await program.run(["ask", "where is parseLine", "--json", ...draw(1), ...model]);
    assert.equal(code, 0, err);
    const done = rows.at(-1)!;
    assert.deepEqual(Object.keys(done), ["type", "stats", "stopReason", "seed", "model"]);
    const stats = statsOf(done);
    assert.deepEqual(Object.keys(stats), ["promptTokens", "reusedTokens", "restoredTokens", "evaluatedTokens", "generatedTokens", "timeToFirstTokenMs", "decodeTokensPerSecond"]);
    assert.equal(stats["reusedTokens"]! + stats["evaluatedTokens"]!, stats["promptTokens"]);
    const citations = rows.find((row) => row["type"] === "citations")?.["citations"] as { path: string }[];
    assert.ok(citations.some((citation) => citation.path === "src/parser.ts"));
  });

  it("the same seed gives the same text, another seed another", async () => {
    const texts: string[] = [];
    for (const seed of [1, 1, 2]) texts.push(textOf((await program.run(["ask", "say it", "--no-context", "--json", ...draw(seed), ...model])).rows));
    assert.notEqual(texts[0], "");
    assert.equal(texts[1], texts[0]);
    assert.notEqual(texts[2], texts[0]);
  });

  it("chat keeps the history of piped lines in the KV cache", async () => {
    const { code, rows, err } = await program.run(["chat", "--no-context", "--json", ...draw(3), ...model], { input: "hello\nand again" });
    assert.equal(code, 0, err);
    const [first, second] = rows.filter((row) => row["type"] === "done").map(statsOf);
    assert.equal(first!["reusedTokens"], first!["restoredTokens"], "only a saved state has anything of a first question");
    assert.ok(second!["reusedTokens"]! >= first!["promptTokens"]!);
    assert.ok(second!["evaluatedTokens"]! < second!["promptTokens"]!);
  });

  it("search prints rows, best first", async () => {
    const { code, rows } = await program.run(["search", "split a line into words", program.workspace, "--json"]);
    assert.equal(code, 0);
    assert.deepEqual(Object.keys(rows[0]!), ["path", "startLine", "endLine", "score"]);
    assert.equal(rows[0]?.["path"], "src/parser.ts");
    const scores = rows.map((row) => Number(row["score"]));
    assert.deepEqual(scores, [...scores].sort((a, b) => b - a));
  });

  it("search --stdin answers each line as it comes", async () => {
    const child = program.start(["search", "--stdin", program.workspace]);
    child.stdout.setEncoding("utf8");
    const answers: Record<string, unknown>[] = [];
    for (const query of ["mix colours", "parseLine"]) {
      child.stdin.write(`${query}\n`);
      answers.push(...parseRows(String((await once(child.stdout, "data"))[0])));
    }
    child.stdin.end();
    assert.deepEqual(await once(child, "close"), [0, null]);
    assert.deepEqual(answers.map((answer) => answer["query"]), ["mix colours", "parseLine"]);
    assert.deepEqual(answers.map((answer) => (answer["results"] as { path: string }[])[0]?.path), ["src/colour.py", "src/parser.ts"]);
  });

  it("map prints what others refer to", async () => {
    const sample = path.resolve("samples/workspace");
    const { code, out } = await program.run(["map", sample, "--tokens", "300"], { env: { HEARTH_HOME: path.join(program.home, "other") } });
    assert.equal(code, 0);
    assert.match(out, /^src\/zones\.ts\n {2}export function zoneOf\(postcode: string, depotPostcode: string\): Zone\n/);
    assert.match(out, /^src\/eventLog\.ts\n {2}export class EventLog\n/m);
  });

  it("search finds code in several folders, named by them", async () => {
    const folders = [program.workspace, path.resolve("samples/workspace")].flatMap((folder) => ["--workspace", folder]);
    const { code, rows } = await program.run(["search", "parseLine zoneOf", ...folders, "--json"], { env: { HEARTH_HOME: path.join(program.home, "other") } });
    assert.equal(code, 0);
    const paths = rows.map((row) => String(row["path"]));
    for (const wanted of [/^workspace(?:-2)?\/src\/parser\.ts$/, /^workspace(?:-2)?\/src\/zones\.ts$/]) assert.ok(paths.some((found) => wanted.test(found)), paths.join(", "));
    assert.equal(new Set(paths.map((found) => found.split("/")[0])).size, 2);
  });

  it("index counts the files", async () => {
    const { code, rows } = await program.run(["index", program.workspace, "--json"]);
    assert.deepEqual([code, rows.at(-1)?.["type"], rows.at(-1)?.["files"]], [0, "summary", 2]);
  });

  it("a model that is not downloaded is stood in for by Ember, which answers from the code", async () => {
    const { code, rows } = await program.run(["ask", "Where is parseLine defined?", "--model", "phi3-mini", "--json"]);
    const text = rows.flatMap((row) => (row["type"] === "text" ? [String(row["text"])] : [])).join("");
    assert.deepEqual([code, rows.at(-1)?.["model"]], [0, "ember"], text);
    assert.equal(text, "`parseLine` is defined in `src/parser.ts:1-4`.");
    const { err } = await program.run(["ask", "Where is parseLine defined?", "--model", "phi3-mini"]);
    assert.match(err, /From Ember, a very small model[\s\S]*hearth models --download phi3-mini/);
  });

  it("a missing file exits with 3 and says what to do", async () => {
    const { code, rows } = await program.run(["ask", "where is parseLine", "--model", "./missing.gguf", "--json"]);
    const error = rows.at(-1)!;
    assert.deepEqual([code, error["type"], error["code"]], [3, "error", "model-not-found"]);
    assert.match(String(error["remedy"]), /Pick a \.gguf file/);
    const found = rows.find((row) => row["type"] === "searchResults");
    assert.match(String(found?.["text"]), /search results/);
  });

  it("a bad option exits with 2", async () => {
    const { code, rows } = await program.run(["ask", "hi", "--top-p", "3", "--json"]);
    assert.deepEqual([code, rows.length, rows[0]?.["code"]], [2, 1, "bad-use"]);
  });

  it("an unknown model id exits with a clear message", async () => {
    const { code, err } = await program.run(["ask", "hi", "--no-context", "--model", "no-such-model"]);
    assert.notEqual(code, 0);
    assert.match(err, /no-such-model/);
  });

  it("models lists the catalog", async () => {
    const { code, rows } = await program.run(["models", "--json"], { env: { HEARTH_MODEL: "qwen2-1.5b" } });
    assert.equal(code, 0);
    const ids = rows.map((row) => row["id"]);
    for (const id of ["phi3-mini", "codellama-7b", "llama3.1-8b", "qwen2-1.5b"]) assert.ok(ids.includes(id), id);
    assert.deepEqual(rows.filter((row) => row["chosen"]).map((row) => row["id"]), ["qwen2-1.5b"]);
  });

  it("models says for each chat model whether it fits", async () => {
    const { rows } = await program.run(["models", "--json", "--gpu-layers", "0"]);
    const fits = rows.map(({ role, fit }) => [role, (fit as { estimated: boolean } | null)?.estimated]);
    // The file of the fifth is here.
    const chat = [true, true, true, true, false].map((estimated) => ["chat", estimated]);
    assert.deepEqual(fits, [...chat, ["embedding", undefined], ["embedding", undefined]]);
  });

  it("models fit tells what a model file needs, and exits by the verdict", async () => {
    const { code, rows } = await program.run(["models", "fit", model[1]!, "--context-size", "1024", "--gpu-layers", "0", "--json"]);
    const { type, verdict, contextSize, sequences, kvCache, estimated } = rows[0]!;
    assert.deepEqual([code, type, verdict, contextSize, sequences, estimated], [0, "fit", { kind: "fits" }, 1024, 2, false]);
    assert.deepEqual(kvCache, { ram: 1024 * 2 * 1024, vram: 0 });
    const huge = await program.run(["models", "fit", "codellama-7b", "--context-size", "16384", "--sequences", "64", "--gpu-layers", "0", "--json"]);
    assert.deepEqual([huge.code, huge.rows[0]?.["estimated"]], [4, true]);
  });

  it("models inspect tells what a file holds", async () => {
    const { code, rows } = await program.run(["models", "inspect", model[1]!, "--gpu-layers", "0", "--json"]);
    const { type, architecture, format, template, role } = rows[0]!;
    assert.deepEqual([code, type, architecture, format, template, role], [0, "inspect", "phi3", "phi3", null, "chat"]);
  });

  it("models says clearly what is wrong with a file", async () => {
    const wrong: readonly [args: readonly string[], code: number, message: RegExp][] = [
      [["inspect", "no.gguf"], 3, /There is no model file .*no\.gguf/],
      [["inspect", "src/parser.ts"], 1, /parser\.ts is not a GGUF file/],
      [["fit", await testModel("bert")], 2, /is an embedding model: it cannot answer/],
      [["fit", "no-such-model"], 3, /No model is called "no-such-model"/],
      [["inspect"], 2, /missing required argument 'file'/],
      [["nonsense"], 2, /takes no words but fit, inspect, download/],
    ];
    for (const [args, expected, message] of wrong) {
      const { code, out, err } = await program.run(["models", ...args]);
      assert.deepEqual([code, out], [expected, ""], err);
      assert.match(err, message);
    }
  });

  it("ends quietly when nobody reads its output", async () => {
    const child = program.start(["models"]);
    child.stdout.destroy();
    let err = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.stdin.end();
    assert.deepEqual(await once(child, "close"), [0, null]);
    assert.equal(err, "");
  });

  it("Ctrl+C stops an answer with exit code 130", async () => {
    const child = program.start(["ask", "tell me all", "--no-context", "--json", ...model, "--max-tokens", "1500", "--sampler", "greedy"]);
    child.stdin.end();
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (!out.includes('"text"') && text.includes('"text"')) interruptGroup(child.pid!);
      out += text;
    });
    assert.deepEqual(await once(child, "close"), [130, null]);
    assert.equal(parseRows(out).at(-1)?.["stopReason"], "aborted");
  });

  it("serve answers completions, whole and streaming, and stops at Ctrl+C", async () => {
    const child = program.start(["serve", "--port", "0", "--json", ...model]);
    child.stdout.setEncoding("utf8");
    const [line] = (await once(child.stdout, "data")) as [string];
    const url = String(parseRows(line)[0]?.["url"]);
    const post = (body: object) =>
      fetch(`${url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    assert.equal(((await (await fetch(`${url}/health`)).json()) as { status: string }).status, "ok");
    const messages = [{ role: "user", content: "hello there" }];
    const whole = (await (await post({ messages, seed: 5, temperature: 1 })).json()) as Completion;
    const answer = whole.choices[0]!.message;
    assert.ok(whole.usage.completion_tokens > 0);
    const followUp = (await (await post({ messages: [...messages, answer, { role: "user", content: "more" }] })).json()) as Completion;
    assert.ok(followUp.usage.prompt_tokens_details.cached_tokens >= whole.usage.prompt_tokens);
    const streamed = await (await post({ messages, seed: 5, temperature: 1, stream: true })).text();
    assert.equal(streamedText(streamed), answer.content);
    assert.equal((await post({ messages: "hello" })).status, 400);
    interruptGroup(child.pid!);
    assert.deepEqual(await once(child, "close"), [0, null]);
  });

  it("serve refuses an address that others can reach", async () => {
    const { code, rows } = await program.run(["serve", "--host", "0.0.0.0", "--json"]);
    assert.deepEqual([code, rows[0]?.["code"]], [2, "bad-use"]);
  });

  it("keeps everything under HEARTH_HOME", async () => {
    await program.run(["index", program.workspace]);
    assert.deepEqual(await readdir(program.workspace), ["src"]);
    assert.equal((await readdir(path.join(program.home, "index"))).length, 1);
  });
});

/** Ctrl+C at a terminal: the signal goes to the program and to its children. */
function interruptGroup(leader: number): void {
  process.kill(-leader, "SIGINT");
}

interface Completion {
  readonly choices: { readonly message: { readonly role: string; readonly content: string } }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly prompt_tokens_details: { readonly cached_tokens: number } };
}

function streamedText(body: string): string {
  const events = body.split("\n\n").filter((event) => event.startsWith("data: {"));
  const chunks = events.map((event) => JSON.parse(event.slice("data: ".length)) as { choices: { delta: { content?: string } }[] });
  return chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta.content ?? "")).join("");
}
