import assert from "node:assert/strict";
import { contributes } from "../../../package.json";
import { engineDefaults } from "../../../src/engine/engineConfig";
import { commandIds } from "../../../src/vscode/commandIds";
import { chatSettings, engineConfig, type Places } from "../../../src/vscode/engineConfig";
import { readSettings, settingNames, type Settings } from "../../../src/vscode/settings";

interface Property {
  readonly default: unknown;
}

const manifest = contributes.configuration.flatMap(({ properties }) => Object.entries(properties) as [string, Property][]);
const places: Places = { home: "/home/ada", hearth: "/home/ada/.hearth", folder: "/code/app" };

function given(values: Readonly<Record<string, unknown>>): { settings: Settings; messages: string[] } {
  const { settings, problems } = readSettings((name) => values[name]);
  return { settings, messages: problems.map(({ message }) => message) };
}

describe("settings", () => {
  it("are those of the manifest, with its defaults", () => {
    assert.deepEqual(settingNames.map((name) => `hearth.${name}`), manifest.map(([key]) => key));
    const { settings, messages } = given({});
    for (const [key, { default: value }] of manifest) assert.deepEqual(settings[key.slice("hearth.".length) as keyof Settings], value, key);
    assert.deepEqual(messages, []);
  });

  it("keep values that are allowed", () => {
    const values = { sampler: "top-k", temperature: 0, topK: 0, seed: 4294967295, gpuLayers: "32", "index.exclude": ["a/**"] };
    const { settings, messages } = given(values);
    assert.deepEqual(messages, []);
    for (const [name, value] of Object.entries(values)) assert.deepEqual(settings[name as keyof Settings], value);
  });

  it("take a number of GPU layers without its quotes", () => {
    const { settings, messages } = given({ gpuLayers: 32 });
    assert.deepEqual([settings.gpuLayers, messages], ["32", []]);
  });

  const refused: readonly [name: keyof Settings, value: unknown, allowed: RegExp][] = [
    ["sampler", "beam", /"greedy", "categorical", "top-k", "top-p"/],
    ["temperature", 5.5, /a number from 0 to 5 or empty/],
    ["temperature", "hot", /a number from 0 to 5 or empty/],
    ["temperature", Number.NaN, /a number from 0 to 5/],
    ["topK", 1.5, /a whole number from 0 to 1000 or empty/],
    ["seed", -1, /a whole number from 0 to 4294967295/],
    ["contextSize", 7, /a whole number from 512 to 131072/],
    ["contextSize", null, /Until then its default is used: 4096\./],
    ["threads", 1000, /from 0 to 256/],
    ["sequences", 0, /a whole number from 1 to 64/],
    ["unloadAfter", 1.5, /a whole number from 0 to 10080/],
    ["savedStatesLimit", -1, /a number from 0 to 10000/],
    ["contextFull", "never", /"summarise", "dropOldest", "ask"/],
    ["turnWindow", 0, /a whole number from 1 to 1000 or empty/],
    ["promptLookup", true, /"off", "on", "auto"/],
    ["kvCacheType", "f32", /"f16", "q8_0", "q4_0"/],
    ["flashAttention", "on", /true or false/],
    ["models.endpoint", null, /It takes text\./],
    ["gpuLayers", "many", /Give `auto`, `max`, or a number of layers/],
    ["gpuLayers", -1, /Give `auto`, `max`, or a number of layers/],
    ["gpuLayers", 1.5, /Give `auto`, `max`, or a number of layers/],
    ["model", 7, /It takes text\./],
    ["model", "  ", /text that is not empty/],
    ["backend", "cloud", /"auto", "native", "openai"/],
    ["server.contextSize", -1, /a whole number from 0 to 1048576/],
    ["server.silenceTimeout", 0, /a whole number from 5 to 3600/],
    ["index.enabled", "yes", /true or false/],
    ["index.exclude", "**/x", /a list of texts/],
    ["modelDirectories", [1], /a list of texts/],
  ];
  for (const [name, value, allowed] of refused) {
    it(`replace ${name} = ${JSON.stringify(value)} by the default and say so`, () => {
      const { settings, messages } = given({ [name]: value });
      assert.equal(messages.length, 1);
      assert.match(messages[0]!, allowed);
      assert.ok(messages[0]!.startsWith(`The setting hearth.${name} cannot be ${JSON.stringify(value)}.`), messages[0]);
      assert.deepEqual(settings[name], given({}).settings[name]);
    });
  }
});

describe("a server's URL", () => {
  const url = (value: unknown) => given({ "server.url": value, "embeddingServer.url": value });

  for (const value of ["", "http://gpu-box:8080/v1", "https://models.example.org", "http://10.0.0.7:8000/", "http://[::1]:8080/v1"]) {
    it(`may be ${JSON.stringify(value)}`, () => assert.deepEqual([url(value).settings["server.url"], url(value).messages], [value, []]));
  }

  for (const value of ["gpu-box:8080", "ftp://gpu-box", "http://ada:hunter2@gpu-box/v1", "http://gpu-box/v1?key=hunter2", "http://gpu box", "http://gpu-box#hunter2"]) {
    it(`may not be ${value}, of which the message tells nothing`, () => {
      const { settings, messages } = url(value);
      assert.deepEqual([settings["server.url"], settings["embeddingServer.url"], messages.length], ["", "", 2]);
      assert.match(messages[0]!, /^The setting hearth\.server\.url cannot be "…"\. Give a URL that begins with http/);
      assert.doesNotMatch(messages.join(), /hunter2/);
    });
  }
});

describe("the engine's config", () => {
  const config = (values: Readonly<Record<string, unknown>>, override?: string, at = places) => engineConfig(given(values).settings, at, override);

  const models: readonly [model: string, resolved: string][] = [
    ["phi3-mini", "phi3-mini"],
    ["~/m/a.gguf", "/home/ada/m/a.gguf"],
    ["models/a.gguf", "/code/app/models/a.gguf"],
    ["a.GGUF", "a.GGUF"],
    ["/abs/a.gguf", "/abs/a.gguf"],
    [" qwen2-1.5b ", "qwen2-1.5b"],
  ];
  for (const [model, resolved] of models) {
    it(`takes the model ${JSON.stringify(model)} as ${resolved}`, () => assert.equal(config({ model }).model, resolved));
  }

  it("takes a relative path from the home folder where no folder is open", () => {
    assert.equal(config({ model: "m/a.gguf" }, undefined, { ...places, folder: undefined }).model, "/home/ada/m/a.gguf");
  });

  it("lets HEARTH_MODEL go before the setting, unless it is empty", () => {
    assert.equal(config({ model: "phi3-mini" }, "codellama-7b").model, "codellama-7b");
    assert.equal(config({ model: "phi3-mini" }, " ").model, "phi3-mini");
  });

  it("reads GPU layers as a word or a number", () => {
    const layers = ["auto", "max", "0", "32", 0, 32].map((gpuLayers) => config({ gpuLayers }).gpuLayers);
    assert.deepEqual(layers, ["auto", "max", 0, 32, 0, 32]);
  });

  it("carries what decides memory, speed and downloads", () => {
    const values = { sequences: 3, unloadAfter: 0, savedStatesLimit: 0.5, kvCacheType: "q8_0", flashAttention: true, promptLookup: "off" };
    const { sequences, unloadAfterMinutes, stateBudgetBytes, stateDirectory, kvCacheType, flashAttention, promptLookup } = config(values);
    assert.deepEqual([sequences, unloadAfterMinutes, stateBudgetBytes], [3, 0, 5e8]);
    assert.deepEqual([kvCacheType, flashAttention, promptLookup], ["q8_0", true, "off"]);
    assert.ok(stateDirectory.startsWith("/home/ada/.hearth/"), stateDirectory);
    const { downloadEndpoint, downloadProxy } = config({ "models.endpoint": " https://mirror.example ", "models.proxy": "http://proxy.example:8080" });
    assert.deepEqual([downloadEndpoint, downloadProxy], ["https://mirror.example", "http://proxy.example:8080"]);
  });

  it("is the engine's own where nothing is set", () => {
    const own = config({});
    const { servers, ...rest } = own;
    assert.deepEqual(rest, { ...engineDefaults, model: own.model, modelDirectories: own.modelDirectories, stateDirectory: own.stateDirectory });
    assert.deepEqual([servers?.backend, servers?.chat.url, servers?.embedding.url], ["auto", "", ""]);
  });

  it("carries the servers, each with its model", () => {
    const urls = { "server.url": "http://gpu-box:8080/v1", "server.model": " qwen ", "embeddingServer.url": "http://gpu-box:8081", "embeddingServer.model": "nomic" };
    assert.deepEqual(config({ ...urls, backend: "openai", "server.contextSize": 16_384, "server.silenceTimeout": 60 }).servers, {
      backend: "openai",
      chat: { url: "http://gpu-box:8080/v1", model: "qwen", contextSize: 16_384, silenceSeconds: 60 },
      embedding: { url: "http://gpu-box:8081", model: "nomic", contextSize: 16_384, silenceSeconds: 60 },
    });
  });

  it("searches the given folders, or Hearth's own", () => {
    assert.deepEqual(config({}).modelDirectories, ["/home/ada/.hearth/models"]);
    assert.deepEqual(config({ modelDirectories: ["~/m", "", "n"] }).modelDirectories, ["/home/ada/m", "/code/app/n"]);
  });
});

describe("chat settings", () => {
  it("leave to the model what was not set", () => {
    assert.deepEqual(chatSettings(given({}).settings, true), { sampling: {}, contextFull: "summarise", useContext: true });
  });

  it("carry what was set, zero included", () => {
    const { settings } = given({ temperature: 0, sampler: "top-p", topP: 0.9, seed: 0, maxTokens: 50, systemPrompt: "Be brief.", contextFull: "ask", turnWindow: 5 });
    assert.deepEqual(chatSettings(settings, false), {
      sampling: { sampler: "top-p", temperature: 0, topP: 0.9, seed: 0 },
      maxTokens: 50,
      systemPrompt: "Be brief.",
      contextFull: "ask",
      turnWindow: 5,
      useContext: false,
    });
  });

  it("use no context where the index is off", () => {
    assert.equal(chatSettings(given({ "index.enabled": false }).settings, true).useContext, false);
  });
});

describe("commands", () => {
  it("are those of the manifest", () => {
    assert.deepEqual([...commandIds].sort(), contributes.commands.map(({ command }) => command).sort());
  });
});

describe("key bindings", () => {
  it("leave Ctrl+Alt alone, which is AltGr and types characters on many keyboards", () => {
    assert.deepEqual(contributes.keybindings.map(({ key }) => key).filter((key) => /ctrl\+(shift\+)?alt/.test(key)), []);
  });
});
