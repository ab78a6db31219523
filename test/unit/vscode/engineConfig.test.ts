import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { engineConfig } from "../../../src/vscode/engineConfig";
import { readSettings } from "../../../src/vscode/settings";

describe("the engine's configuration", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-config-"));
    await writeFile(path.join(folder, "here.gguf"), "x");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const names: [given: string, expected: (home: string, folder: string) => string, what: string][] = [
    ["phi3-mini", () => "phi3-mini", "an id"],
    ["here.gguf", (_, folder) => path.join(folder, "here.gguf"), "a file of the workspace folder"],
    ["elsewhere.gguf", () => "elsewhere.gguf", "a bare name that the engine looks for in the model folders"],
    ["sub/m.gguf", (_, folder) => path.join(folder, "sub/m.gguf"), "a relative path"],
    ["~/m.gguf", (home) => path.join(home, "m.gguf"), "a path in the home folder"],
  ];
  for (const [given, expected, what] of names) {
    it(`takes ${given} for ${what}`, () => {
      const { settings } = readSettings((name) => (name === "model" || name === "embeddingModel" ? given : undefined));
      const home = path.resolve("/home/ada");
      const wanted = expected(home, folder);
      const config = engineConfig(settings, { home, hearth: path.join(home, ".hearth"), folder });
      assert.deepEqual([config.model, config.embeddingModel], [wanted, wanted]);
      assert.equal(engineConfig(settings, { home, hearth: home, folder }, given).model, wanted);
    });
  }
});
