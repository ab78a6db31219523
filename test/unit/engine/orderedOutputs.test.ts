import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { orderDraws, orderOutputs } from "../../../src/engine/native/orderedOutputs";
import type { SequencePort } from "../../../src/engine/runtime";
import { Random } from "../../fixtures/random";
import { NativeRows } from "./nativeRows";

const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 };

describe("rows that draw at the same time (random weights)", function () {
  this.timeout(120_000);
  const rows = new NativeRows();
  after(() => rows.dispose());

  async function draw(row: SequencePort | undefined, prompt: readonly number[]): Promise<readonly number[]> {
    assert.ok(row);
    const drawn: number[] = [];
    for await (const token of row.decode(prompt, greedy)) {
      drawn.push(token);
      if (drawn.length === 12) break;
    }
    await row.eraseTail(0);
    return drawn;
  }

  // Prompts of other lengths, begun while others draw: such batches have their outputs in another order than their rows.
  it("draw what each draws alone", async () => {
    const { sequences } = await rows.chat("phi3", {}, { sequences: 4 });
    const random = new Random(5);
    for (let round = 0; round < 15; round++) {
      const prompts = Array.from(sequences, () => Array.from({ length: 3 + random.below(40) }, () => 300 + random.below(20_000)));
      const alone: (readonly number[])[] = [];
      for (const prompt of prompts) alone.push(await draw(sequences[0], prompt));
      const begins = prompts.map(() => random.below(6));
      const together = await Promise.all(prompts.map((prompt, i) => delay(begins[i]).then(() => draw(sequences[i], prompt))));
      assert.deepEqual(together, alone, `round ${round}`);
    }
  });
});

describe("draws from one batch", () => {
  /** Draws that end when they are told to. */
  class FakeContext {
    readonly begun: unknown[] = [];
    readonly #ends = new Map<unknown, (error?: Error) => void>();

    readonly decodeBatch = (): Promise<unknown> => Promise.resolve();

    readonly sampleToken = (...[row]: readonly unknown[]): Promise<unknown> => {
      this.begun.push(row);
      return new Promise((resolve, reject) => this.#ends.set(row, (error) => (error ? reject(error) : resolve(row))));
    };

    async end(row: string, error?: Error): Promise<void> {
      this.#ends.get(row)?.(error);
      await delay(1);
    }
  }

  it("wait for the first one, and then go on side by side; the next batch begins anew", async () => {
    const context = new FakeContext();
    const { begun } = context;
    orderDraws(context);
    await context.decodeBatch();
    const drawn = Promise.all(["a", "b", "c"].map((row) => context.sampleToken(row)));
    await delay(1);
    assert.deepEqual(begun, ["a"]);
    await context.end("a");
    assert.deepEqual(begun, ["a", "b", "c"]);
    await context.end("c");
    await context.end("b");
    assert.deepEqual(await drawn, ["a", "b", "c"]);
    await context.decodeBatch();
    void context.sampleToken("d");
    void context.sampleToken("e");
    await delay(1);
    assert.deepEqual(begun.slice(3), ["d"]);
  });

  it("go on when the first one fails, which tells its own caller alone", async () => {
    const context = new FakeContext();
    orderDraws(context);
    const first = assert.rejects(context.sampleToken("a"), /no token/);
    const second = context.sampleToken("b");
    await context.end("a", new Error("no token"));
    await first;
    await context.end("b");
    assert.equal(await second, "b");
  });

  it("a library with other insides is refused", () => {
    assert.throws(() => orderOutputs({ _ctx: { decodeBatch: () => undefined } } as never), { code: "internal" });
  });
});
