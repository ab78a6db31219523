import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { writeHollowModel } from "../../fixtures/hollowModel";
import { testModel } from "../../fixtures/models";
import { repositoryRoot } from "../../fixtures/repository";
import { beginStream, FakeServer, reply, sendEvent } from "../engine/remote/fakeServer";
import { FileServer } from "../engine/fileServer";
import { BuiltProgram } from "./builtProgram";

type Row = Readonly<Record<string, unknown>>;

const textOf = (rows: readonly Row[]) => rows.filter((row) => row["type"] === "text").map((row) => String(row["text"])).join("");

/** Answers every question with two words, as a server with OpenAI's API does. */
async function answeringServer(): Promise<FakeServer> {
  const server = await FakeServer.start();
  server.json("GET /v1/models", { object: "list", data: [{ id: "big-model", max_model_len: 8192 }, { id: "other" }] });
  return server.on("POST /v1/chat/completions", ({ body }, response) => {
    if (body["model"] === "none-such") return reply(response, 404, { error: { message: "The model none-such does not exist.", code: "model_not_found" } });
    beginStream(response);
    for (const content of ["Hello ", "there"]) sendEvent(response, { choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    sendEvent(response, { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
    sendEvent(response, { choices: [], usage: { prompt_tokens: 9, completion_tokens: 2 } });
    sendEvent(response, "[DONE]");
    response.end();
  });
}

/** The last question that a server was sent, as text. */
function lastPrompt(server: FakeServer): string {
  const messages = server.requests("POST /v1/chat/completions").at(-1)?.body["messages"] as { role: string; content: string }[];
  return messages.at(-1)?.content ?? "";
}

describe("every command of the built program", function () {
  this.timeout(300_000);
  let program: BuiltProgram;
  let server: FakeServer;
  let model: string[];
  let folder: string;

  before(async () => {
    program = await BuiltProgram.create();
    server = await answeringServer();
    folder = await mkdtemp(path.join(os.tmpdir(), "hearth-commands-"));
    model = ["--model", await testModel("phi3"), "--threads", "1", "--gpu-layers", "0", "--context-size", "2048", "--max-tokens", "8"];
  });

  after(async () => {
    await server.stop();
    await program.remove();
    await rm(folder, { recursive: true, force: true });
  });

  describe("a question", () => {
    it("needs no command, and has the same answer as with it", async () => {
      const words = ["Explain", "what", "a", "GPU", "does", "--no-context", "--json", "--seed", "1", "--sampler", "categorical", ...model];
      const bare = await program.run(words);
      assert.equal(bare.code, 0, bare.err);
      assert.equal(bare.rows.at(-1)?.["type"], "done");
      assert.equal(textOf(bare.rows), textOf((await program.run(["ask", ...words])).rows));
    });

    it("comes from words, from a pipe, from a file, or from several of them", async () => {
      await writeFile(path.join(program.workspace, "question.md"), "What is in the file?\n");
      const sources: readonly [args: readonly string[], input: string, asked: string][] = [
        [["what", "is", "this"], "not read", "what is this"],
        [[], "what is piped\n", "what is piped"],
        [["Explain:", "-"], "some text\n", "Explain: some text"],
        [["--from", "question.md"], "", "What is in the file?"],
        [["In", "short:", "--from", "question.md"], "", "In short:\n\nWhat is in the file?"],
        [["--from", "-"], "piped\n", "piped"],
      ];
      for (const [args, input, asked] of sources) {
        const { code, out, err } = await program.run([...args, "--no-context", "--endpoint", server.url], { input });
        assert.deepEqual([code, out], [0, "Hello there\n"], err);
        assert.equal(lastPrompt(server), asked);
      }
      await rm(path.join(program.workspace, "question.md"));
    });

    it("takes files and what is piped in along", async () => {
      const { code } = await program.run(["ask", "Explain", "-f", "src/parser.ts:2-3", "-f", "-", "--no-context", "--endpoint", server.url], { input: "a piped log\n" });
      assert.equal(code, 0);
      const prompt = lastPrompt(server);
      assert.match(prompt, /src\/parser\.ts:2-3/);
      assert.match(prompt, /export function parseLine/);
      assert.doesNotMatch(prompt, /Splits a line/);
      assert.match(prompt, /a piped log/);
      assert.match(prompt, /Explain$/);
    });

    it("says nothing but the answer with --quiet", async () => {
      const { out, err } = await program.run(["where is parseLine", "--quiet", "--endpoint", server.url]);
      assert.deepEqual([out, err], ["Hello there\n", ""]);
      const { err: loud } = await program.run(["where is parseLine", "--endpoint", server.url]);
      assert.match(loud, /Code used:\n {2}src\/parser\.ts/);
      const { rows } = await program.run(["where is parseLine", "--quiet", "--json", "--endpoint", server.url]);
      assert.deepEqual(new Set(rows.map((row) => row["type"])), new Set(["started", "citations", "text", "done"]));
    });
  });

  describe("the exit code", () => {
    const codes: readonly [what: string, code: number, args: readonly string[], message: RegExp][] = [
      ["of a wrong option", 2, ["ask", "hi", "--top-p", "3"], /--top-p/],
      ["of an unknown option", 2, ["ask", "hi", "--nonsense"], /unknown option '--nonsense'[\s\S]*See hearth ask --help/],
      ["of a command misspelt", 2, ["modles"], /Did you mean "models"\?/],
      ["of no question", 2, ["ask"], /There is no question/],
      ["of a file that is not there", 2, ["ask", "hi", "-f", "none.ts"], /There is no file none\.ts/],
      ["of a server that is not named", 2, ["ask", "hi", "--backend", "openai"], /--endpoint/],
      ["of a model that is not there", 3, ["ask", "hi", "--model", "./none.gguf"], /Pick a \.gguf file/],
      ["of a folder that is none", 2, ["index", "nowhere"], /is not a folder/],
      ["of a shell without completion", 2, ["completion", "csh"], /bash, zsh, fish/],
    ];
    for (const [what, expected, args, message] of codes) {
      it(`${what} is ${expected}, with the remedy`, async () => {
        const { code, err } = await program.run(args);
        assert.equal(code, expected, err);
        assert.match(err, message);
      });
    }

    it("of a model that the memory has no room for is 4, with what it would take", async () => {
      const file = path.join(folder, "huge.gguf");
      await writeHollowModel(file, "codellama-7b", { layers: 320, contextLength: 131_072 });
      const { code, err } = await program.run(["ask", "hi", "--no-context", "--model", file, "--context-size", "131072", "--gpu-layers", "0", "--threads", "1"]);
      assert.equal(code, 4, err);
      assert.match(err, /not enough memory for huge\.gguf: it needs .* GB/);
    });

    it("of a model that a server does not have is 3", async () => {
      const { code, err } = await program.run(["hi", "--no-context", "--endpoint", server.url, "--model", "none-such"]);
      assert.equal(code, 3, err);
      assert.match(err, /does not have the model[\s\S]*Name /);
    });

    it("of a stopped question is 130", async () => {
      const slow = await FakeServer.start();
      const asked = new Promise<void>((resolve) => {
        slow.json("GET /v1/models", { data: [{ id: "m" }] }).on("POST /v1/chat/completions", (_, response) => {
          beginStream(response);
          resolve();
        });
      });
      const child = program.start(["hi", "--no-context", "--endpoint", slow.url]);
      child.stdin.end();
      await asked;
      process.kill(-child.pid!, "SIGINT");
      assert.deepEqual(await once(child, "close"), [130, null]);
      await slow.stop();
    });
  });

  describe("the backend", () => {
    const nobody = "http://127.0.0.1:9/v1";

    it("is this machine's model when it can be loaded, whatever server stands by", async () => {
      const { code, rows, err } = await program.run(["hi", "--no-context", "--json", ...model], { env: { HEARTH_ENDPOINT: server.url } });
      assert.equal(code, 0, err);
      assert.match(String(rows.at(-1)?.["model"]), /\.gguf$/);
    });

    it("is the server that stands by when it cannot", async () => {
      const { code, rows, err } = await program.run(["hi", "--no-context", "--json"], { env: { HEARTH_ENDPOINT: server.url, HEARTH_SERVER_MODEL: "other" } });
      assert.equal(code, 0, err);
      assert.deepEqual([textOf(rows), rows.at(-1)?.["model"]], ["Hello there", "other"]);
      assert.equal(server.requests("POST /v1/chat/completions").at(-1)?.body["model"], "other");
    });

    it("is the one that --backend names", async () => {
      const env = { HEARTH_ENDPOINT: server.url };
      const there = await program.run(["hi", "--no-context", "--json", "--backend", "openai"], { env });
      assert.equal(there.rows.at(-1)?.["model"], "big-model");
      const here = await program.run(["hi", "--no-context", "--json", "--backend", "native"], { env });
      assert.deepEqual([here.code, here.rows.at(-1)?.["model"]], [0, "ember"]);
    });

    it("gives one message when neither works: what was tried, and what to do about each", async () => {
      const { code, rows } = await program.run(["hi", "--no-context", "--json"], { env: { HEARTH_ENDPOINT: nobody } });
      const errors = rows.filter((row) => row["type"] === "error");
      assert.deepEqual([code, errors.length, errors[0]?.["code"]], [3, 1, "no-engine"]);
      assert.match(String(errors[0]?.["message"]), /phi3-mini is not here[\s\S]*127\.0\.0\.1:9 cannot be reached/);
      assert.match(String(errors[0]?.["remedy"]), /hearth models[\s\S]*Start the server/);
    });

    it("sends the key from the environment, and shows it nowhere", async () => {
      const { out, err } = await program.run(["hi", "--no-context", "--verbose", "--endpoint", server.url], { env: { HEARTH_API_KEY: "sk-very-secret" } });
      assert.equal(server.requests("POST /v1/chat/completions").at(-1)?.headers.authorization, "Bearer sk-very-secret");
      assert.doesNotMatch(out + err, /very-secret/);
    });

    it("serves chat, too", async () => {
      const { code, out } = await program.run(["chat", "--no-context", "--quiet", "--endpoint", server.url], { input: "one\ntwo\n" });
      assert.equal(code, 0);
      assert.equal(out.match(/Hello there/g)?.length, 2);
      const messages = server.requests("POST /v1/chat/completions").at(-1)?.body["messages"] as { content: string }[];
      assert.deepEqual(messages.slice(-3).map(({ content }) => content), ["one", "Hello there", "two"]);
    });
  });

  describe("a download", () => {
    const download = (endpoint: string, ...args: readonly string[]) => ["models", "download", "phi3-mini", "--download-endpoint", endpoint, "--model-dir", path.join(folder, "models"), ...args];

    it("that the server refuses fails with the reason", async () => {
      const hub = await FileServer.start({ content: Buffer.alloc(0), status: 404 });
      const { code, err } = await program.run(download(hub.endpoint));
      assert.equal(code, 1, err);
      assert.match(err, /404/);
      assert.ok(hub.requests.length > 0);
      await hub.stop();
    });

    it("is paused by Ctrl+C, told by its progress, and says how it goes on", async () => {
      const hub = await FileServer.start({ content: Buffer.alloc(2_000_000), announcedLength: 2_393_231_072, slowPiece: 4096 });
      const child = program.start(download(hub.endpoint));
      let err = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        if (!err.includes("Downloading") && (err + text).includes("Downloading")) process.kill(-child.pid!, "SIGINT");
        err += text;
      });
      child.stdin.end();
      assert.deepEqual(await once(child, "close"), [130, null], err);
      assert.match(err, /Downloading phi3-mini … 0 % .* of 2\.39 GB/);
      assert.match(err, /paused: what has come is kept, and the same command goes on from there/);
      await hub.stop();
    });

    it("of a model that is not in the catalog names those that are", async () => {
      const { code, err } = await program.run(["models", "download", "nonsense"]);
      assert.equal(code, 2, err);
      assert.match(err, /nonsense[\s\S]*phi3-mini/);
    });
  });

  describe("its help", () => {
    it("tells the version", async () => {
      const { version } = JSON.parse(readFileSync(path.join(repositoryRoot(), "package.json"), "utf8")) as { version: string };
      for (const flag of ["--version", "-V"]) assert.deepEqual(await program.run([flag]), { code: 0, out: `${version}\n`, err: "", rows: [] });
    });

    it("comes for each command, by --help and by help", async () => {
      for (const command of ["chat", "ask", "index", "search", "map", "models", "serve", "completion"]) {
        const { code, out } = await program.run([command, "--help"]);
        assert.equal(code, 0);
        assert.match(out, new RegExp(`^Usage: hearth ${command}`));
        assert.match(out, /\nExamples:\n/);
        assert.equal((await program.run(["help", command])).out, out);
      }
    });
  });

  it("index and search tell what they do without --quiet alone", async () => {
    const env = { HEARTH_HOME: path.join(folder, "home") };
    assert.match((await program.run(["index"], { env })).out, /: 2 files, /);
    const { out, err } = await program.run(["search", "parseLine", "--limit", "1", "--quiet"], { env });
    assert.match(out, /^src\/parser\.ts:\S+ {2}\d\.\d{3}.*\n$/);
    assert.equal(err, "");
    assert.equal((await readdir(path.join(folder, "home", "index"))).length, 1);
  });

  it("completion makes bash complete commands, options, their values and files", async () => {
    const { code, out } = await program.run(["completion", "bash"]);
    assert.equal(code, 0);
    const script = path.join(folder, "hearth.bash");
    await writeFile(script, out);
    await chmod(script, 0o644);
    const complete = (...words: readonly string[]) =>
      execFileSync("bash", ["--norc", "-c", 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hearth; printf "%s\\n" "${COMPREPLY[@]}"', script, "hearth", ...words], { cwd: program.workspace, encoding: "utf8" })
        .split("\n")
        .filter(Boolean);
    assert.deepEqual(complete("mod"), ["models"]);
    assert.deepEqual(complete("models", ""), ["fit", "inspect", "download"]);
    assert.deepEqual(complete("ask", "--backend", ""), ["auto", "native", "openai"]);
    assert.deepEqual(complete("ask", "--end"), ["--endpoint"]);
    assert.deepEqual(complete("index", "--end"), [], "it has no such option");
    assert.deepEqual(complete("-f", "src/pa"), ["src/parser.ts"]);
    assert.deepEqual(complete("index", "s"), ["src"]);
    assert.deepEqual(complete("models", "download", "phi"), ["phi3-mini"]);
  });

  for (const [shell, begins] of [["zsh", "#compdef hearth\n"], ["fish", "# Completion of hearth for fish"]] as const) {
    it(`completion has a script for ${shell} with every command and option`, async () => {
      const { code, out } = await program.run(["completion", shell]);
      assert.equal(code, 0);
      assert.ok(out.startsWith(begins));
      for (const name of ["models", "inspect", "completion", "embedding-endpoint", "no-context", "qwen2-1.5b"]) assert.ok(out.includes(name), name);
    });
  }
});
