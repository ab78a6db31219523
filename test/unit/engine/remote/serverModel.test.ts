import assert from "node:assert/strict";
import { endChunk, reply, streams, textChunk } from "./fakeServer";
import { answerOf, never, question, RemoteRig } from "./remoteRig";

describe("what a server tells of its model", () => {
  let rig: RemoteRig;

  beforeEach(async () => {
    rig = await RemoteRig.start();
  });
  afterEach(() => rig.stop());

  const list = (model: object) => rig.server.json("GET /v1/models", { object: "list", data: [model] });

  it("llama-server: the context of one slot, and its slots", async () => {
    list({ id: "qwen.gguf", owned_by: "llamacpp", meta: { n_ctx_train: 32768 } });
    rig.server.json("GET /props", { default_generation_settings: { n_ctx: 8192 }, total_slots: 4, build_info: "b6000" });
    const { id, contextSize, trainedContextSize, sequences, libraryVersion } = await rig.chat({ contextSize: 999 }).load();
    assert.deepEqual([id, contextSize, trainedContextSize, sequences, libraryVersion], ["qwen.gguf", 8192, 32768, 4, "b6000"]);
  });

  it("vLLM: max_model_len", async () => {
    list({ id: "Qwen/Qwen2.5-7B", owned_by: "vllm", max_model_len: 16384 });
    rig.server.json("GET /version", { version: "0.11.0" });
    const { contextSize, libraryVersion } = await rig.chat().load();
    assert.deepEqual([contextSize, libraryVersion], [16384, "0.11.0"]);
  });

  it("Hearth: the context, and which model is for chat", async () => {
    const chat = { id: "phi", owned_by: "hearth", role: "chat", max_model_len: 2048, hash: "abc", meta: { n_ctx_train: 4096 } };
    rig.server.json("GET /v1/models", { data: [{ id: "embed", owned_by: "hearth", role: "embedding" }, chat] });
    const first = await rig.chat().load();
    assert.deepEqual([first.id, first.contextSize, first.trainedContextSize], ["phi", 2048, 4096]);
    rig.server.json("GET /v1/models", { data: [{ ...chat, hash: "def" }] });
    assert.notEqual((await rig.chat().load()).hash, first.hash, "another file under the same name is another model");
  });

  describe("Ollama", () => {
    beforeEach(() => {
      list({ id: "llama3:latest", owned_by: "library" });
      rig.server.json("GET /api/version", { version: "0.12" });
      rig.server.json("POST /api/show", { parameters: 'stop "x"\nnum_ctx                        6000', model_info: { "llama.context_length": 131072 } });
    });

    it("tells the context that it is loaded with", async () => {
      rig.server.json("GET /api/ps", { models: [{ name: "llama3:latest", context_length: 8192 }] });
      const { id, contextSize, trainedContextSize } = await rig.chat({ model: "llama3" }).load();
      assert.deepEqual([id, contextSize, trainedContextSize], ["llama3:latest", 8192, 131072]);
    });

    it("tells the context that its file sets", async () => {
      rig.server.json("GET /api/ps", { models: [] });
      assert.equal((await rig.chat().load()).contextSize, 6000);
    });

    it("is asked again once the first question has loaded the model", async () => {
      rig.server.json("GET /api/ps", { models: [] });
      rig.server.on("POST /v1/chat/completions", streams(textChunk("x"), endChunk()));
      const chat = rig.chat();
      assert.equal((await chat.load()).contextSize, 6000);
      rig.server.json("GET /api/ps", { models: [{ model: "llama3:latest", context_length: 2048 }] });
      const told = new Promise<number>((resolve) => chat.onDidChangeState((state) => state.kind === "ready" && resolve(state.info.contextSize)));
      await answerOf(chat.generate(question("Hi?"), never));
      assert.equal(await told, 2048);
      assert.equal((await chat.load()).contextSize, 2048);
    });

    it("is not taken at the trained context, which it does not run with", async () => {
      rig.server.json("POST /api/show", { parameters: "", model_info: { "llama.context_length": 131072 } });
      assert.equal((await rig.chat().load()).contextSize, 4096);
      assert.equal((await rig.chat({ contextSize: 16384 }).load()).contextSize, 16384, "the setting tells, where the server does not");
    });
  });

  it("LM Studio: the context that it is loaded with", async () => {
    list({ id: "gemma", owned_by: "organization_owner" });
    rig.server.json("GET /api/v0/models", { data: [{ id: "gemma", max_context_length: 32768, loaded_context_length: 4000 }] });
    const { contextSize, trainedContextSize } = await rig.chat().load();
    assert.deepEqual([contextSize, trainedContextSize], [4000, 32768]);
  });

  it("any other: what the list says, else the setting, else a cautious one", async () => {
    list({ id: "m", context_length: 5000 });
    assert.equal((await rig.chat({ contextSize: 700 }).load()).contextSize, 5000);
    list({ id: "m" });
    assert.equal((await rig.chat({ contextSize: 700 }).load()).contextSize, 700);
    assert.equal((await rig.chat().load()).contextSize, 4096);
  });

  it("a model that it does not have is named, with those that it has", async () => {
    await assert.rejects(rig.chat({ model: "mine" }).load(), { code: "server-model-missing", message: /does not have the model "mine"/, remedy: "Name one that it has: tiny." });
  });

  it("a server without a list is asked for the model that the settings name", async () => {
    rig.server.on("GET /v1/models", (_, response) => reply(response, 404, { error: { message: "no" } }));
    assert.equal((await rig.chat({ model: "mine" }).load()).id, "mine");
    await assert.rejects(rig.chat().load(), { code: "server-failed" });
  });

  it("something else that speaks HTTP is told apart", async () => {
    rig.server.on("GET /v1/models", (_, response) => reply(response, 200, "<html>Welcome</html>"));
    await assert.rejects(rig.chat().load(), { code: "server-failed", message: /not as a server with OpenAI's API/ });
  });

  const addresses: [url: string, ok: boolean][] = [
    ["http://box:8080", true],
    ["https://box/api/v1/", true],
    ["box:8080", false],
    ["http://user:secret@box", false],
    ["http://box/v1?key=secret", false],
    ["", false],
  ];
  for (const [url, ok] of addresses) {
    it(`${ok ? "takes" : "refuses"} the address "${url}"`, () => {
      if (ok) return assert.doesNotThrow(() => rig.chat({ url }));
      assert.throws(() => rig.chat({ url }), (error: Error) => !error.message.includes("secret") && "code" in error && error.code === "bad-setting");
    });
  }

  it("several that wait are one question to the server, and one that leaves takes nobody with it", async () => {
    const chat = rig.chat();
    const stop = new AbortController();
    const [left, ...stayed] = [chat.load(stop.signal), chat.load(), chat.load(never)];
    stop.abort();
    await assert.rejects(left, { name: "AbortError" });
    await Promise.all(stayed);
    assert.equal(rig.server.requests("GET /v1/models").length, 1);
  });
});
