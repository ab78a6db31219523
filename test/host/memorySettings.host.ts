import assert from "node:assert/strict";
import * as vscode from "vscode";
import { halveContext, setMemorySetting } from "../../src/vscode/memorySettings";
import { hearth, set } from "./hearth";

const inspect = (key: string) => vscode.workspace.getConfiguration("hearth").inspect(key);

describe("settings that save memory", () => {
  it("are written where the model is set", async () => {
    const api = await hearth();
    await set("contextSize", undefined);
    await setMemorySetting("gpuLayers", 0);
    await halveContext(4096);
    assert.deepEqual([inspect("gpuLayers")?.workspaceValue, inspect("contextSize")?.workspaceValue], ["0", 2048]);
    assert.deepEqual([api.settings.gpuLayers, api.settings.contextSize], ["0", 2048]);
    await set("gpuLayers", undefined);
    await set("contextSize", undefined);
  });

  it("are written for the machine where a workspace may not have them, though it names the model", async () => {
    assert.notEqual(inspect("model")?.workspaceValue, undefined);
    await setMemorySetting("sequences", 1);
    assert.deepEqual([inspect("sequences")?.globalValue, inspect("sequences")?.workspaceValue], [1, undefined]);
    await vscode.workspace.getConfiguration("hearth").update("sequences", undefined, vscode.ConfigurationTarget.Global);
  });

  it("go no lower than they may", async () => {
    await assert.rejects(halveContext(512), /as small as it can be/);
    await halveContext(600);
    assert.equal(inspect("contextSize")?.workspaceValue, 512);
    await set("contextSize", undefined);
  });
});
