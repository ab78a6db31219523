import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import { generationParameters } from "../../../src/chat/generationParameters";
import { excludedGlobs } from "../../../src/cli/excludedGlobs";
import { engineRanges } from "../../../src/engine/ranges";
import { addCommonOptions, type CliOptions, defaults, readOptions } from "../../../src/cli/options";
import { repositoryRoot } from "../../fixtures/repository";
import { FakeCli } from "./fakes";

function parse(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = "/work folder"): CliOptions {
  const command = addCommonOptions(new Command("test").exitOverride());
  command.parse(args, { from: "user" });
  return readOptions(command, { env, cwd });
}

const good: readonly [args: readonly string[], read: (options: CliOptions) => unknown, expected: unknown][] = [
  [[], ({ engine }) => engine.model, "phi3-mini"],
  [["--model", "qwen2-1.5b"], ({ engine }) => engine.model, "qwen2-1.5b"],
  [["--model", "m.gguf"], ({ engine }) => engine.model, "m.gguf"],
  [["--model", "./m.gguf"], ({ engine }) => engine.model, path.resolve("/work folder/m.gguf")],
  [["--model", "~/m.gguf"], ({ engine }) => engine.model, path.join(homedir(), "m.gguf")],
  [["--model-dir", "~/models", "--model-dir", "~"], ({ engine }) => engine.modelDirectories, [path.join(homedir(), "models"), homedir()]],
  [["--embedding-model", "~/e.gguf"], ({ engine }) => engine.embeddingModel, path.join(homedir(), "e.gguf")],
  [["--model", "sub/m"], ({ engine }) => engine.model, path.resolve("/work folder/sub/m")],
  [["--model-dir", "a", "--model-dir", "/b"], ({ engine }) => engine.modelDirectories, [path.resolve("/work folder/a"), path.resolve("/b")]],
  [["--gpu-layers", "max"], ({ engine }) => engine.gpuLayers, "max"],
  [["--gpu-layers", "0"], ({ engine }) => engine.gpuLayers, 0],
  [["--threads", "1"], ({ engine }) => engine.threads, 1],
  [["--context-size", "512"], ({ engine }) => engine.contextSize, 512],
  [["--kv-cache-type", "q8_0", "--flash-attention"], ({ engine }) => [engine.kvCacheType, engine.flashAttention], ["q8_0", true]],
  [[], ({ engine }) => [engine.kvCacheType, engine.flashAttention, engine.promptLookup], ["f16", false, "auto"]],
  [["--prompt-lookup", "off"], ({ engine }) => engine.promptLookup, "off"],
  [["--download-endpoint", "http://mirror.example/", "--proxy", "http://proxy.example:8080"], ({ engine }) => [engine.downloadEndpoint, engine.downloadProxy], ["http://mirror.example/", "http://proxy.example:8080"]],
  [[], ({ engine }) => [engine.downloadEndpoint, engine.downloadProxy], ["", ""]],
  [["--embedding-model", "e.gguf"], ({ engine }) => engine.embeddingModel, "e.gguf"],
  [["--no-context"], ({ settings }) => settings, { sampling: {}, useContext: false, contextFull: "summarise" }],
  [["--system", ""], ({ settings }) => settings, { sampling: {}, useContext: true, contextFull: "summarise", systemPrompt: "" }],
  [["--temperature", "0.5", "--top-k", "3", "--top-p", "1", "--min-p", ".1"], ({ settings }) => settings.sampling, { temperature: 0.5, topK: 3, topP: 1, minP: 0.1 }],
  [["--repeat-penalty", "1.1", "--seed", "4294967295", "--sampler", "top-p"], ({ settings }) => settings.sampling, { repeatPenalty: 1.1, seed: 4294967295, sampler: "top-p" }],
  [["--max-tokens", "7"], ({ settings }) => settings.maxTokens, 7],
  [["--json", "--verbose", "--workspace", "w"], ({ json, verbose, workspace }) => [json, verbose, workspace], [true, true, ["w"]]],
  [["--workspace", "w", "--workspace", "../v"], ({ workspace }) => workspace, ["w", "../v"]],
];

const bad: readonly [option: string, value: string, allowed: RegExp][] = [
  ["--temperature", "6", /a number from 0 to 5/],
  ["--temperature", "-1", /a number from 0 to 5/],
  ["--temperature", "warm", /a number from 0 to 5/],
  ["--top-k", "1.5", /a whole number from 0 to 1000/],
  ["--top-p", "1.01", /a number from 0 to 1/],
  ["--min-p", "", /a number from 0 to 1/],
  ["--repeat-penalty", "0.1", /a number from 0.5 to 2/],
  ["--seed", "4294967296", /a whole number from 0 to 4294967295/],
  ["--max-tokens", "0", /a whole number from 1 to 32768/],
  ["--sampler", "mirostat", /one of greedy, categorical, top-k, top-p/],
  ["--context-size", "100", /a whole number from 512 to 131072/],
  ["--threads", "0x2", /a whole number from 0 to 256/],
  ["--kv-cache-type", "q5_1", /one of f16, q8_0, q4_0/],
  ["--prompt-lookup", "maybe", /one of off, on, auto/],
  ["--gpu-layers", "some", /auto, max, or a number of layers/],
  ["--model", "", /a name or a path/],
];

describe("command-line options", () => {
  for (const [args, read, expected] of good) {
    it(`reads ${args.join(" ") || "nothing"} as ${JSON.stringify(expected)}`, () => assert.deepEqual(read(parse(args)), expected));
  }

  for (const [option, value, allowed] of bad) {
    it(`refuses ${option} "${value}", naming the option, the value and what is allowed`, async () => {
      const { code, rows } = await new FakeCli().run("ask", "hello", option, value, "--json");
      const message = String(rows[0]?.["message"]);
      assert.equal(code, 2);
      assert.match(message, new RegExp(`${option} .*'${value.replace(".", "\\.")}'`));
      assert.match(message, allowed);
    });
  }

  it("takes HEARTH_MODEL before the default and after --model", () => {
    assert.equal(parse([], { HEARTH_MODEL: "llama3.1-8b" }).engine.model, "llama3.1-8b");
    assert.equal(parse(["--model", "qwen2-1.5b"], { HEARTH_MODEL: "llama3.1-8b" }).engine.model, "qwen2-1.5b");
  });

  it("expands ~ in HEARTH_MODEL", () => {
    assert.equal(parse([], { HEARTH_MODEL: "~/m.gguf" }).engine.model, path.join(homedir(), "m.gguf"));
  });

  it("takes a bare file name for a file of the current folder where there is one", () => {
    const cwd = mkdtempSync(path.join(tmpdir(), "hearth-options-"));
    const file = path.join(cwd, "m.gguf");
    writeFileSync(file, "x");
    assert.equal(parse(["--model", "m.gguf"], {}, cwd).engine.model, file);
    rmSync(cwd, { recursive: true });
  });

  it("keeps models and saved states in HEARTH_HOME", () => {
    const { modelDirectories, stateDirectory } = parse([], { HEARTH_HOME: "/h" }).engine;
    assert.deepEqual([modelDirectories, stateDirectory], [[path.resolve("/h/models")], path.resolve("/h/states")]);
  });

  const sequences: readonly [args: readonly string[], expected: number][] = [
    [["models"], 2],
    [["models", "--sequences", "5"], 5],
    [["models", "fit", "--sequences", "6"], 6],
    [["models", "--sequences", "5", "fit"], 5],
    [["models", "--sequences", "5", "fit", "--sequences", "6"], 6],
    [["ask", "hello"], 1],
  ];
  for (const [args, expected] of sequences) {
    it(`holds ${expected} conversations for ${args.join(" ")}`, async () => {
      const cli = new FakeCli();
      assert.equal((await cli.run(...args, "--json")).code, 0);
      assert.equal(cli.setups[0]?.engine?.sequences, expected);
    });
  }

  it("knows --sequences only where several conversations are held", async () => {
    assert.equal((await new FakeCli().run("ask", "hello", "--sequences", "2")).code, 2);
    assert.equal((await new FakeCli().run("models", "fit", "--sequences", "65")).code, 2);
  });
});

interface ManifestSetting {
  readonly default: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly type: string | readonly string[];
}

describe("option ranges", () => {
  const manifest = JSON.parse(readFileSync(path.join(repositoryRoot(), "package.json"), "utf8")) as {
    contributes: { configuration: { properties: Record<string, ManifestSetting> }[] };
  };
  const settings = Object.assign({}, ...manifest.contributes.configuration.map((group) => group.properties)) as Record<string, ManifestSetting>;

  for (const { name, field, values } of generationParameters) {
    it(`${name} has the manifest's`, () => {
      const setting = settings[`hearth.${field}`]!;
      if ("choices" in values) return assert.deepEqual(values.choices, setting.enum?.filter((value) => value !== null));
      assert.deepEqual([values.minimum, values.maximum], [setting.minimum, setting.maximum]);
      assert.equal(values.integer, setting.type.includes("integer"));
    });
  }

  for (const name of ["contextSize", "threads"] as const) {
    it(`${name} has the manifest's`, () => {
      const setting = settings[`hearth.${name}`]!;
      assert.deepEqual([engineRanges[name].minimum, engineRanges[name].maximum, defaults[name]], [setting.minimum, setting.maximum, setting.default]);
    });
  }

  it("the default model and the excluded globs are the manifest's", () => {
    assert.equal(defaults.model, settings["hearth.model"]?.default);
    assert.deepEqual(excludedGlobs, settings["hearth.index.exclude"]?.default);
  });
});
