import assert from "node:assert/strict";
import { HearthError } from "../../../../src/common/errors";
import { engineDefaults } from "../../../../src/engine/engineConfig";
import type { ChatBackend, EngineConfig, EngineState, ServerConfig } from "../../../../src/engine/ports";
import { createRoutedEngine } from "../../../../src/engine/remote/routedEngine";
import { FakeEngine } from "../../cli/fakes";
import { beginStream, endChunk, FakeServer, reply, sendEvent, streams, textChunk } from "./fakeServer";
import { answerOf, never, question, RemoteRig, serverConfig } from "./remoteRig";

const completions = "POST /v1/chat/completions";
const missing = new HearthError("model-not-found", "The file is not here.", { remedy: "Download it." });

/** An engine over a fake one of this machine and a scripted server. */
class RoutedRig {
  readonly native = new FakeEngine();
  readonly nativeConfigs: EngineConfig[] = [];
  readonly states: string[] = [];

  constructor(readonly rig: RemoteRig) {
    this.native.configure = (...configs: readonly EngineConfig[]) => {
      this.nativeConfigs.push(...configs);
      return Promise.resolve();
    };
  }

  config(backend: ChatBackend, { chat = {}, embedding = { url: "" }, model = "local" }: { chat?: Partial<ServerConfig>; embedding?: Partial<ServerConfig>; model?: string } = {}): EngineConfig {
    const { url } = this.rig.server;
    return { ...engineDefaults, model, modelDirectories: [], servers: { backend, chat: serverConfig(url, chat), embedding: serverConfig(url, embedding) } };
  }

  engine(config: EngineConfig) {
    const createNative = (native: EngineConfig) => {
      this.nativeConfigs.push(native);
      return this.native;
    };
    const engine = createRoutedEngine({ config, createNative, keys: () => Promise.resolve(undefined), log: this.rig.log });
    engine.onDidChangeState((state) => this.states.push(nameOf(state)));
    return engine;
  }
}

function nameOf(state: EngineState): string {
  if (state.kind === "ready") return `ready ${state.info.id}`;
  return "error" in state ? `${state.kind} ${state.error.code ?? ""}` : state.kind;
}

describe("the engine that chooses between this machine and a server", function () {
  this.timeout(30_000);
  let rig: RemoteRig;
  let routed: RoutedRig;

  beforeEach(async () => {
    rig = await RemoteRig.start();
    rig.server.on(completions, streams(textChunk("From the server."), endChunk()));
    routed = new RoutedRig(rig);
  });
  afterEach(() => rig.stop());

  it("is this machine's alone where no server is named, and that one never sees the servers", async () => {
    const engine = routed.engine(routed.config("auto", { chat: { url: "" } }));
    assert.equal((await answerOf(engine.generate(question("one two"), never))).text, "one two ");
    assert.deepEqual([rig.server.seen.length, "servers" in routed.nativeConfigs[0]!], [0, false]);
    await engine.dispose();
    assert.ok(routed.native.disposed);
  });

  it("takes this machine's model by itself when it can be loaded", async () => {
    const engine = routed.engine(routed.config("auto"));
    assert.equal((await engine.load()).id, "fake");
    assert.equal((await answerOf(engine.generate(question("one two"), never))).text, "one two ");
    assert.equal(rig.server.seen.length, 0, "nothing is sent to a server that is not needed");
    await engine.dispose();
  });

  it("takes the server when this machine's model cannot be loaded, and shows no failure", async () => {
    routed.native.problem = missing;
    const engine = routed.engine(routed.config("auto"));
    assert.equal((await answerOf(engine.generate(question("Hi?"), never))).text, "From the server.");
    assert.ok(engine.state.kind === "ready" && engine.state.info.server === rig.server.url);
    assert.ok(routed.states.every((state) => !/missing|failed/.test(state)), routed.states.join());
    await engine.dispose();
  });

  it("says what was tried when neither works, and what to do about each", async () => {
    routed.native.problem = missing;
    rig.server.json("GET /v1/models", {}, 401);
    const engine = routed.engine(routed.config("auto"));
    await assert.rejects(engine.load(), (error: unknown) => {
      assert.ok(error instanceof HearthError && error.code === "no-engine");
      assert.match(error.message, /This machine: The file is not here\. Server: 127\.0\.0\.1:\d+ answers 401/);
      assert.match(error.remedy ?? "", /For a model on this machine: Download it\. For the server: Set the server's key/);
      return true;
    });
    assert.deepEqual([nameOf(engine.state), routed.states.at(-1)], ["missing no-engine", "missing no-engine"]);
    await engine.dispose();
  });

  it("decides again after neither worked", async () => {
    routed.native.problem = missing;
    rig.server.json("GET /v1/models", {}, 401);
    const engine = routed.engine(routed.config("auto"));
    await assert.rejects(engine.load());
    routed.native.problem = undefined;
    assert.equal((await engine.load()).id, "fake");
    await engine.dispose();
  });

  it("goes back to this machine once its model was downloaded", async () => {
    routed.native.problem = missing;
    const engine = routed.engine(routed.config("auto"));
    assert.equal((await engine.load()).id, "tiny");
    routed.native.problem = undefined;
    for await (const { phase } of engine.download("local", never)) assert.ok(phase);
    assert.equal((await engine.load()).id, "fake");
    await engine.dispose();
  });

  it("asks the server alone where that is what is wanted", async () => {
    const engine = routed.engine(routed.config("openai"));
    assert.deepEqual(engine.state, { kind: "idle", model: rig.server.host });
    assert.equal((await answerOf(engine.generate(question("Hi?"), never))).text, "From the server.");
    assert.equal(routed.native.requests.length, 0);
    await engine.dispose();
  });

  it("does not turn to this machine's model then", async () => {
    rig.server.json("GET /v1/models", {}, 401);
    const engine = routed.engine(routed.config("openai"));
    await assert.rejects(engine.load(), { code: "server-refused" });
    assert.equal(nameOf(engine.state), "failed server-refused");
    await engine.dispose();
  });

  it("needs an address for that", async () => {
    const engine = routed.engine(routed.config("openai", { chat: { url: "" } }));
    await assert.rejects(engine.load(), { code: "bad-setting" });
    await engine.dispose();
  });

  it("leaves the server alone where this machine is wanted", async () => {
    routed.native.problem = missing;
    const engine = routed.engine(routed.config("native"));
    await assert.rejects(engine.load(), { code: "model-not-found" });
    assert.equal(rig.server.seen.length, 0);
    await engine.dispose();
  });

  it("ends the answers of a server that another takes the place of", async () => {
    rig.server.on(completions, (_, response) => {
      beginStream(response);
      sendEvent(response, textChunk("first"));
    });
    const other = await FakeServer.start();
    other.json("GET /v1/models", { data: [{ id: "other", owned_by: "vllm", max_model_len: 100 }] });
    const engine = routed.engine(routed.config("openai"));
    const ends: string[] = [];
    for await (const event of engine.generate(question("Hi?"), never)) {
      if (event.type === "text") await engine.configure(routed.config("openai", { chat: { url: other.url } }));
      if (event.type === "done") ends.push(event.stopReason);
    }
    assert.deepEqual(ends, ["modelChanged"]);
    assert.equal((await engine.load()).id, "other");
    await engine.dispose();
    await other.stop();
  });

  it("keeps the server's answers running when a setting of this machine's model changes", async () => {
    const engine = routed.engine(routed.config("openai"));
    await engine.load();
    await engine.configure({ ...routed.config("openai"), threads: 3 });
    assert.deepEqual([engine.state.kind, routed.nativeConfigs.at(-1)?.threads], ["ready", 3]);
    await engine.dispose();
  });

  it("tries another local model before the server", async () => {
    routed.native.problem = missing;
    const engine = routed.engine(routed.config("auto"));
    assert.equal((await engine.load()).id, "tiny");
    routed.native.problem = undefined;
    await engine.configure(routed.config("auto", { model: "another" }));
    assert.equal((await engine.load()).id, "fake");
    await engine.dispose();
  });

  it("lets this machine's engine let go of conversations, too", async () => {
    const engine = routed.engine(routed.config("openai"));
    await Promise.all([engine.forget("a"), engine.release("b")]);
    assert.deepEqual([routed.native.forgotten, routed.native.released], [["a"], ["b"]]);
    await engine.dispose();
  });

  it("can be stopped while it decides", async () => {
    const stop = new AbortController();
    routed.native.load = () => new Promise(() => undefined);
    const engine = routed.engine(routed.config("auto"));
    setTimeout(() => stop.abort(), 20);
    const { result } = await answerOf(engine.generate(question("Hi?"), stop.signal));
    assert.equal(result?.stopReason, "aborted");
    await engine.dispose();
  });

  it("takes embeddings from their own server, whatever answers questions", async () => {
    rig.server.on("POST /v1/embeddings", ({ body }, response) => reply(response, 200, { data: (body["input"] as string[]).map(() => ({ embedding: [3, 4] })) }));
    const engine = routed.engine(routed.config("native", { embedding: { model: "m" } }));
    const [vector] = await engine.embed(["a"], "raw");
    assert.deepEqual([(await engine.info())?.id, [...vector!].map((value) => Math.round(value * 10))], ["m", [6, 8]]);
    await engine.configure(routed.config("native"));
    assert.notEqual((await engine.info())?.id, "m");
    await engine.dispose();
  });
});
