import assert from "node:assert/strict";
import { serializeError } from "../../../../src/common/errors";
import type { EngineState } from "../../../../src/engine/ports";
import { RecentErrors } from "../../../../src/vscode/report/recentErrors";
import { type ReportFacts, reportText } from "../../../../src/vscode/report/reportText";
import { settingRows } from "../../../../src/vscode/report/settingRows";
import { readSettings, settingNames, type Settings } from "../../../../src/vscode/settings";
import { info } from "../../chat/fakes";
import { memoryLog } from "../fakes";

const home = "/home/ada";
const defaults = readSettings(() => undefined).settings;
const ready: EngineState = { kind: "ready", info: { ...info, file: `${home}/models/phi.gguf`, id: "phi.gguf" } };
const summary = { files: 12, chunks: 40, embedded: 3, changed: 0, removed: 0, skipped: { binary: 2 }, elapsedMs: 1 };

function report(part: Partial<ReportFacts> = {}, settings: Partial<Settings> = {}): string {
  return reportText({
    versions: { extension: "0.1.0", editor: "Code 1.104", node: "v22", library: "3.21.1" },
    machine: { platform: "linux x64", cpu: "Some CPU", cores: 8, ramBytes: 16e9, freeRamBytes: 4e9 },
    place: "workspace",
    trusted: true,
    model: ready,
    embeddingModel: "",
    index: { kind: "ready", summary },
    settings: { ...defaults, ...settings },
    defaults,
    errors: [],
    home,
    servers: [],
    ...part,
  });
}

describe("the report", () => {
  it("names versions, machine, model and index", () => {
    const text = report();
    for (const part of ["Hearth: 0.1.0", "Editor: Code 1.104", "node-llama-cpp: 3.21.1", "Some CPU, 8 threads", "16.0 GB", "Model: phi (hash f00d)", "Files: 12, chunks: 40, with vectors: 3", "Left out: binary 2"]) {
      assert.ok(text.includes(part), `${part} in\n${text}`);
    }
    assert.match(text, /differ from their defaults\n\nNone\./);
  });

  it("shows settings that differ, paths from the home folder on, and no text that a person wrote", () => {
    const text = report({}, { model: `${home}/secret project/m.gguf`, systemPrompt: "You are Ada's helper.", "models.proxy": "http://ada:pw@proxy:1", temperature: 0.7, "index.exclude": ["acme-merger/**"] });
    assert.match(text, /hearth\.model: ~\/secret project\/m\.gguf/);
    assert.match(text, /hearth\.systemPrompt: 21 characters/);
    assert.match(text, /hearth\.models\.proxy: set/);
    assert.match(text, /hearth\.temperature: 0\.7/);
    assert.match(text, /hearth\.index\.exclude: 1 entries/);
    assert.doesNotMatch(text, /helper|ada:pw|acme|\/home\/ada/);
  });

  it("has a rule for each setting that takes free text", () => {
    const sentence = "Something that a person wrote, 100 % private";
    const given = Object.fromEntries(settingNames.map((name) => [name, typeof defaults[name] === "string" ? sentence : defaults[name]]));
    for (const row of settingRows(given, defaults, home)) {
      // The model's name and the number of layers are no prose; both are checked where they are read.
      if (!/hearth\.(model|embeddingModel|gpuLayers):/.test(row)) assert.doesNotMatch(row, /private/, row);
    }
  });

  it("has the last warnings and errors, without what people or files say in them", () => {
    const errors = new RecentErrors();
    const { log, lines } = memoryLog();
    const watched = errors.watch(log, () => 0);
    const question = "Why does my divorce lawyer call?";
    const code = "const password = 'hunter2';";
    watched.write("info", `asked: ${question}`);
    watched.write("trace", code);
    let parsing = "";
    try {
      JSON.parse(`${question} ${code}`);
    } catch (error) {
      parsing = `A stored conversation cannot be opened: ${String(error)}`;
    }
    watched.write("warn", parsing);
    watched.write("error", `ENOENT: no such file ${home}/models/x.gguf\n    at ${code}`);
    watched.write("warn", `The answer "${question}" was lost, and \`${code}\` too`);
    watched.write("warn", "Download failed: http://ada:pw@proxy.example/x");
    assert.equal(lines.length, 6, "everything is handed on");
    const text = report({ errors: errors.all });
    assert.match(text, /1970-01-01T00:00:00\.000Z error: ENOENT: no such file ~\/models\/x\.gguf\n/);
    assert.doesNotMatch(text, /divorce|hunter2|ada:pw|\/home\/ada/);
  });

  it("keeps the newest errors only, each one's first line", () => {
    const errors = new RecentErrors();
    const watched = errors.watch({ write: () => undefined });
    for (let i = 0; i < 100; i++) watched.write("warn", `problem ${i}\nsecond line`);
    assert.deepEqual([errors.all.length, errors.all.at(-1)?.message, errors.all[0]?.message], [30, "problem 99", "problem 70"]);
    watched.write("warn", "x".repeat(5000));
    assert.equal(errors.all.at(-1)?.message.length, 300);
  });

  it("names no machine of a server", () => {
    const url = "http://gpu-box.acme.example:8080/v1";
    const errors = new RecentErrors();
    errors.watch({ write: () => undefined }).write("warn", "gpu-box.acme.example:8080 cannot be reached (ECONNREFUSED).");
    const model: EngineState = { kind: "ready", info: { ...info, id: "qwen", device: "server", format: "server", server: url } };
    const text = report({ model, servers: [url, ""], errors: errors.all }, { "server.url": url, "server.model": "qwen", backend: "openai" });
    for (const part of ["Device: a server", "hearth.server.url: set", "… cannot be reached (ECONNREFUSED)", 'hearth.backend: "openai"']) assert.ok(text.includes(part), `${part} in\n${text}`);
    assert.doesNotMatch(text, /gpu-box|acme/);
  });

  it("says why there is no model and no index, in the same way", () => {
    const error = serializeError(new Error(`No file ${home}/m.gguf holds "a secret"\nmore`));
    const text = report({ model: { kind: "missing", model: `${home}/m.gguf`, error }, index: { kind: "failed", error } });
    assert.match(text, /Model: m, missing/);
    assert.equal(text.match(/Error: No file ~\/m\.gguf holds "…"/g)?.length, 2);
    assert.doesNotMatch(text, /secret|more/);
  });
});
