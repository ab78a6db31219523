import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Log } from "../../../src/common/log";
import { createEngine } from "../../../src/engine/supervisor";
import { engineEntry } from "../../fixtures/engineEntry";
import { testConfig } from "./testRuntime";

describe("the engine process's texts", function () {
  this.timeout(60_000);
  let entry: string;
  let folder: string;

  before(async () => {
    entry = await engineEntry();
    folder = await mkdtemp(path.join(tmpdir(), "hearth-texts-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** What loading a model that is not there says, and what was logged as a warning. */
  async function missing(translations: string | undefined): Promise<{ readonly text: string; readonly warnings: readonly string[] }> {
    const warnings: string[] = [];
    const log: Log = {
      write: (level, message) => {
        if (level === "warn") warnings.push(message);
      },
    };
    const engine = createEngine({ entry, config: testConfig("/nowhere/some.gguf"), log, translations });
    try {
      const text = await engine.load().then(
        () => "loaded",
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      return { text, warnings };
    } finally {
      await engine.dispose();
    }
  }

  async function bundle(content: string): Promise<string> {
    const file = path.join(folder, "bundle.l10n.xx.json");
    await writeFile(file, content);
    return file;
  }

  it("are those of the bundle that it was given", async () => {
    const { text, warnings } = await missing(await bundle(JSON.stringify({ "There is no model file {0}.": "Es gibt keine Modelldatei {0}." })));
    assert.deepEqual([text, warnings], ["Es gibt keine Modelldatei /nowhere/some.gguf.", []]);
  });

  it("are English without one", async () => {
    assert.equal((await missing(undefined)).text, "There is no model file /nowhere/some.gguf.");
  });

  for (const [what, content] of [
    ["no JSON", "{"],
    ["no list of texts", "[]"],
  ] as const) {
    it(`are English, and the log says why, with a bundle that is ${what}`, async () => {
      const { text, warnings } = await missing(await bundle(content));
      assert.equal(text, "There is no model file /nowhere/some.gguf.");
      assert.match(warnings.join("\n"), /bundle\.l10n\.xx\.json could not be read, so they stay in English/);
    });
  }
});
