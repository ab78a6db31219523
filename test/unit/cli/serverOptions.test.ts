import assert from "node:assert/strict";
import { Command } from "commander";
import { HearthError } from "../../../src/common/errors";
import { addCommonOptions, readOptions } from "../../../src/cli/options";
import { FakeCli } from "./fakes";

function servers(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const command = addCommonOptions(new Command("ask").exitOverride());
  command.parse(args, { from: "user" });
  return readOptions(command, { env, cwd: "/work" }).engine.servers;
}

function chat(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const read = servers(args, env);
  return read && [read.backend, read.chat.url, read.chat.model];
}

const box = "http://gpu-box:8080/v1";
const table: readonly [args: readonly string[], env: NodeJS.ProcessEnv, expected: unknown][] = [
  [[], {}, undefined],
  [["--backend", "native"], { HEARTH_ENDPOINT: box }, undefined],
  [["--backend", "auto"], {}, undefined],
  [["--endpoint", box], {}, ["openai", box, ""]],
  [["--endpoint", `${box}/`], {}, ["openai", box, ""]],
  [["--endpoint", box, "--model", "qwen"], {}, ["openai", box, "qwen"]],
  [["--endpoint", box, "--model", "org/qwen.gguf"], {}, ["openai", box, "org/qwen.gguf"]],
  [["--endpoint", box, "--backend", "auto"], {}, ["auto", box, ""]],
  [["--endpoint", box], { HEARTH_BACKEND: "native" }, ["openai", box, ""]],
  [[], { HEARTH_ENDPOINT: box }, ["auto", box, ""]],
  [[], { HEARTH_ENDPOINT: box, HEARTH_SERVER_MODEL: "qwen", HEARTH_MODEL: "phi3-mini" }, ["auto", box, "qwen"]],
  [["--model", "phi3-mini"], { HEARTH_ENDPOINT: box, HEARTH_SERVER_MODEL: "qwen" }, ["auto", box, "qwen"]],
  [["--model", "./m.gguf"], { HEARTH_ENDPOINT: box }, ["auto", box, ""]],
  [["--model", "gemma"], { HEARTH_ENDPOINT: box, HEARTH_SERVER_MODEL: "qwen" }, ["auto", box, "gemma"]],
  [["--backend", "openai"], { HEARTH_ENDPOINT: box }, ["openai", box, ""]],
  [[], { HEARTH_ENDPOINT: box, HEARTH_BACKEND: "openai" }, ["openai", box, ""]],
  [[], { HEARTH_ENDPOINT: box, HEARTH_BACKEND: "native" }, undefined],
];

const wrong: readonly [args: readonly string[], env: NodeJS.ProcessEnv, message: RegExp][] = [
  [["--backend", "openai"], {}, /needs a server/],
  [["--backend", "native", "--endpoint", box], {}, /uses no server/],
  [["--endpoint", "gpu-box:8080"], {}, /--endpoint is no URL of a server/],
  [["--endpoint", ""], {}, /--endpoint is no URL of a server/],
  [["--embedding-endpoint", "ftp://x"], {}, /--embedding-endpoint is no URL of a server/],
  [[], { HEARTH_ENDPOINT: "nowhere" }, /The variable HEARTH_ENDPOINT is no URL/],
  [[], { HEARTH_BACKEND: "cloud" }, /The variable HEARTH_BACKEND is "cloud"/],
];

describe("options about servers", () => {
  for (const [args, env, expected] of table) {
    it(`reads ${args.join(" ")} with ${JSON.stringify(env)} as ${JSON.stringify(expected)}`, () => assert.deepEqual(chat(args, env), expected));
  }

  for (const [args, env, message] of wrong) {
    it(`refuses ${args.join(" ")} with ${JSON.stringify(env)} as bad use, with a remedy`, () => {
      assert.throws(() => servers(args, env), (error) => error instanceof HearthError && error.code === "bad-use" && error.remedy !== undefined && message.test(error.message));
    });
  }

  it("has a server of embeddings beside the model of this machine", () => {
    const read = servers(["--embedding-endpoint", box, "--embedding-model", "nomic", "--silence-timeout", "7"]);
    const expected = { contextSize: 0, silenceSeconds: 7 };
    assert.deepEqual(read, { backend: "auto", chat: { url: "", model: "", ...expected }, embedding: { url: box, model: "nomic", ...expected } });
  });

  it("passes the context size on, for a server that does not tell its own", () => {
    assert.equal(servers(["--endpoint", box, "--context-size", "9000"])?.chat.contextSize, 9000);
    assert.equal(servers(["--endpoint", box])?.chat.contextSize, 0);
  });

  it("does not show a key that stands in a URL", async () => {
    const url = "http://me:secret@gpu-box:8080/v1";
    const given = await new FakeCli().run("ask", "hello", "--endpoint", url, "--json");
    const cli = new FakeCli();
    cli.env = { ...cli.env, HEARTH_ENDPOINT: url };
    for (const { code, out, err } of [given, await cli.run("ask", "hello", "--json")]) {
      assert.equal(code, 2);
      assert.match(out, /HEARTH_API_KEY/);
      assert.doesNotMatch(out + err, /secret/);
    }
  });
});
