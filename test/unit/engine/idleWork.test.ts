import assert from "node:assert/strict";
import type { LoadChatOptions } from "../../../src/engine/runtime";
import { cachedAfter, Panel, question } from "./panel";
import { strictLog } from "./stateRig";
import { TestRuntime } from "./testRuntime";

const noStop = new AbortController().signal;

describe("work that waits until nothing is asked (random weights)", function () {
  this.timeout(120_000);
  const tests = new TestRuntime();
  afterEach(() => tests.clear());
  after(() => tests.dispose());

  async function start(load: Partial<LoadChatOptions> = {}) {
    return { engine: await tests.engineWith("phi3", { log: strictLog }, { sequences: 2, ...load }) };
  }

  const rowLengths = () => tests.runtime!.sequences.map(({ length }) => length);
  const meter = () => tests.runtime!.sequences.reduce((sum, { meter }) => sum + meter.input + meter.output, 0);

  describe("resume", () => {
    it("finds nothing to do where the row is as it was left", async () => {
      const { engine } = await start();
      const a = new Panel(engine, "a");
      const first = await a.ask(question("one"));
      const before = meter();
      assert.deepEqual(await engine.resume(a.prompt, noStop), { tokens: cachedAfter(first), restoredTokens: 0, evaluatedTokens: 0 });
      assert.equal(meter(), before);
    });

    it("takes a conversation without turns, or too long for the context, as it is", async () => {
      const { engine } = await start();
      const none = { tokens: 0, restoredTokens: 0, evaluatedTokens: 0 };
      assert.deepEqual(await engine.resume(new Panel(engine, "a").prompt, noStop), none);
      const turns = [{ id: "1", user: "word ".repeat(3000), answer: { text: "Yes." } }];
      assert.deepEqual(await engine.resume({ ...new Panel(engine, "a").prompt, turns }, noStop), none);
    });

    it("gives way to a question of another conversation, and then goes on", async () => {
      const { engine } = await start({ contextSize: 4096 });
      const turns = [{ id: "1", user: "word ".repeat(3000), answer: { text: "Yes." } }];
      const b = new Panel(engine, "b");
      let isResumed = false;
      const resuming = engine.resume({ ...new Panel(engine, "a").prompt, turns }, noStop).finally(() => (isResumed = true));
      const before = meter();
      while (meter() === before) await new Promise((resolve) => setTimeout(resolve, 1));
      await b.ask(question("one"));
      assert.equal(isResumed, false, "the question did not wait for the whole of it");
      const { tokens, evaluatedTokens, restoredTokens } = await resuming;
      assert.ok(tokens > 3000);
      assert.deepEqual([evaluatedTokens, restoredTokens], [tokens, 0], "nothing of it was evaluated twice");
    });

    it("leaves the rest to a question of its own conversation", async () => {
      const { engine } = await start({ contextSize: 4096 });
      const a = new Panel(engine, "a");
      a.turns = [{ id: "1", user: "word ".repeat(3000), answer: { text: "Yes." } }];
      const resuming = engine.resume(a.prompt, noStop);
      const before = meter();
      while (meter() === before) await new Promise((resolve) => setTimeout(resolve, 1));
      const { stats } = await a.ask(question("one"));
      const { tokens, evaluatedTokens } = await resuming;
      assert.ok(tokens > 0 && tokens < 3000 && tokens === evaluatedTokens);
      assert.equal(stats.reusedTokens, tokens, "the question went on where it stopped");
    });

    it("ends with an AbortError", async () => {
      const { engine } = await start();
      const a = new Panel(engine, "a");
      a.turns = [{ id: "1", user: "word ".repeat(1000), answer: { text: "Yes." } }];
      const abort = new AbortController();
      const resuming = engine.resume(a.prompt, abort.signal);
      abort.abort();
      await assert.rejects(resuming, { name: "AbortError" });
      await assert.rejects(engine.resume(a.prompt, abort.signal), { name: "AbortError" });
    });
  });

  describe("of others", () => {
    it("lends a row for other work, and takes away what that leaves", async () => {
      const { engine } = await start({ sequences: 1 });
      const a = new Panel(engine, "a");
      const first = await a.ask(question("one"));
      const length = await engine.whenIdle(async (row) => {
        await row.sequence.prefill([5, 6, 7]);
        return row.sequence.length;
      }, noStop);
      assert.equal(length, cachedAfter(first) + 3);
      assert.deepEqual(rowLengths(), [cachedAfter(first)]);
      assert.equal((await a.ask(question("two"))).stats.reusedTokens, cachedAfter(first));
    });

    it("ends that work when something is asked, and begins it anew", async () => {
      const { engine } = await start({ sequences: 1 });
      const order: string[] = [];
      const work = engine.whenIdle(async (row, signal) => {
        order.push(`begin at ${row.length}`);
        if (order.length > 1) return "done";
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        order.push("end");
        return signal.throwIfAborted();
      }, noStop);
      await new Promise(setImmediate);
      const asked = await new Panel(engine, "a").ask("Why?");
      assert.equal(await work, "done");
      assert.deepEqual(order, ["begin at 0", "end", `begin at ${cachedAfter(asked)}`]);
    });

    it("rejects with what the work throws, and with an AbortError when the engine closes", async () => {
      const { engine } = await start();
      await assert.rejects(engine.whenIdle(() => Promise.reject(new Error("no")), noStop), /^Error: no$/);
      const work = engine.whenIdle((_, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))), noStop);
      const checked = assert.rejects(work, { name: "AbortError" });
      await engine.dispose("aborted");
      await checked;
    });
  });
});
