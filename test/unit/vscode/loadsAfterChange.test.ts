import assert from "node:assert/strict";
import { engineDefaults } from "../../../src/engine/engineConfig";
import type { EngineConfig, EngineState } from "../../../src/engine/ports";
import { loadsAfterChange } from "../../../src/vscode/loadsAfterChange";
import { ready } from "./fakes";

const model = "phi3-mini";
const error = { name: "HearthError", message: "No memory." };
const server = { url: "http://gpu-box/v1", model: "", contextSize: 0, silenceSeconds: 300 };
const servers = { backend: "auto", chat: server, embedding: server } as const;
const before: EngineConfig = { ...engineDefaults, model, modelDirectories: [], servers };

describe("a change of the settings", () => {
  const cases: readonly [what: string, state: EngineState, change: Partial<EngineConfig>, loads: boolean][] = [
    ["leaves a model that was unloaded so", { kind: "idle", model }, { unloadAfterMinutes: 5 }, false],
    ["loads another model", { kind: "idle", model }, { model: "qwen2-1.5b" }, true],
    ["loads the model with another context", { kind: "idle", model }, { contextSize: 2048 }, true],
    ["asks another server", { kind: "idle", model }, { servers: { ...servers, chat: { ...server, model: "qwen" } } }, true],
    ["leaves the same servers alone", { kind: "idle", model }, { servers: { ...servers } }, false],
    ["tries one again that failed", { kind: "failed", model, error }, {}, true],
    ["looks again for one that was missing", { kind: "missing", model, error }, {}, true],
    ["leaves one that is loaded alone", ready(), {}, false],
  ];
  for (const [what, state, change, loads] of cases) it(what, () => assert.equal(loadsAfterChange(state, before, { ...before, ...change }), loads));
});
