import assert from "node:assert/strict";
import * as vscode from "vscode";
import { hearth, manifest, set, until } from "./hearth";

interface Property {
  readonly default: unknown;
}

function properties(): [string, Property][] {
  return manifest().contributes.configuration.flatMap(({ properties: section }) => Object.entries(section) as [string, Property][]);
}

describe("settings", () => {
  it("have the manifest's defaults", async () => {
    const { settings } = await hearth();
    const configuration = vscode.workspace.getConfiguration();
    for (const [key, property] of properties()) {
      const found = configuration.inspect(key);
      assert.ok(found, key);
      assert.deepEqual(found.defaultValue, property.default, key);
      if (found.workspaceValue !== undefined || found.globalValue !== undefined) continue;
      assert.deepEqual(settings[key.slice("hearth.".length) as keyof typeof settings], property.default, key);
    }
  });

  it("count from the moment they change", async () => {
    const api = await hearth();
    await set("temperature", 1.5);
    await until("the new temperature", () => api.settings.temperature === 1.5);
    await set("temperature", undefined);
    await until("the default", () => api.settings.temperature === null);
  });

  it("that cannot be used leave the default in place", async () => {
    const api = await hearth();
    await set("contextSize", 7);
    await set("temperature", 0.25);
    await until("the change after it", () => api.settings.temperature === 0.25);
    assert.equal(api.settings.contextSize, 4096);
    await set("contextSize", undefined);
    await set("temperature", undefined);
  });
});
