import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Emitter } from "../../../src/common/emitter";
import { engineDefaults } from "../../../src/engine/engineConfig";
import type { FitReport, ModelReport } from "../../../src/engine/modelReports";
import type { Engine, EngineConfig, EngineState, GenerateEvent, GenerateRequest, ModelInfo } from "../../../src/engine/ports";
import { RestartableEngine } from "../../../src/vscode/restartableEngine";

const config: EngineConfig = { ...engineDefaults, model: "m", modelDirectories: [], embeddingModel: "e" };
const request = {} as GenerateRequest;
const never = new AbortController().signal;

/** Notes each request that would start its process. Its end is the test's to give. */
class FakeEngine implements Engine {
  readonly #changed = new Emitter<EngineState>();
  readonly onDidChangeState = this.#changed.subscribe;
  readonly state: EngineState = { kind: "idle", model: "m" };
  readonly requests: string[] = [];
  readonly #end = Promise.withResolvers<void>();
  disposed = false;
  readonly end = () => this.#end.resolve();
  readonly fail = () => this.#end.reject(new Error("stuck"));

  load = () => this.#note("load", {} as ModelInfo);
  measure = () => this.#note("measure", { promptTokens: 0, contextSize: 0, turnTokens: [], contextTokens: [] });
  resume = () => this.#note("resume", { tokens: 0, restoredTokens: 0, evaluatedTokens: 0 });
  release = () => Promise.resolve();
  discardDownload = () => this.#note("discardDownload", undefined);
  fit = () => this.#note("fit", {} as FitReport);
  inspect = () => this.#note("inspect", {} as ModelReport);
  countTokens = () => this.#note("countTokens", []);
  forget = () => Promise.resolve();
  info = () => this.#note("info", undefined);
  embed = () => this.#note("embed", []);
  configure = () => Promise.resolve();
  models = () => this.#note("models", []);

  async *generate(): AsyncGenerator<GenerateEvent, void, undefined> {
    yield await this.#note("generate", { type: "text", text: "x" });
  }

  async *download() {
    yield await this.#note("download", { receivedBytes: 0, totalBytes: 0, phase: "verify" } as const);
  }

  dispose(): Promise<void> {
    this.disposed = true;
    return this.#end.promise;
  }

  #note<T>(name: string, result: T): Promise<T> {
    this.requests.push(name);
    return Promise.resolve(result);
  }
}

function start() {
  const engines: FakeEngine[] = [];
  const make = () => {
    const engine = new FakeEngine();
    engines.push(engine);
    return engine;
  };
  return { engine: new RestartableEngine(make, config), engines };
}

/** Everything that may start the process. */
const all = (engine: Engine): Promise<unknown>[] => [
  ...[engine.load(), engine.measure(request), engine.countTokens([]), engine.info(), engine.embed([], "query"), engine.models()],
  ...[engine.resume(request), engine.fit({}), engine.inspect("m"), engine.discardDownload("m")],
  ...[drain(engine.generate(request, never)), drain(engine.download("m", never))],
];

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}

describe("RestartableEngine", () => {
  for (const end of ["end", "fail"] as const) {
    it(`starts the new engine only when the old process has ended${end === "fail" ? ", or could not be ended" : ""}`, async () => {
      const { engine, engines } = start();
      const restarting = engine.restart();
      const [first, second] = [engines[0]!, engines[1]!];
      const requests = all(engine);
      await nextTurn();
      assert.deepEqual([first.disposed, first.requests, second.requests], [true, [], []]);
      first[end]();
      if (end === "fail") await assert.rejects(restarting, /stuck/);
      else await restarting;
      await Promise.all(requests);
      assert.equal(second.requests.length, requests.length);
      assert.deepEqual(first.requests, []);
    });
  }

  it("waits for every earlier process when it is restarted twice", async () => {
    const { engine, engines } = start();
    const restarts = [engine.restart(), engine.restart()];
    const loading = engine.load();
    engines[1]!.end();
    await nextTurn();
    assert.deepEqual(engines.map(({ requests }) => requests.length), [0, 0, 0]);
    engines[0]!.end();
    await Promise.all([...restarts, loading]);
    assert.deepEqual(engines.map(({ requests }) => requests.length), [0, 0, 1]);
  });

  it("stops waiting when it is told to", async () => {
    const { engine, engines } = start();
    const restarting = engine.restart();
    await assert.rejects(engine.load(AbortSignal.abort()), { name: "AbortError" });
    engines[0]!.end();
    await restarting;
  });
});
