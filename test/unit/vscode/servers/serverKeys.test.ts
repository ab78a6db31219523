import assert from "node:assert/strict";
import type { Servers } from "../../../../src/engine/ports";
import { editorKeys } from "../../../../src/vscode/servers/editorKeys";
import { ServerKeyStore } from "../../../../src/vscode/servers/serverKeyStore";

const chat = "http://gpu-box:8080/v1";
const embedding = "http://other-box:8081/v1";

/** A store over maps, with all that was written to the state that is no secret. */
function someStore() {
  const secrets = new Map<string, string>();
  const state = new Map<string, unknown>();
  const store = new ServerKeyStore(
    {
      get: (key) => Promise.resolve(secrets.get(key)),
      store: (key, value) => Promise.resolve(void secrets.set(key, value)),
      delete: (key) => Promise.resolve(void secrets.delete(key)),
    },
    { get: <T>(key: string) => state.get(key) as T, update: (key, value) => Promise.resolve(void state.set(key, value)) },
  );
  return { store, secrets, state };
}

function keys(store: ServerKeyStore, part: { chat?: string; env?: NodeJS.ProcessEnv; workspaces?: boolean } = {}) {
  const server = (url: string) => ({ url, model: "", contextSize: 0, silenceSeconds: 300 });
  const servers: Servers = { backend: "openai", chat: server(part.chat ?? chat), embedding: server(embedding) };
  return editorKeys({ store, servers: () => servers, env: part.env ?? {}, isWorkspaces: () => part.workspaces ?? false });
}

describe("keys of servers", () => {
  it("are for one host and port, whatever stands behind them", async () => {
    const { store } = someStore();
    await store.set(chat, "k1");
    const found = await Promise.all(["http://gpu-box:8080/other", "http://gpu-box:8081/v1", "https://gpu-box:8080/v1", "http://stranger:8080/v1", ""].map((url) => store.of(url)));
    assert.deepEqual(found, ["k1", undefined, undefined, undefined, undefined]);
  });

  it("stand in the secrets alone; which servers have one is kept beside them", async () => {
    const { store, state } = someStore();
    await store.set(chat, "k1");
    await store.set(embedding, "k2");
    assert.deepEqual(store.origins, ["http://gpu-box:8080", "http://other-box:8081"]);
    assert.doesNotMatch(JSON.stringify([...state]), /k1|k2/);
  });

  it("are forgotten", async () => {
    const { store, secrets } = someStore();
    await store.set(chat, "k1");
    await store.forget("http://gpu-box:8080");
    assert.deepEqual([store.origins, secrets.size, await store.of(chat)], [[], 0, undefined]);
  });

  it("go to the server of their role, the kept one before that of the environment", async () => {
    const { store } = someStore();
    await store.set(chat, "k1");
    const ask = keys(store, { env: { HEARTH_API_KEY: "e1", HEARTH_EMBEDDING_API_KEY: "e2" } });
    assert.deepEqual([await ask("chat"), await ask("embedding")], ["k1", "e2"]);
  });

  it("do not follow a URL that leads elsewhere by now", async () => {
    const { store } = someStore();
    await store.set(chat, "k1");
    assert.equal(await keys(store, { chat: "http://stranger/v1" })("chat"), undefined);
  });

  it("are those of the server that is asked, when the settings have left it", async () => {
    const { store } = someStore();
    await store.set(chat, "k1");
    await store.set("http://next/v1", "k2");
    const ask = keys(store, { chat: "http://next/v1", env: { HEARTH_API_KEY: "e1" } });
    assert.deepEqual([await ask("chat", chat), await ask("chat", "http://next/v1"), await ask("chat", "http://gone/v1")], ["k1", "k2", undefined]);
  });

  it("of the environment do not go to a server that a workspace names", async () => {
    const { store } = someStore();
    const env = { HEARTH_API_KEY: "e1" };
    assert.deepEqual([await keys(store, { env, workspaces: true })("chat"), await keys(store, { env })("chat")], [undefined, "e1"]);
  });
});
