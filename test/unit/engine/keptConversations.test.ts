import assert from "node:assert/strict";
import path from "node:path";
import type { ChatEngine, ChatEngineOptions } from "../../../src/engine/chatEngine";
import { openSavedStates } from "../../../src/engine/states/openSavedStates";
import type { SavedStates } from "../../../src/engine/states/savedStates";
import { FakeStates } from "./fakeStates";
import { cachedAfter, Panel, question } from "./panel";
import { freeCosts, strictLog, testIdentity } from "./stateRig";
import { temporaryFolder } from "./temporaryFolder";
import { TestRuntime } from "./testRuntime";

const noStop = new AbortController().signal;
/** Nothing is saved in the background. */
const later = 1e8;

describe("conversations kept over the engine's end (random weights)", function () {
  this.timeout(120_000);
  const tests = new TestRuntime();
  const folder = temporaryFolder();
  afterEach(() => tests.clear());
  after(() => tests.dispose());

  async function start(options: ChatEngineOptions = {}) {
    const states = new FakeStates(folder());
    return { states, engine: await over(states, options) };
  }

  async function over(states: SavedStates, options: ChatEngineOptions = {}): Promise<ChatEngine> {
    return tests.engineWith("phi3", { states, idleSaveMs: later, log: strictLog, ...options }, { sequences: 2 });
  }

  it("saves every conversation before it closes, and takes them back with nothing read again", async () => {
    const { states, engine } = await start();
    const [a, b] = [new Panel(engine, "a"), new Panel(engine, "b")];
    const [first, second] = [await a.ask(question("one")), await b.ask(question("two"))];
    await engine.dispose("aborted");
    assert.equal(states.all().length, 2);
    const next = await over(states);
    const resumed = await next.resume(a.prompt, noStop);
    assert.deepEqual(resumed, { tokens: cachedAfter(first), restoredTokens: cachedAfter(first), evaluatedTokens: 0 });
    b.engine = next;
    const { stats } = await b.ask(question("three"));
    assert.equal(stats.restoredTokens, cachedAfter(second), "without having been resumed");
  });

  it("saves no further conversation once its time is up", async () => {
    const { states, engine } = await start({ closeSaveMs: 0 });
    await new Panel(engine, "a").ask(question("one"));
    await engine.dispose("aborted");
    assert.deepEqual(states.log, []);
  });

  it("saves what is idle in the background, so that a killed process loses nothing", async () => {
    const { states, engine } = await start({ idleSaveMs: 20, closeSaveMs: 0 });
    const a = new Panel(engine, "a");
    const first = await a.ask(question("one"));
    while (states.all().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(states.log, [`save a ${cachedAfter(first)}`]);
    const second = await a.ask(question("two"));
    while (states.all()[0]?.tokens.length !== cachedAfter(second)) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(states.log.slice(1), [`save a ${cachedAfter(second)}`], "the longer one in place of the shorter");
    assert.equal(states.all().length, 1);
    await engine.dispose("aborted");
    assert.equal(states.log.length, 2, "nothing new had to be written at the end");
  });

  it("evaluates in the background what was not saved", async () => {
    const { states, engine } = await start({ closeSaveMs: 0 });
    const a = new Panel(engine, "a");
    const first = await a.ask(question("one"));
    await engine.dispose("aborted");
    const next = await over(states);
    assert.deepEqual(await next.resume(a.prompt, noStop), { tokens: cachedAfter(first), restoredTokens: 0, evaluatedTokens: cachedAfter(first) });
    a.engine = next;
    const { stats } = await a.ask(question("two"));
    assert.deepEqual([stats.reusedTokens, stats.restoredTokens], [cachedAfter(first), 0]);
  });

  it("does so from real files", async () => {
    const open = () =>
      openSavedStates({
        ...{ directory: path.join(folder(), "states"), identity: { ...testIdentity, sequences: 2, contextSize: 2048 }, vocabularySize: 32_064 },
        ...{ bytesPerToken: 1024, budgetBytes: () => 1e9, log: strictLog, costs: freeCosts },
      });
    const engine = await over(await open(), { forkFolder: path.join(folder(), "forks") });
    const [a, b, c] = ["a", "b", "c"].map((id) => new Panel(engine, id));
    for (const panel of [a!, b!, c!]) await panel.ask(question(panel.id));
    const last = await a!.ask(question("more"));
    assert.ok(last.stats.restoredTokens > 40, "back from where it gave way");
    await engine.dispose("aborted");
    const next = await over(await open());
    assert.deepEqual(await next.resume(a!.prompt, noStop), { tokens: cachedAfter(last), restoredTokens: cachedAfter(last), evaluatedTokens: 0 });
    await next.forget("a");
    assert.equal((await next.resume(a!.prompt, noStop)).restoredTokens < 40, true, "nothing of a forgotten conversation is left");
  });
});
