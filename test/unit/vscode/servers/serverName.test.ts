import assert from "node:assert/strict";
import type { EngineState, ModelInfo, Servers } from "../../../../src/engine/ports";
import { serverLabel, serverName } from "../../../../src/vscode/servers/serverName";
import { certainServers, serversInUse } from "../../../../src/vscode/servers/serversInUse";

const server = (url: string, model = "") => ({ url, model, contextSize: 0, silenceSeconds: 300 });

describe("a server's name", () => {
  const names: readonly [url: string, name: string][] = [
    ["http://gpu-box:8080/v1", "gpu-box"],
    ["https://models.example.org", "models.example.org"],
    ["http://10.0.0.7:8000/v1", "10.0.0.7"],
    ["http://localhost:11434/v1", "localhost:11434"],
    ["http://127.0.0.1:8080/v1", "127.0.0.1:8080"],
  ];
  for (const [url, name] of names) it(`is ${name} at ${url}`, () => assert.equal(serverName(url), name));

  const labels: readonly [model: string, label: string][] = [
    ["qwen", "qwen on gpu-box"],
    ["Qwen/Qwen2.5-Coder-7B-Instruct", "Qwen2.5-Coder-7B-Instruct on gpu-box"],
    ["/models/own.gguf", "own on gpu-box"],
    ["", "gpu-box"],
  ];
  for (const [model, label] of labels) it(`goes with the model ${JSON.stringify(model)} as ${label}`, () => assert.equal(serverLabel(server("http://gpu-box:8080/v1", model)), label));
});

describe("the servers in use", () => {
  const info = (part: Partial<ModelInfo>): EngineState => ({ kind: "ready", info: part as ModelInfo });
  const idle: EngineState = { kind: "idle", model: "m" };
  const chat = server("http://gpu-box:8080/v1");
  const cases: readonly [what: string, backend: Servers["backend"], url: string, state: EngineState, used: boolean][] = [
    ["one that is wanted", "openai", chat.url, idle, true],
    ["one that is wanted and not named", "openai", "", idle, false],
    ["one that may stand in, before anything was asked", "auto", chat.url, idle, false],
    ["one that stands in", "auto", chat.url, info({ server: chat.url }), true],
    ["one whose turn has not come", "auto", chat.url, info({}), false],
    ["one that is never asked", "native", chat.url, idle, false],
  ];
  for (const [what, backend, url, state, used] of cases) {
    it(`tell ${what}`, () => assert.equal(serversInUse({ backend, chat: server(url), embedding: server("") }, state).chat !== undefined, used));
  }

  it("have the embedding server wherever one is named", () => {
    assert.deepEqual(Object.keys(serversInUse({ backend: "native", chat, embedding: chat }, idle)), ["embedding"]);
  });

  it("are certain where nothing else may answer", () => {
    const only = (backend: Servers["backend"], url = chat.url) => certainServers({ backend, chat: server(url), embedding: server("") }).chat?.url;
    assert.deepEqual([only("openai"), only("auto"), only("native"), only("openai", "")], [chat.url, undefined, undefined, undefined]);
  });
});
