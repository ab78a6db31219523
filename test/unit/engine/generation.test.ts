import assert from "node:assert/strict";
import { mock } from "node:test";
import { CacheRow } from "../../../src/engine/cacheRow";
import { PrefillPace } from "../../../src/engine/prefillPace";
import { Generation } from "../../../src/engine/generation";
import type { GenerateEvent } from "../../../src/engine/ports";
import type { SequencePort, Vocabulary } from "../../../src/engine/runtime";
import { decodeOptions } from "../../../src/engine/samplers";
import { greedy } from "./testRuntime";

const endOfTurn = 9999;

/** A cache row whose evaluation takes `msPerToken` of a clock that only it moves. */
class SlowSequence implements SequencePort {
  readonly chunks: number[] = [];
  readonly evaluated: number[] = [];
  readonly meter = { input: 0, output: 0 };

  constructor(
    readonly msPerToken: number,
    readonly clock: { now: number },
  ) {}

  get length(): number {
    return this.evaluated.length;
  }

  prefill(tokens: readonly number[]): Promise<void> {
    this.chunks.push(tokens.length);
    this.evaluated.push(...tokens);
    this.clock.now += tokens.length * this.msPerToken;
    return Promise.resolve();
  }

  async *decode(tokens: readonly number[]): AsyncGenerator<number, void, undefined> {
    await this.prefill(tokens);
    yield endOfTurn;
  }

  eraseTail(): Promise<void> {
    return Promise.resolve();
  }

  erase(): Promise<void> {
    return Promise.resolve();
  }

  saveState(): Promise<number> {
    return Promise.resolve(0);
  }

  loadState(): Promise<readonly number[]> {
    return Promise.resolve([]);
  }
}

const vocabulary: Vocabulary = {
  kind: "other",
  size: 10_000,
  bos: undefined,
  eos: endOfTurn,
  addsBos: false,
  tokenize: () => [],
  tokenizeSpecial: () => [],
  detokenize: () => "",
  pieceOf: () => "",
  isEndOfGeneration: (token) => token === endOfTurn,
  isSpecial: () => false,
};

describe("Generation", () => {
  const clock = { now: 0 };
  before(() => mock.method(performance, "now", () => clock.now));
  after(() => mock.restoreAll());

  const prompt = Array.from({ length: 600 }, (_, index) => index);

  async function run(msPerToken: number, interrupted: (sequence: SlowSequence) => boolean = () => false, isShared: (sequence: SlowSequence) => boolean = () => false) {
    const sequence = new SlowSequence(msPerToken, clock);
    const generation = new Generation({
      ...{ row: new CacheRow(sequence), pace: new PrefillPace(), vocabulary, prompt, restored: 0, contextSize: 4096, maxTokens: 5 },
      ...{ stopTokens: new Set<number>(), stopTexts: [], startedAt: clock.now },
      decodeOptions: (generated) => decodeOptions(greedy, 1, generated),
      isShared: () => isShared(sequence),
      interrupted: () => (interrupted(sequence) ? "aborted" : undefined),
    });
    const events: GenerateEvent[] = [];
    for await (const event of generation.run()) events.push(event);
    return { sequence, generation, done: events.map((event) => event.type === "prefill" && event.done) };
  }

  const speeds: [msPerToken: number, chunks: number[], what: string][] = [
    [0.01, [32, 512, 56], "the largest chunks on a fast model"],
    [15, [32, 96, 96, 96, 96, 96, 88], "chunks of about 1.5 s"],
    [200, [32, ...Array<number>(35).fill(16), 8], "the smallest chunks on a slow model, the last one included"],
  ];
  for (const [msPerToken, chunks, what] of speeds) {
    it(`evaluates the prompt in ${what}, and tells the progress after each`, async () => {
      const { sequence, generation, done } = await run(msPerToken);
      assert.deepEqual(sequence.chunks, chunks);
      assert.deepEqual(sequence.evaluated, prompt);
      assert.equal(generation.stats().evaluatedTokens, 600);
      let sum = 0;
      assert.deepEqual(done, [0, ...chunks.map((tokens) => (sum += tokens))]);
    });
  }

  it("goes on in chunks of less than a second once others run or wait", async () => {
    const { sequence } = await run(15, undefined, ({ evaluated }) => evaluated.length >= 200);
    assert.deepEqual(sequence.chunks, [32, 96, 96, ...Array<number>(11).fill(32), 24]);
  });

  it("stops after the chunk in which it was told to", async () => {
    const { sequence, generation } = await run(200, ({ evaluated }) => evaluated.length >= 100);
    assert.deepEqual([generation.stopReason, sequence.length, generation.stats().evaluatedTokens], ["aborted", 112, 112]);
  });
});
