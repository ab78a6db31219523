import assert from "node:assert/strict";
import { readdir, stat, truncate } from "node:fs/promises";
import path from "node:path";
import type { ChatEngineOptions } from "../../../src/engine/chatEngine";
import type { GenerateStats } from "../../../src/engine/ports";
import type { LoadChatOptions } from "../../../src/engine/runtime";
import type { DecoderKind } from "../../fixtures/models";
import { FakeStates } from "./fakeStates";
import { cachedAfter, code, Panel, question, withoutCode } from "./panel";
import { ListLog, openTest, strictLog, testIdentity } from "./stateRig";
import { temporaryFolder } from "./temporaryFolder";
import { TestRuntime } from "./testRuntime";

/** Nothing is saved in the background. */
const later = 1e8;

describe("where a conversation's KV state comes from (random weights)", function () {
  this.timeout(120_000);
  const tests = new TestRuntime();
  const folder = temporaryFolder();
  afterEach(() => tests.clear());
  after(() => tests.dispose());

  async function start(options: ChatEngineOptions = {}, load: Partial<LoadChatOptions> = {}, kind: DecoderKind = "phi3") {
    const states = new FakeStates(folder());
    const forkFolder = path.join(folder(), "forks");
    const engine = await tests.engineWith(kind, { states, forkFolder, idleSaveMs: later, log: strictLog, ...options }, { sequences: 2, ...load });
    return { states, engine, forkFolder };
  }

  const rowLengths = () => tests.runtime!.sequences.map(({ length }) => length);
  const meter = () => tests.runtime!.sequences.reduce((sum, { meter }) => sum + meter.input + meter.output, 0);
  const costs = ({ reusedTokens, restoredTokens, evaluatedTokens }: GenerateStats) => ({ reusedTokens, restoredTokens, evaluatedTokens });

  it("saves the conversation that gives way, and takes it back from there", async () => {
    const { states, engine } = await start();
    const [a, b, c] = ["a", "b", "c"].map((id) => new Panel(engine, id));
    const first = await a!.ask(question("one"));
    await b!.ask(question("two"));
    await c!.ask(question("three"));
    assert.deepEqual(states.log, [`save a ${cachedAfter(first)}`]);
    const before = meter();
    const { stats, tokens } = await a!.ask(question("four"));
    assert.deepEqual(costs(stats), { reusedTokens: cachedAfter(first), restoredTokens: cachedAfter(first), evaluatedTokens: stats.promptTokens - cachedAfter(first) });
    assert.equal(meter() - before, stats.evaluatedTokens + tokens.length - 1, "the library evaluated no more");
    assert.equal(states.log[1]?.startsWith("save b"), true, "b gave way in turn");
    assert.equal(states.log[2], `load a ${cachedAfter(first)}`);
  });

  it("evaluates again where saving does not pay", async () => {
    const { states, engine } = await start();
    states.pays = () => false;
    const [a, b, c] = ["a", "b", "c"].map((id) => new Panel(engine, id));
    const first = await a!.ask("One?");
    for (const panel of [b!, c!]) await panel.ask(question(panel.id));
    const { stats } = await a!.ask(question("two"));
    assert.deepEqual(states.log, []);
    assert.ok(stats.reusedTokens < first.stats.promptTokens && stats.restoredTokens === stats.reusedTokens, "the system prompt alone was there");
  });

  it("evaluates again where a state turns out to be damaged", async () => {
    const { states, engine } = await start();
    const [a, b, c] = ["a", "b", "c"].map((id) => new Panel(engine, id));
    const first = await a!.ask(question("one"));
    await b!.ask(question("two"));
    await c!.ask(question("three"));
    for (const { id } of states.all()) states.damaged.add(id);
    const { stats } = await a!.ask(question("four"));
    assert.ok(states.log.includes(`load a ${cachedAfter(first)}`));
    assert.ok(stats.evaluatedTokens > cachedAfter(first) - 40);
    assert.equal(stats.reusedTokens + stats.evaluatedTokens, stats.promptTokens);
  });

  it("copies what two branches have in common from row to row, and both go on", async () => {
    const { states, engine, forkFolder } = await start();
    const a = new Panel(engine, "a");
    const first = await a.ask(question("one"));
    const second = await a.ask(question("two"));
    const { length } = states.log;
    const b = a.branch("b", 1);
    const { stats } = await b.ask(question("three"));
    assert.equal(stats.restoredTokens, stats.reusedTokens);
    assert.ok(stats.reusedTokens >= cachedAfter(first), "all of the first turn came along");
    assert.equal(states.log.length, length, "without a saved state");
    assert.deepEqual(await readdir(forkFolder), []);
    const again = await a.ask(question("four"));
    assert.equal(again.stats.restoredTokens, 0);
    assert.equal(again.stats.reusedTokens, cachedAfter(second), "its own row was left as it was");
  });

  it("evaluates where the disk was too full for the copy, of which the library says nothing", async () => {
    const { engine, forkFolder } = await start({ log: new ListLog() });
    const a = new Panel(engine, "a");
    const first = await a.ask(question("one"));
    const [from, into] = tests.runtime!.sequences;
    const save = from!.saveState.bind(from);
    from!.saveState = async (file) => {
      const bytes = await save(file);
      await truncate(file, bytes - 1);
      return bytes;
    };
    let loads = 0;
    into!.loadState = () => Promise.reject(new Error(`load ${++loads}`));
    const { stats } = await a.branch("b").ask(question("three"));
    assert.equal(loads, 0, "it would end the process");
    assert.ok(stats.evaluatedTokens > first.stats.promptTokens);
    assert.deepEqual(await readdir(forkFolder), []);
  });

  it("reads the smaller of two saved states that give as much", async () => {
    const { states, engine } = await start({}, { sequences: 1 });
    const a = new Panel(engine, "a");
    await a.ask(question("one"));
    const { turns } = a;
    const long = await a.ask(question("two").repeat(3));
    a.turns = turns;
    const short = await a.ask(question("three"));
    await new Panel(engine, "b").ask(question("four"));
    assert.deepEqual(states.all().map(({ tokens }) => tokens.length), [cachedAfter(long), cachedAfter(short)]);
    a.turns = turns;
    await a.ask(question("five"));
    assert.equal(states.log.at(-1), `load a ${cachedAfter(short)}`);
  });

  it("takes back the branch that was left longest ago, though another one is saved before and the budget is used up", async () => {
    let budgetBytes = 1e9;
    const directory = path.join(folder(), "states");
    const identity = { ...testIdentity, sequences: 2, contextSize: 2048 };
    const states = await openTest(directory, { identity, budgetBytes: () => budgetBytes });
    const { engine } = await start({ states });
    const a = new Panel(engine, "a");
    await a.ask(question("zero"));
    const { turns } = a;
    const first = await a.ask(question("one"));
    const oldest = a.turns;
    for (const name of ["two", "three"]) {
      a.turns = turns;
      await a.ask(question(name));
    }
    while (states.all().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const sizes = await Promise.all((await readdir(directory)).map(async (name) => (await stat(path.join(directory, name))).size));
    budgetBytes = sizes.reduce((sum, size) => sum + size, 5000);
    a.turns = oldest;
    const { stats } = await a.ask(question("four"));
    assert.equal(stats.reusedTokens, cachedAfter(first));
  });

  it("saves an answer before it is asked for again, and goes back to it", async () => {
    const { states, engine } = await start();
    const a = new Panel(engine, "a");
    await a.ask(question("one"));
    const old = await a.ask(question("two"));
    const { turns } = a;
    a.turns = turns.slice(0, 1);
    await a.ask(question("three"));
    assert.deepEqual(states.log, [`save a ${cachedAfter(old)}`]);
    a.turns = turns;
    const { stats } = await a.ask(question("four"));
    assert.deepEqual(costs(stats), { reusedTokens: cachedAfter(old), restoredTokens: cachedAfter(old), evaluatedTokens: stats.promptTokens - cachedAfter(old) });
  });

  for (const kind of ["phi3", "llama2", "llama3", "qwen2"] as const) {
    it(`${kind}: cuts code and turns out of the middle, and evaluates only what is new`, async () => {
      const { states, engine } = await start({}, {}, kind);
      const a = new Panel(engine, "a", "");
      await a.ask(question("one"), { context: code("one") });
      await a.ask(question("two"), { context: code("two") });
      const last = await a.ask(question("three"), { context: code("three") });
      const size = engine.measure(a.prompt);
      assert.ok(size.contextTokens.every((tokens) => tokens > 20));
      const [, second, third] = a.turns.map(withoutCode);
      a.turns = [second!, third!];
      const gone = size.turnTokens[0]! + size.contextTokens[1]! + size.contextTokens[2]!;
      const { stats } = await a.ask(question("four"));
      assert.equal(stats.reusedTokens, cachedAfter(last) - gone);
      assert.equal(stats.restoredTokens, 0);
      assert.equal(rowLengths().find((length) => length > 0), stats.promptTokens + 5);
      assert.deepEqual(states.log, [], "what was cut out is not wanted again");
    });
  }

  it("cuts nothing out of a cache whose keys are quantised: the library would end the process", async () => {
    const { engine } = await start({}, { kvCacheType: "q8_0", flashAttention: true });
    const a = new Panel(engine, "a");
    const first = await a.ask(question("one"), { context: code("one") });
    await a.ask(question("two"));
    a.turns = a.turns.map(withoutCode);
    const { stats } = await a.ask(question("three"));
    assert.ok(stats.reusedTokens < first.stats.promptTokens);
    assert.equal(stats.reusedTokens + stats.evaluatedTokens, stats.promptTokens);
  });

  it("cuts what left out of a saved state as well", async () => {
    const { engine } = await start();
    const a = new Panel(engine, "a");
    await a.ask(question("one"), { context: code("one") });
    const last = await a.ask(question("two"));
    const gone = engine.measure(a.prompt).contextTokens[0]!;
    for (const id of ["b", "c"]) await new Panel(engine, id).ask(question(id));
    a.turns = a.turns.map(withoutCode);
    const { stats } = await a.ask(question("three"));
    assert.deepEqual([stats.reusedTokens, stats.restoredTokens], [cachedAfter(last) - gone, cachedAfter(last) - gone]);
  });

  it("answers from nothing when it is told to, and finds its way back", async () => {
    const { engine } = await start();
    const a = new Panel(engine, "a");
    await a.ask(question("one"));
    const last = await a.ask(question("two"));
    const { turns } = a;
    const request = { ...a.prompt, turns: [turns[0]!, { id: turns[1]!.id, user: turns[1]!.user }], sampling: last.sampling, maxTokens: 6, fresh: true };
    const again = await a.send(request);
    assert.deepEqual(costs(again.stats), { reusedTokens: 0, restoredTokens: 0, evaluatedTokens: last.stats.promptTokens });
    assert.deepEqual([again.tokens, again.origin], [last.tokens, last.origin]);
    const { stats } = await a.ask(question("three"));
    assert.equal(stats.reusedTokens, cachedAfter(last));
  });

  it("tells on what an answer was computed", async () => {
    const { engine } = await start();
    const [first, same] = [await new Panel(engine, "a").ask("Why?"), await new Panel(engine, "b").ask("Why?")];
    const other = await new Panel(engine, "a").ask("Who?");
    assert.match(first.origin!.promptHash, /^[0-9a-f]{64}$/);
    assert.equal(same.origin!.promptHash, first.origin!.promptHash);
    assert.notEqual(other.origin!.promptHash, first.origin!.promptHash);
    const { format, device, gpuLayers, libraryVersion } = engine.info;
    assert.deepEqual(first.origin, { format, device, gpuLayers, libraryVersion, promptHash: first.origin!.promptHash });
  });

  it("tells in its progress what was restored", async () => {
    const { engine } = await start({}, { sequences: 1 });
    const a = new Panel(engine, "a");
    const first = await a.ask(question("one"));
    await new Panel(engine, "b").ask(question("two"));
    const { events } = await a.ask(question("three"));
    const progress = events.filter((event) => event.type === "prefill");
    assert.ok(progress.length > 1);
    for (const { reused, restored } of progress) assert.deepEqual([reused, restored], [cachedAfter(first), cachedAfter(first)]);
  });

  it("answers six conversations at once over two rows, each from what it held before", async () => {
    const { engine } = await start();
    const panels = ["a", "b", "c", "d", "e", "f"].map((id) => new Panel(engine, id));
    let held = panels.map(() => 0);
    for (const round of ["one", "two", "three"]) {
      const before = meter();
      const answers = await Promise.all(panels.map((panel) => panel.ask(`${panel.id} ${question(round)}`)));
      const evaluated = answers.reduce((sum, { stats, tokens }) => sum + stats.evaluatedTokens + tokens.length - 1, 0);
      assert.equal(meter() - before, evaluated, "the library's meter");
      answers.forEach(({ stats }, index) => assert.ok(stats.evaluatedTokens <= stats.promptTokens - held[index]!, `${round} of ${panels[index]!.id}`));
      held = answers.map(cachedAfter);
    }
  });

  it("gives the row of a closed conversation away first, and finds it again as long as nobody took it", async () => {
    const { states, engine } = await start();
    const [a, b, c] = ["a", "b", "c"].map((id) => new Panel(engine, id));
    await a!.ask(question("one"));
    const last = await b!.ask(question("two"));
    await engine.release("b");
    assert.equal((await b!.ask(question("three"))).stats.reusedTokens, cachedAfter(last));
    await engine.release("b");
    await c!.ask(question("four"));
    assert.equal(states.log.length, 1);
    assert.ok(states.log[0]!.startsWith("save b"));
  });

  it("keeps nothing of a conversation that is over, be it asked at that moment", async () => {
    const { states, engine } = await start({}, { sequences: 1 });
    const a = new Panel(engine, "a");
    const asking = a.ask(question("one"));
    await engine.forget("a");
    await asking;
    await new Panel(engine, "b").ask(question("two"));
    assert.deepEqual(states.log, ["forget a"]);
  });

  it("tells each answer's stats to those who listen", async () => {
    const { engine } = await start();
    const seen: GenerateStats[] = [];
    const subscription = engine.onDidAnswer((stats) => seen.push(stats));
    const { stats } = await new Panel(engine, "a").ask("Why?");
    subscription.dispose();
    await new Panel(engine, "a").ask("Who?");
    assert.deepEqual(seen, [stats]);
  });
});
