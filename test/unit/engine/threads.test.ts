import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Log, silentLog, throwingLog } from "../../../src/common/log";
import { measureThreads } from "../../../src/engine/threads/measureThreads";
import { ThreadStore } from "../../../src/engine/threads/threadStore";
import { ThreadTuner, type ThreadTunerOptions } from "../../../src/engine/threads/threadTuner";
import type { Vocabulary } from "../../../src/engine/runtime";
import { FakeEngine, FakeMachine, FakeRow, type TokenCost } from "./fakeMachine";
import { temporaryFolder } from "./temporaryFolder";

const never = new AbortController().signal;

/** Twice the threads, almost half the time. */
const scaling = (ms: number): TokenCost => (threads) => ms * (0.15 + 0.85 / threads);
/** As many threads as the memory feeds, then they get in each other's way. */
const saturating = (ms: number, best: number): TokenCost => (threads) => ms / Math.min(threads, best) + 0.02 * ms * Math.max(0, threads - best);
/** Others keep `busy` cores: threads beyond the rest wait for each other. */
const crowded = (ms: number, cores: number, busy: number): TokenCost => (threads) => (threads <= cores - busy ? ms / threads : ms * 40);

async function measure(machine: FakeMachine, cores: number, freeCores = cores, contextSize = 4096, signal = never) {
  const row = new FakeRow(machine);
  const setThreads = (threads: FakeMachine["threads"]) => void (machine.threads = threads);
  const measured = await measureThreads({ sequence: row, setThreads, contextSize, vocabularySize: 100 }, { cores, freeCores, signal, now: () => machine.now });
  assert.equal(row.length, 0);
  return measured;
}

function warningsInto(lines: string[]): Log {
  return {
    write(level, message) {
      if (level === "warn") lines.push(message);
    },
  };
}

describe("thread measurement", () => {
  const machines: [name: string, cores: number, free: number, decode: TokenCost, prefill: TokenCost, wanted: [decode: number, prefill: number]][] = [
    ["a quiet one with two cores", 2, 2, scaling(4), scaling(0.5), [2, 2]],
    ["one with a single core", 1, 1, scaling(4), scaling(0.5), [1, 1]],
    ["two cores, both busy", 2, 1, crowded(4, 2, 1), crowded(0.5, 2, 1), [1, 1]],
    ["two cores that look busy and are not", 2, 1, scaling(4), scaling(0.5), [2, 2]],
    ["sixteen cores whose memory feeds six", 16, 16, saturating(40, 6), scaling(3), [6, 16]],
    ["sixty-four cores whose memory feeds eleven", 64, 64, saturating(30, 11), scaling(2), [11, 64]],
    ["a large model on two cores", 2, 2, scaling(600), scaling(60), [2, 2]],
    ["a large model on two busy cores", 2, 1, crowded(500, 2, 1), crowded(80, 2, 1), [1, 1]],
    ["a model on the GPU, where threads do not matter", 8, 8, () => 9, () => 0.2, [1, 1]],
  ];
  for (const [name, cores, free, decode, prefill, wanted] of machines) {
    it(`finds the best numbers in 3 s: ${name}`, async () => {
      const machine = new FakeMachine(decode, prefill);
      const measured = await measure(machine, cores, free);
      assert.ok(measured);
      const within = (cost: TokenCost, got: number, best: number) => cost(got) <= cost(best) * 1.05;
      assert.ok(within(decode, measured.decode, wanted[0]), `draws with ${measured.decode} of ${machine.tried("decode").join(", ")}`);
      assert.ok(within(prefill, measured.prefill, wanted[1]), `reads with ${measured.prefill} of ${machine.tried("prefill").join(", ")}`);
      assert.ok(machine.now < 3000, `${machine.now} ms`);
    });
  }

  it("takes fewer threads where more are hardly quicker", async () => {
    const measured = await measure(new FakeMachine((threads) => 10 - 0.01 * threads), 8);
    assert.equal(measured?.decode, 1);
  });

  it("goes by what tokens take on average: a crowded core is quick most of the time", async () => {
    let count = 0;
    const machine = new FakeMachine((threads) => (threads === 2 ? (++count % 5 === 0 ? 200 : 2.2) : 4));
    assert.equal((await measure(machine, 2))?.decode, 1);
  });

  it("measures nothing in a row that is full", async () => {
    const machine = new FakeMachine(scaling(4));
    assert.equal(await measure(machine, 2, 2, 60), undefined);
    assert.deepEqual(machine.evaluations, []);
  });

  it("keeps to a small row", async () => {
    const row = new FakeRow(new FakeMachine(scaling(1)), 900);
    let longest = 0;
    row.machine.onEvaluate = () => void (longest = Math.max(longest, row.length));
    const setThreads = (threads: FakeMachine["threads"]) => void (row.machine.threads = threads);
    await measureThreads({ sequence: row, setThreads, contextSize: 1000, vocabularySize: 100 }, { cores: 4, freeCores: 4, signal: never, now: () => row.machine.now });
    assert.ok(longest > 900 && longest < 1000, String(longest));
    assert.equal(row.length, 900);
  });

  it("ends before its next token when it is stopped, and erases what it has evaluated", async () => {
    for (const after of [1, 7, 40]) {
      const machine = new FakeMachine(scaling(4));
      const abort = new AbortController();
      machine.onEvaluate = () => {
        if (machine.evaluations.length + 1 === after) abort.abort();
      };
      await assert.rejects(measure(machine, 2, 2, 4096, abort.signal), { name: "AbortError" });
      assert.equal(machine.evaluations.length, after);
    }
  });
});

describe("thread tuner", () => {
  const folder = temporaryFolder();

  /** A tuner on a machine with two cores, and the engine whose threads it sets. */
  async function started(machine: FakeMachine, log: Log = throwingLog, options: Partial<ThreadTunerOptions> = {}) {
    const engine = new FakeEngine(machine);
    const { wait, snapshot } = machine;
    const runtime = { contextSize: 4096, vocabulary: { size: 100 } as Vocabulary, setThreads: (threads: FakeMachine["threads"]) => void (machine.threads = threads) };
    const tuner = new ThreadTuner(
      { engine, runtime, model: "test", cores: 2, key: "a", store: new ThreadStore(folder(), log), log, now: () => machine.now, wait, snapshot, ...options },
      2,
    );
    await tuner.start();
    return { engine, tuner };
  }

  const kept = async () => JSON.parse(await readFile(path.join(folder(), "threads.json"), "utf8")) as { entries: Record<string, { decode: number; isQuiet: boolean }> };

  it("measures a model that is new, and keeps it for the next load", async () => {
    const machine = new FakeMachine(crowded(4, 2, 1), scaling(0.5));
    const { engine, tuner } = await started(machine);
    await tuner.settled;
    assert.deepEqual(machine.threads, { prefill: 2, decode: 1 });
    assert.deepEqual(engine.set, [{ prefill: 2, decode: 2 }, { prefill: 2, decode: 1 }]);
    const again = new FakeMachine(crowded(4, 2, 1), scaling(0.5));
    await (await started(again)).tuner.settled;
    assert.deepEqual([again.threads, again.evaluations], [{ prefill: 2, decode: 1 }, []]);
  });

  it("tells when a measurement has changed the numbers, and only then", async () => {
    for (const [cost, changes] of [[scaling(4), 0], [crowded(4, 2, 1), 1]] as const) {
      let changed = 0;
      const { engine, tuner } = await started(new FakeMachine(cost), throwingLog, { store: undefined, onChange: () => void (changed += engine.set.length) });
      await tuner.settled;
      assert.equal(changed, changes * 2);
    }
  });

  it("gives way to a question at once, with the threads as they were, and measures afterwards", async () => {
    const machine = new FakeMachine(crowded(4, 2, 1));
    const { engine, tuner } = await started(machine);
    let asked: Promise<void> | undefined;
    machine.onEvaluate = () => {
      if (machine.evaluations.length === 12) asked ??= engine.ask();
    };
    while (!asked) await new Promise((resolve) => setImmediate(resolve));
    await asked;
    assert.equal(machine.evaluations.length, 13);
    assert.deepEqual([machine.threads, engine.row.length], [{ prefill: 2, decode: 2 }, 0]);
    engine.answered();
    await tuner.settled;
    assert.deepEqual(machine.threads, { prefill: 1, decode: 1 });
  });

  it("measures again when answers stay below half of the kept rate, and keeps what is true of the quiet machine", async () => {
    const machine = new FakeMachine(scaling(100), scaling(10));
    const { engine, tuner } = await started(machine);
    await tuner.settled;
    assert.deepEqual(machine.threads, { prefill: 2, decode: 2 });
    machine.pass(2 * 60_000);
    machine.busy = 1.2;
    machine.decodeCost = machine.prefillCost = crowded(100, 2, 1);
    const before = machine.evaluations.length;
    await engine.answer(10, 4);
    await tuner.settled;
    assert.equal(machine.evaluations.length, before, "one slow answer is not a while");
    for (let i = 0; i < 4; i++) await engine.answer(10, 4);
    await tuner.settled;
    assert.deepEqual(machine.threads, { prefill: 1, decode: 1 });
    assert.deepEqual([(await kept()).entries["a"]?.decode, (await kept()).entries["a"]?.isQuiet], [2, true]);
  });

  it("goes back to more threads some time after the machine is quiet again", async () => {
    const machine = new FakeMachine(scaling(100), scaling(10));
    const { engine, tuner } = await started(machine);
    await tuner.settled;
    machine.pass(2 * 60_000);
    machine.busy = 1.2;
    machine.decodeCost = machine.prefillCost = crowded(100, 2, 1);
    for (let i = 0; i < 5; i++) await engine.answer(10, 4);
    await tuner.settled;
    machine.busy = 0;
    machine.decodeCost = machine.prefillCost = scaling(50);
    await engine.answer(10, 10);
    await tuner.settled;
    assert.equal(machine.threads.decode, 1, "not at once");
    machine.pass(10 * 60_000);
    await engine.answer(10, 10);
    await tuner.settled;
    assert.deepEqual(machine.threads, { prefill: 2, decode: 2 });
  });

  it("does not measure over and over where answers are slow for another reason", async () => {
    const machine = new FakeMachine(scaling(100), scaling(10));
    const { engine, tuner } = await started(machine);
    await tuner.settled;
    let measurements = 0;
    for (let i = 0; i < 200; i++) {
      const count = machine.evaluations.length;
      machine.pass(30_000);
      await engine.answer(20, 4);
      await tuner.settled;
      if (machine.evaluations.length > count) measurements++;
    }
    assert.equal(measurements, 1);
  });

  it("measures a model again that was new while the machine was busy", async () => {
    const busy = new FakeMachine(crowded(4, 2, 1));
    busy.busy = 1.5;
    await (await started(busy)).tuner.settled;
    assert.deepEqual([busy.threads.decode, (await kept()).entries["a"]?.isQuiet], [1, false]);
    const quiet = new FakeMachine(scaling(4));
    const { tuner, engine } = await started(quiet);
    assert.equal(engine.set[0]?.decode, 1);
    await tuner.settled;
    assert.deepEqual([quiet.threads.decode, (await kept()).entries["a"]?.isQuiet], [2, true]);
  });

  it("takes no heed of the speed-up of prompt lookup, nor of short answers", async () => {
    const machine = new FakeMachine(scaling(100), scaling(10));
    const { engine, tuner } = await started(machine);
    await tuner.settled;
    const count = machine.evaluations.length;
    machine.pass(2 * 60_000);
    for (let i = 0; i < 20; i++) {
      await engine.ask();
      engine.answered({ generatedTokens: 200, decodeTokensPerSecond: 14, lookup: { proposedTokens: 9, acceptedTokens: 9, gain: 1 } });
      await engine.ask();
      engine.answered({ generatedTokens: 4, decodeTokensPerSecond: 0.1 });
    }
    await tuner.settled;
    assert.equal(machine.evaluations.length, count);
    for (let i = 0; i < 3; i++) {
      await engine.ask();
      engine.answered({ generatedTokens: 200, decodeTokensPerSecond: 14, lookup: { proposedTokens: 9, acceptedTokens: 9, gain: 3 } });
    }
    await tuner.settled;
    assert.ok(machine.evaluations.length > count);
  });

  for (const [name, content] of [
    ["cut off", '{"version":1,"entries":{"a":{"dec'],
    ["of another format", '{"version":9,"entries":{}}'],
    ["no JSON object", "[]"],
    ["empty", ""],
  ] as const) {
    it(`leaves out a file that is ${name}, with a line in the log, and writes a sound one`, async () => {
      await mkdir(folder(), { recursive: true });
      await writeFile(path.join(folder(), "threads.json"), content);
      const lines: string[] = [];
      const machine = new FakeMachine(scaling(4));
      await (await started(machine, warningsInto(lines))).tuner.settled;
      assert.ok(lines.some((line) => line.includes("threads.json")));
      assert.equal((await kept()).entries["a"]?.decode, 2);
      assert.deepEqual(await readdir(folder()), ["threads.json"]);
    });
  }

  it("leaves out an entry that cannot be true, and keeps the others", async () => {
    const store = new ThreadStore(folder(), silentLog);
    const good = { decode: 2, prefill: 2, decodeTokensPerSecond: 5, prefillTokensPerSecond: 50, isQuiet: true, measuredAt: 1 };
    await store.keep("b", good);
    const bad = [{ ...good, decode: 0 }, { ...good, decode: 1.5 }, { ...good, prefill: "2" }, { ...good, decodeTokensPerSecond: null }, { ...good, isQuiet: 1 }, 7, null];
    const entries = { b: good, ...Object.fromEntries(bad.map((entry, i) => [`bad${i}`, entry])) };
    await writeFile(path.join(folder(), "threads.json"), JSON.stringify({ version: 1, entries }));
    assert.deepEqual(await store.read("b"), good);
    for (const i of bad.keys()) assert.equal(await store.read(`bad${i}`), undefined);
  });

  it("keeps what several windows measure at once, the last 64 of them", async () => {
    const entry = (measuredAt: number) => ({ decode: 2, prefill: 2, decodeTokensPerSecond: 5, prefillTokensPerSecond: 50, isQuiet: true, measuredAt });
    for (let i = 0; i < 70; i++) await new ThreadStore(folder(), throwingLog).keep(`model ${i}`, entry(i));
    const store = new ThreadStore(folder(), throwingLog);
    assert.deepEqual([await store.read("model 5"), (await store.read("model 6"))?.measuredAt, (await store.read("model 69"))?.measuredAt], [undefined, 6, 69]);
    await Promise.all(Array.from({ length: 8 }, (_, i) => new ThreadStore(folder(), throwingLog).keep("shared", entry(100 + i))));
    assert.ok((await store.read("shared"))?.decode === 2);
  });

  it("goes on without a folder to keep anything in", async () => {
    const machine = new FakeMachine(crowded(4, 2, 1));
    await (await started(machine, throwingLog, { store: undefined })).tuner.settled;
    assert.equal(machine.threads.decode, 1);
  });

  it("says so when what it measured cannot be kept", async () => {
    const lines: string[] = [];
    const store = new ThreadStore(path.join(folder(), "file", "below"), warningsInto(lines));
    await writeFile(path.join(folder(), "file"), "");
    await store.keep("a", { decode: 2, prefill: 2, decodeTokensPerSecond: 5, prefillTokensPerSecond: 50, isQuiet: true, measuredAt: 1 });
    assert.match(lines.at(-1) ?? "", /could not be kept/);
  });
});
