import assert from "node:assert/strict";
import { silentLog } from "../../../src/common/log";
import type { ChatEngineOptions } from "../../../src/engine/chatEngine";
import { EngineHost } from "../../../src/engine/engineHost";
import { NativeLlama } from "../../../src/engine/llama";
import type { EngineConfig } from "../../../src/engine/ports";
import type { LlamaRuntime } from "../../../src/engine/runtime";
import { createEngine } from "../../../src/engine/supervisor";
import { engineEntry } from "../../fixtures/engineEntry";
import { testModel } from "../../fixtures/models";
import { childrenRunning } from "./engineChildren";
import { FakeClock } from "./fakeClock";
import { FakeRow } from "./fakeRow";
import { FakeStates } from "./fakeStates";
import { Panel, question } from "./panel";
import { filesIn, openTest, strictLog, testContent, testIdentity } from "./stateRig";
import { temporaryFolder } from "./temporaryFolder";
import { answer, lentLlama, testConfig, TestRuntime, warm } from "./testRuntime";

const never = new AbortController().signal;
const later = 1e8;

/** Saves one state of each conversation, without a model. */
async function saveStates(folder: string, conversations: readonly string[], modelHash = "m"): Promise<void> {
  const states = await openTest(folder, { identity: { ...testIdentity, modelHash } });
  for (const [index, conversation] of conversations.entries()) {
    const content = testContent(index + 1, 24);
    assert.ok(await states.save(conversation, new FakeRow(content.tokens), content));
  }
}

async function conversationsIn(folder: string): Promise<readonly string[]> {
  const ids = (await Promise.all(["m", "n"].map(async (modelHash) => (await openTest(folder, { identity: { ...testIdentity, modelHash } })).all()))).flat();
  return ids.map(({ conversation }) => conversation).toSorted();
}

describe("forgetting a conversation (random weights)", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  describe("whose model is not loaded", () => {
    const native = new NativeLlama(() => undefined);
    let host: EngineHost;
    let clock: FakeClock;
    /** Holds a load back until it is called. */
    let finishLoad: () => void;
    let isLoading: Promise<void>;

    beforeEach(() => {
      const held = new Promise<void>((resolve) => (finishLoad = resolve));
      let begun: () => void;
      isLoading = new Promise((resolve) => (begun = resolve));
      const llama: LlamaRuntime = {
        ...lentLlama(native),
        loadChat: async (options) => {
          begun();
          await held;
          return native.loadChat(options);
        },
      };
      clock = new FakeClock();
      host = new EngineHost(llama, silentLog, clock);
    });
    afterEach(async () => {
      finishLoad();
      await host.dispose();
    });
    after(() => native.dispose());

    async function configure(options: Partial<EngineConfig> = {}): Promise<void> {
      host.configure(testConfig(await testModel("phi3"), { stateDirectory: folder(), ...options }));
    }

    it("removes its states, those of every model, and no others", async () => {
      await saveStates(folder(), ["a", "b"]);
      await saveStates(folder(), ["a", "c"], "n");
      await configure();
      await host.forget("a");
      assert.deepEqual(await conversationsIn(folder()), ["b", "c"]);
      assert.equal((await filesIn(folder())).length, 4);
    });

    it("removes them while it is being loaded", async () => {
      await saveStates(folder(), ["a", "b"]);
      await configure();
      const loading = host.load(never);
      await isLoading;
      await host.forget("a");
      assert.deepEqual(await conversationsIn(folder()), ["b"]);
      finishLoad();
      await loading;
    });

    it("removes them while it is being unloaded, which saves them", async () => {
      await configure({ unloadAfterMinutes: 1 });
      finishLoad();
      const ask = { conversation: "a", system: "Short.", turns: [{ id: "0", user: question("one").repeat(20) }], sampling: { ...warm, seed: 3 }, maxTokens: 4 };
      await answer(host, ask);
      clock.advance(60_000);
      await host.forget("a");
      await host.load(never);
      assert.deepEqual((await filesIn(folder())).filter((name) => name !== "threads.json"), []);
    });

    it("does nothing where no states are kept", async () => {
      await configure({ stateDirectory: "" });
      await host.forget("a");
    });

    it("removes all states as soon as none may be kept", async () => {
      await saveStates(folder(), ["a", "b"]);
      await configure();
      await configure({ stateBudgetBytes: 0 });
      await until(async () => (await filesIn(folder())).length === 0);
    });
  });

  it("removes its states where no engine process runs, and starts none", async () => {
    const entry = await engineEntry();
    await saveStates(folder(), ["a", "b"]);
    const engine = createEngine({ entry, config: testConfig("some.gguf", { stateDirectory: folder() }), log: silentLog });
    await engine.forget("a");
    assert.deepEqual([await conversationsIn(folder()), childrenRunning(entry)], [["b"], []]);
    await engine.dispose();
  });

  describe("in the middle of something", () => {
    const tests = new TestRuntime();
    afterEach(() => tests.clear());
    after(() => tests.dispose());

    async function start(options: ChatEngineOptions = {}, sequences = 1) {
      const states = new FakeStates(folder());
      const engine = await tests.engineWith("phi3", { states, idleSaveMs: later, log: strictLog, ...options }, { sequences });
      return { states, engine };
    }

    it("leaves nothing of one that is being brought back", async () => {
      const { states, engine } = await start();
      const [a, b] = [new Panel(engine, "a"), new Panel(engine, "b")];
      await a.ask(question("one"));
      await b.ask(question("two"));
      const load = states.load.bind(states);
      let forgetting: Promise<void> | undefined;
      states.load = async (state, sequence) => {
        const content = await load(state, sequence);
        forgetting = engine.forget("a");
        await new Promise(setImmediate);
        return content;
      };
      await engine.resume(a.prompt, never);
      await forgetting;
      await engine.dispose("aborted");
      assert.deepEqual(states.all().map(({ conversation }) => conversation), ["b"]);
    });

    it("keeps no other work from a row", async () => {
      const { engine } = await start();
      await new Panel(engine, "a").ask(question("one"));
      const work = () => engine.whenIdle((row) => Promise.resolve(row.length), never);
      const [forgotten, , length] = await Promise.all([engine.forget("a"), new Promise(setImmediate), work()]);
      assert.deepEqual([forgotten, length], [undefined, 0]);
    });

    it("can be done while the engine closes, and afterwards", async () => {
      const { states, engine } = await start({}, 2);
      for (const id of ["a", "b"]) await new Panel(engine, id).ask(question(id));
      const forgetting = engine.forget("a");
      const closing = engine.dispose("aborted");
      const late = engine.forget("b");
      await Promise.all([forgetting, closing, late]);
      await engine.forget("a");
      assert.deepEqual(states.all(), []);
    });
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}
