import assert from "node:assert/strict";
import { mkdir, mkdtemp, open, readFile, rm, truncate, writeFile, copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { HearthError } from "../../../src/common/errors";
import { silentLog } from "../../../src/common/log";
import type { Engine, EngineConfig, EngineState, GenerateRequest } from "../../../src/engine/ports";
import { createEngine } from "../../../src/engine/supervisor";
import { engineEntry } from "../../fixtures/engineEntry";
import { testModel } from "../../fixtures/models";
import { childrenRunning } from "./engineChildren";
import { stateWhen } from "./stateWhen";
import { answer, testConfig, warm } from "./testRuntime";

interface Started {
  readonly engine: Engine;
  readonly states: string[];
  /** Ids of the engine processes that live. */
  readonly children: () => number[];
}

function request(user: string, options: Partial<GenerateRequest> = {}): GenerateRequest {
  return { conversation: "a", system: "Short.", turns: [{ id: "0", user }], sampling: { ...warm, seed: 3 }, maxTokens: 8, ...options };
}

function stateText(state: EngineState): string {
  return state.kind === "loading" ? "loading" : state.kind;
}

describe("engine process", function () {
  this.timeout(120_000);
  const engines: Engine[] = [];
  let entry: string;
  let folder: string;

  before(async () => {
    entry = await engineEntry();
    folder = await mkdtemp(path.join(tmpdir(), "hearth-engine-"));
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.dispose();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function start(model: string, options: Partial<EngineConfig> = {}): Started {
    const engine = createEngine({ entry, config: testConfig(model, options), log: silentLog });
    engines.push(engine);
    const states: string[] = [];
    engine.onDidChangeState((state) => {
      if (states.at(-1) !== stateText(state)) states.push(stateText(state));
    });
    return { engine, states, children: () => childrenRunning(entry) };
  }

  it("starts no process before the first request", async () => {
    const { engine, children } = start(await testModel("phi3"));
    assert.deepEqual([engine.state.kind, children().length], ["idle", 0]);
    await engine.forget("a");
    assert.equal(await engine.info(), undefined);
    assert.equal(children().length, 0);
  });

  it("loads on demand, tells its progress, and answers", async () => {
    const { engine, states, children } = start(await testModel("phi3"));
    const result = await answer(engine, request("Hi"));
    assert.ok(result.events.some((event) => event.type === "load"));
    assert.ok(result.events.some((event) => event.type === "prefill"));
    assert.ok(result.tokens.length > 0);
    const { info } = (await stateWhen(engine, ({ kind }) => kind === "ready")) as Extract<EngineState, { kind: "ready" }>;
    assert.deepEqual(states, ["loading", "ready"]);
    assert.deepEqual([info.format, info.device, info.threads, info.contextSize, info.sequences], ["phi3", "cpu", 1, 2048, 1]);
    assert.equal(result.modelHash, info.hash);
    assert.equal(children().length, 1);
    assert.deepEqual(await engine.countTokens(["Hello"]), [1]);
  });

  it("comes back after it was killed in mid-answer, with the history whole", async () => {
    const { engine, states, children } = start(await testModel("phi3", { endOfTurn: "never" }));
    const first = await answer(engine, request("One"));
    const turns = [{ id: "0", user: "One", answer: { text: first.text, tokens: first.tokens, modelHash: first.modelHash } }, { id: "1", user: "Two" }];
    const killed = answer(engine, request("", { turns, maxTokens: 1500 }), undefined, (event) => {
      if (event.type === "text") for (const pid of children()) process.kill(pid, "SIGKILL");
    });
    await assert.rejects(killed, (error) => {
      assert.ok(error instanceof HearthError);
      assert.equal(error.code, "engine-stopped");
      assert.match(error.message, /stopped unexpectedly.*SIGKILL/);
      assert.match(error.remedy ?? "", /ask once more/);
      return true;
    });
    const again = await answer(engine, request("", { turns }));
    await stateWhen(engine, ({ kind }) => kind === "ready");
    assert.deepEqual(states, ["loading", "ready", "restarting", "loading", "ready"]);
    const fresh = start(await testModel("phi3", { endOfTurn: "never" })).engine;
    const expected = await fresh.measure(request("", { turns }));
    assert.equal(again.stats.promptTokens, expected.promptTokens);
    assert.equal(again.stats.reusedTokens, 0);
    assert.ok(again.stats.promptTokens > first.stats.promptTokens + first.tokens.length);
  });

  it("loads again by itself when it dies idle", async () => {
    const { engine, children } = start(await testModel("phi3"));
    await engine.load();
    for (const pid of children()) process.kill(pid, "SIGKILL");
    await stateWhen(engine, ({ kind }) => kind === "restarting");
    await stateWhen(engine, ({ kind }) => kind === "ready");
    assert.equal(children().length, 1);
  });

  it("gives up after three deaths, until it is asked to load", async () => {
    const { engine, children } = start(await testModel("phi3"));
    await engine.load();
    for (let death = 1; death <= 3; death++) {
      for (const pid of children()) process.kill(pid, "SIGKILL");
      await stateWhen(engine, ({ kind }) => kind !== "ready");
      await stateWhen(engine, ({ kind }) => kind === (death < 3 ? "ready" : "failed"));
    }
    await assert.rejects(answer(engine, request("Hi")), /stopped 3 times within a minute/);
    assert.equal((await engine.load()).format, "phi3");
    assert.ok((await answer(engine, request("Hi"))).tokens.length > 0);
  });

  const broken: [name: string, make: (file: string) => Promise<unknown>, state: string, message: RegExp][] = [
    ["a truncated file", makeTruncated, "failed", /is cut off: \d+ of its \d+ bytes are missing/],
    ["a file cut in its header", makeHeaderOnly, "failed", /./],
    ["a file that is no GGUF", (file) => writeFile(file, "PK not a model".repeat(100)), "failed", /not a GGUF|GGUF/],
    ["an empty file", (file) => writeFile(file, ""), "failed", /is empty/],
    ["a missing file", () => Promise.resolve(), "missing", /no model file/],
    ["a folder", (file) => mkdir(file), "failed", /is a folder/],
    ["an architecture that llama.cpp does not know", makeUnknown, "failed", /could not be loaded/],
  ];
  for (const [name, make, state, message] of broken) {
    it(`says what is wrong with ${name}, and goes on`, async () => {
      const file = path.join(folder, `${name.replaceAll(" ", "-")}.gguf`);
      await make(file);
      const { engine, children } = start(file);
      await assert.rejects(engine.load(), (error) => {
        assert.ok(error instanceof HearthError, String(error));
        assert.match(error.code, /^model-(not-found|invalid|load-failed)$/);
        assert.match(error.message, message);
        assert.ok(error.remedy);
        return true;
      });
      assert.equal(engine.state.kind, state);
      const [pid] = children();
      await assert.rejects(answer(engine, request("Hi")), message);
      await engine.configure(testConfig(await testModel("phi3")));
      assert.ok((await answer(engine, request("Hi"))).tokens.length > 0);
      assert.deepEqual(children(), [pid], "the same process went on");
    });
  }

  it("ends an answer when the model changes, and answers with the new one", async () => {
    const { engine, states } = start(await testModel("phi3", { endOfTurn: "never" }));
    const other = testConfig(await testModel("qwen2"));
    let configured: Promise<void> | undefined;
    const cut = await answer(engine, request("Hi", { maxTokens: 1500 }), undefined, (event) => {
      if (event.type === "text") configured ??= engine.configure(other);
    });
    await configured;
    assert.equal(cut.stopReason, "modelChanged");
    assert.ok(cut.tokens.length > 0);
    const turns = [{ id: "0", user: "Hi", answer: { text: cut.text, tokens: cut.tokens, modelHash: cut.modelHash } }, { id: "1", user: "On." }];
    const next = await answer(engine, request("", { turns }));
    assert.notEqual(next.modelHash, cut.modelHash);
    assert.equal((await engine.load()).format, "chatml");
    assert.deepEqual(states, ["loading", "ready", "idle", "loading", "ready"]);
  });

  it("changes nothing for the same configuration, and keeps the model when only the embedding model changes", async () => {
    const model = await testModel("phi3");
    const { engine, states } = start(model);
    const first = await answer(engine, request("Hi"));
    await engine.load();
    await engine.configure(testConfig(model));
    await engine.configure(testConfig(model, { embeddingModel: await testModel("bert") }));
    const again = await answer(engine, request("Hi"));
    assert.equal(again.stats.reusedTokens, first.stats.promptTokens - 1);
    assert.deepEqual(states, ["loading", "ready"]);
  });

  it("gives a load that was overtaken the new model", async () => {
    const { engine } = start(await testModel("phi3"));
    const loading = engine.load();
    await engine.configure(testConfig(await testModel("qwen2")));
    assert.equal((await loading).format, "chatml");
    const state = await stateWhen(engine, ({ kind }) => kind === "ready");
    assert.ok(state.kind === "ready" && state.info.format === "chatml");
  });

  it("stops while it loads with a done event", async () => {
    const { engine } = start(await testModel("phi3"));
    const abort = new AbortController();
    const stopped = await answer(engine, request("Hi"), abort.signal, (event) => {
      if (event.type === "load") abort.abort();
    });
    assert.equal(stopped.stopReason, "aborted");
    assert.equal(stopped.stats.evaluatedTokens, 0);
    assert.equal((await engine.load()).format, "phi3", "the load itself went on");
  });

  it("embeds with vectors of length one, whatever the texts' length", async () => {
    const { engine, states } = start(await testModel("phi3"), { embeddingModel: await testModel("bert") });
    const info = await engine.info();
    assert.ok(info);
    const texts = ["function add(a, b)", "a red fox", "word ".repeat(5000), ""];
    const vectors = await engine.embed(texts, "document");
    assert.deepEqual(vectors.map(({ length }) => length), texts.map(() => info.dimensions));
    const lengths = vectors.map((vector) => Math.hypot(...vector));
    for (const length of lengths.slice(0, 3)) assert.ok(Math.abs(length - 1) < 1e-5);
    assert.equal(lengths[3], 0);
    assert.deepEqual(await engine.embed(["a red fox"], "document"), [vectors[1]]);
    assert.notDeepEqual(vectors[0], vectors[1]);
    assert.deepEqual(states, [], "the chat model was not loaded for it");
  });

  it("says so when the embedding model is none", async () => {
    const { engine } = start(await testModel("phi3"), { embeddingModel: await testModel("qwen2") });
    await assert.rejects(engine.embed(["x"], "query"), /is not an embedding model/);
  });

  it("lists the catalog and the models of a folder without loading one", async () => {
    const file = path.join(folder, "own.gguf");
    await copyFile(await testModel("phi3"), file);
    const { engine, states } = start("phi3-mini", { modelDirectories: [folder] });
    const models = await engine.models();
    assert.ok(models.some(({ id }) => id === "phi3-mini"));
    assert.ok(models.some((model) => model.file === file && model.role === "chat"));
    assert.deepEqual(states, []);
    const { id, standsInFor } = await engine.load();
    assert.deepEqual([id, standsInFor], ["ember", "phi3-mini"]);
    await engine.configure(testConfig("phi3-mini", { modelDirectories: [folder], standIn: false }));
    await assert.rejects(engine.load(), /not here yet/);
    assert.equal(engine.state.kind, "missing");
  });

  it("refuses an embedding model as chat model", async () => {
    const file = await testModel("bert");
    const { engine } = start(file);
    await assert.rejects(answer(engine, request("Hi")), (error) => {
      assert.ok(error instanceof HearthError, String(error));
      assert.equal(error.code, "bad-setting");
      assert.ok(error.message.startsWith(`${file} is an embedding model`), error.message);
      assert.match(error.remedy ?? "", /embeddingModel.*phi3-mini/);
      return true;
    });
    assert.equal((await stateWhen(engine, ({ kind }) => kind === "failed")).kind, "failed");
  });

  it("refuses a configuration that is out of range", async () => {
    const model = await testModel("phi3");
    const { engine } = start(model);
    await assert.rejects(engine.configure(testConfig(model, { contextSize: 1 })), /contextSize is 1; it has to be a whole number from 512 to 131072/);
    await assert.rejects(engine.configure(testConfig(model, { gpuLayers: "all" as "max" })), /gpuLayers is "all"/);
    assert.throws(() => start("  "), /model is empty/);
  });

  it("leaves no process when it is disposed, and refuses further work", async () => {
    const { engine, children } = start(await testModel("phi3", { endOfTurn: "never" }));
    let disposing: Promise<void> | undefined;
    const running = answer(engine, request("Hi", { maxTokens: 1500 }), undefined, (event) => {
      if (event.type === "text") disposing ??= engine.dispose();
    });
    const { stopReason } = await running;
    assert.equal(stopReason, "aborted");
    await disposing;
    assert.deepEqual(children(), []);
    await assert.rejects(engine.load(), /was closed/);
  });

  it("can be disposed while it loads", async () => {
    const { engine, children } = start(await testModel("phi3"));
    const loading = engine.load();
    await stateWhen(engine, (state) => state.kind === "loading" && state.fraction > 0);
    await Promise.all([assert.rejects(loading, /was closed/), engine.dispose()]);
    assert.deepEqual(children(), []);
  });

  it("kills a process that does not end by itself", async () => {
    const { engine, children } = start(await testModel("phi3", { endOfTurn: "never" }));
    await engine.load();
    const [pid = 0] = children();
    process.kill(pid, "SIGSTOP");
    await engine.dispose();
    assert.deepEqual(children(), []);
  });

  async function makeTruncated(file: string): Promise<void> {
    await copyFile(await testModel("phi3"), file);
    await truncate(file, 5_000_000);
  }

  async function makeUnknown(file: string): Promise<void> {
    const bytes = await readFile(await testModel("phi3"), "latin1");
    await writeFile(file, bytes.replaceAll("phi3", "phi9"), "latin1");
  }

  async function makeHeaderOnly(file: string): Promise<void> {
    await copyFile(await testModel("phi3"), file);
    const handle = await open(file, "r+");
    await handle.truncate(3000);
    await handle.close();
  }
});
