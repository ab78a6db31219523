import assert from "node:assert/strict";
import { guidedDraw } from "../../../../src/engine/native/guidedDraw";
import type { Sampling } from "../../../../src/engine/ports";
import type { SequencePort, StepGuide } from "../../../../src/engine/runtime";
import { decodeOptions } from "../../../../src/engine/samplers";
import { NativeRows } from "../nativeRows";

const base: Sampling = { sampler: "categorical", temperature: 0.8, topK: 40, topP: 0.9, minP: 0.02, repeatPenalty: 1 };
const prompt = [1, 450, 5014, 310, 278];

/** Adds `change` to each candidate's logit, and keeps what it was shown. */
class FakeGuide implements StepGuide {
  readonly seen: { readonly tokens: readonly number[]; readonly shares: readonly number[] }[] = [];

  constructor(
    readonly candidates: number,
    readonly change: (token: number, rank: number) => number = () => 0,
  ) {}

  adjust(tokens: Uint32Array, shares: Float32Array): Float32Array {
    this.seen.push({ tokens: [...tokens], shares: [...shares] });
    return Float32Array.from(tokens, (token, rank) => this.change(token, rank));
  }
}

describe("the guided draw", function () {
  this.timeout(120_000);
  const rows = new NativeRows();
  let sequence: SequencePort;
  before(async () => ({ sequence } = await rows.first("phi3")));
  after(() => rows.dispose());

  /** The first tokens of an answer, with the row left empty. */
  async function draw(sampling: Sampling, seed: number, guide?: StepGuide, count = 24): Promise<number[]> {
    const drawn: number[] = [];
    const options = decodeOptions(sampling, seed, drawn);
    for await (const token of sequence.decode(prompt, guide ? { ...options, guide } : options)) {
      drawn.push(token);
      if (drawn.length === count) break;
    }
    await sequence.eraseTail(0);
    return drawn;
  }

  const samplings: readonly Sampling[] = [
    { ...base, sampler: "greedy" },
    base,
    { ...base, sampler: "top-k" },
    { ...base, sampler: "top-p" },
    { ...base, sampler: "top-p", repeatPenalty: 1.3, temperature: 1.2 },
  ];
  for (const sampling of samplings) {
    it(`with ${sampling.sampler}${sampling.repeatPenalty === 1 ? "" : " and a repeat penalty"}, a guide that adds nothing has the plain tokens drawn`, async () => {
      for (const seed of [1, 2, 77]) assert.deepEqual(await draw(sampling, seed, new FakeGuide(256)), await draw(sampling, seed));
    });

    it(`with ${sampling.sampler}${sampling.repeatPenalty === 1 ? "" : " and a repeat penalty"}, adding the same to every token changes nothing`, async () => {
      const all = new FakeGuide(40_000, () => 3);
      assert.deepEqual(await draw({ ...sampling, repeatPenalty: 1 }, 5, all, 3), await draw({ ...sampling, repeatPenalty: 1 }, 5, undefined, 3));
    });
  }

  it("shows the likeliest tokens, likeliest first, with shares that make 1", async () => {
    const guide = new FakeGuide(50);
    const drawn = await draw({ ...base, sampler: "greedy" }, 1, guide, 6);
    assert.equal(guide.seen.length, 6);
    for (const [step, { tokens, shares }] of guide.seen.entries()) {
      assert.equal(tokens.length, 50);
      assert.equal(new Set(tokens).size, 50);
      assert.equal(tokens[0], drawn[step], "greedy takes the likeliest");
      assert.deepEqual(shares, [...shares].sort((a, b) => b - a));
      assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-4);
    }
  });

  it("draws what the guide raises, with every sampler", async () => {
    for (const sampling of samplings) {
      const guide = new FakeGuide(8, (_, rank) => (rank === 5 ? 100 : 0));
      const drawn = await draw({ ...sampling, repeatPenalty: 1 }, 3, guide, 5);
      assert.deepEqual(drawn, guide.seen.map(({ tokens }) => tokens[5]));
    }
  });

  it("changes logits by what the guide says: the second overtakes the first exactly when it is given the distance", async () => {
    const look = new FakeGuide(2);
    const [likeliest] = await draw({ ...base, sampler: "greedy" }, 1, look, 1);
    const [first = 0, second = 0] = look.seen[0]?.shares ?? [];
    const distance = Math.log(first / second);
    const raiseSecond = (by: number) => draw({ ...base, sampler: "greedy" }, 1, new FakeGuide(2, (_, rank) => (rank === 1 ? by : 0)), 1);
    assert.deepEqual(await raiseSecond(distance - 0.001), [likeliest]);
    assert.deepEqual(await raiseSecond(distance + 0.001), [look.seen[0]?.tokens[1]]);
  });

  it("counts what it evaluates as the library does, and can be left and taken up", async () => {
    const before = { ...sequence.meter };
    const drawn: number[] = [];
    for await (const token of sequence.decode(prompt, { ...decodeOptions(base, 1, []), guide: new FakeGuide(16) })) {
      drawn.push(token);
      if (drawn.length === 4) break;
    }
    assert.equal(sequence.length, prompt.length + 3, "the last one is not in the cache");
    assert.equal(sequence.meter.input + sequence.meter.output - before.input - before.output, prompt.length + 3);
    const more = sequence.decode(drawn.slice(-1), { ...decodeOptions(base, 1, []), guide: new FakeGuide(16) });
    assert.equal(typeof (await more.next()).value, "number");
    await more.return();
    assert.equal(sequence.length, prompt.length + 4);
    await sequence.eraseTail(0);
  });

  it("a guide that throws ends the answer with its error, and the row can be used again", async () => {
    const failing: StepGuide = {
      candidates: 4,
      adjust: () => {
        throw new RangeError("no such token");
      },
    };
    await assert.rejects(draw(base, 1, failing), /no such token/);
    await sequence.eraseTail(0);
    assert.deepEqual(await draw(base, 1, new FakeGuide(4)), await draw(base, 1));
  });

  it("a library with other insides is refused in words", async () => {
    await assert.rejects(guidedDraw({} as never, prompt, {}, new FakeGuide(1)).next(), /gives guidance no access to its draws/);
  });
});
