import assert from "node:assert/strict";
import Module from "node:module";
import * as vscode from "vscode";
import { hearth, manifest } from "./hearth";
import { note } from "./report";

/** Shared objects that this process has loaded. */
function sharedObjects(): string[] {
  const { sharedObjects: loaded } = process.report.getReport() as { sharedObjects: string[] };
  return loaded;
}

describe("activation", () => {
  it("takes less than 50 ms of its own", async () => {
    const { activationMs } = await hearth();
    note(`activated in ${activationMs.toFixed(1)} ms`);
    assert.ok(activationMs < 50, `${activationMs} ms`);
  });

  it("loads neither a model nor the libraries for models and vectors", async () => {
    const { assistant } = await hearth();
    assert.equal(assistant.engine.state.kind, "idle");
    const loaded = [...Object.keys((Module as unknown as { _cache: object })._cache), ...sharedObjects()];
    assert.deepEqual(loaded.filter((file) => /node-llama-cpp|vectra|libllama|libggml/.test(file)), []);
  });

  it("registers every command of the manifest", async () => {
    await hearth();
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest().contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });
});
