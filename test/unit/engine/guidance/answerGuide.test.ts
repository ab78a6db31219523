import assert from "node:assert/strict";
import fc from "fast-check";
import { entropyShare } from "../../../../src/engine/guidance/adaptiveScale";
import { ModelGuidance } from "../../../../src/engine/guidance/modelGuidance";
import { promptParts } from "../../../../src/engine/guidance/promptParts";
import { queryTokens } from "../../../../src/engine/guidance/queryTokens";
import { type Guidance, guidanceQueries, guidanceStrategies } from "../../../../src/engine/ports";
import type { StepGuide } from "../../../../src/engine/runtime";
import { Random } from "../../../fixtures/random";
import { tableOf } from "./tables";

const vocabulary = 60;
const random = new Random(3);
const rows = Array.from({ length: vocabulary }, () => Array.from({ length: 32 }, () => random.around(1)));
const special = new Set([0, 1, 2]);
const plain: Guidance = { strategy: "cosine", scale: 4, topN: 16, query: "fixed", adaptive: false };
const never = new AbortController().signal;

async function guideOf(guidance: Partial<Guidance>, generated: readonly number[] = [], parts = { question: [5, 6, 7], code: [20, 21] }): Promise<StepGuide> {
  const guides = new ModelGuidance(() => Promise.resolve(tableOf(rows)));
  const all = [...parts.code, ...parts.question];
  const make = await guides.prepare({ guidance: { ...plain, ...guidance }, parts: { ...parts, all }, seed: 5, isContent: (token) => !special.has(token) }, never);
  return make(generated);
}

const even = (count: number) => new Float32Array(count).fill(1 / count);
const changesOf = (guide: StepGuide, tokens: readonly number[], shares = even(tokens.length)) => [...guide.adjust(Uint32Array.from(tokens), shares)];

const someGuidance = fc.record({
  strategy: fc.constantFrom(...guidanceStrategies),
  query: fc.constantFrom(...guidanceQueries),
  scale: fc.double({ min: 0, max: 20, noNaN: true }),
  adaptive: fc.boolean(),
});
const someTokens = fc.uniqueArray(fc.integer({ min: 0, max: vocabulary - 1 }), { minLength: 1, maxLength: 40 });

describe("the guide of an answer", () => {
  it("changes no logit by more than the scale, whatever the candidates", async () => {
    await fc.assert(
      fc.asyncProperty(someGuidance, someTokens, async (guidance, tokens) => {
        for (const change of changesOf(await guideOf(guidance, [9, 30]), tokens)) assert.ok(Math.abs(change) <= guidance.scale * (1 + 1e-6), `${change}`);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("a scale of 0 changes nothing", async () => {
    for (const strategy of guidanceStrategies) assert.deepEqual(changesOf(await guideOf({ strategy, scale: 0 }), [3, 4, 5]), [0, 0, 0]);
  });

  it("the order of the candidates does not matter", async () => {
    await fc.assert(
      fc.asyncProperty(someGuidance, someTokens, async (guidance, tokens) => {
        const there = changesOf(await guideOf(guidance, [9]), tokens);
        const back = changesOf(await guideOf(guidance, [9]), [...tokens].reverse()).reverse();
        assert.deepEqual(there, back);
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  it("special and end tokens, and ones without an embedding, are left alone", async () => {
    for (const strategy of guidanceStrategies) {
      const changes = changesOf(await guideOf({ strategy }), [0, 1, 2, vocabulary, vocabulary + 5, 5]);
      assert.deepEqual(changes.slice(0, 5), [0, 0, 0, 0, 0], strategy);
      assert.ok((changes[5] ?? 0) > 0, strategy);
    }
  });

  it("raises the question's tokens, or the code's", async () => {
    const [question = 0, code = 0] = changesOf(await guideOf({ query: "fixed" }), [5, 20]);
    const [otherQuestion = 0, otherCode = 0] = changesOf(await guideOf({ query: "context" }), [5, 20]);
    assert.ok(question > 1 && question > code, `${question} ${code}`);
    assert.ok(otherCode > 1 && otherCode > otherQuestion, `${otherCode} ${otherQuestion}`);
  });

  it("a dynamic query follows what is generated and forgets it", async () => {
    const generated: number[] = [];
    const guide = await guideOf({ query: "dynamic" }, generated);
    const scoreOf = (token: number) => changesOf(guide, [token])[0] ?? 0;
    const before = scoreOf(40);
    assert.deepEqual(changesOf(guide, [5]), changesOf(await guideOf({ query: "fixed" }), [5]), "nothing is generated yet");
    generated.push(40);
    const after = scoreOf(40);
    generated.push(...Array.from({ length: 30 }, (_, i) => 10 + (i % 5)));
    const later = scoreOf(40);
    assert.ok(after > before + 1 && later < after - 1, `${before} ${after} ${later}`);
  });

  it("leaves a sure model alone when it adapts, and is at full scale where all candidates are as likely", async () => {
    const adaptive = await guideOf({ adaptive: true });
    const full = changesOf(await guideOf({}), [5, 6, 7, 8]);
    assert.deepEqual(changesOf(adaptive, [5, 6, 7, 8], Float32Array.of(1, 0, 0, 0)), [0, 0, 0, 0]);
    changesOf(adaptive, [5, 6, 7, 8]).forEach((change, i) => assert.ok(Math.abs(change - (full[i] ?? 0)) < 1e-4));
    const half = changesOf(adaptive, [5, 6, 7, 8], Float32Array.of(0.5, 0.5, 0, 0));
    half.forEach((change, i) => assert.ok(Math.abs(change - (full[i] ?? 0) / 2) < 1e-4));
  });

  it("entropy's share is 0 to 1", () => {
    const cases: readonly [number[], number][] = [
      [[], 0],
      [[1], 0],
      [[1, 0], 0],
      [[0.5, 0.5], 1],
      [[0.25, 0.25, 0.25, 0.25], 1],
    ];
    for (const [shares, expected] of cases) assert.equal(entropyShare(Float32Array.from(shares)), expected);
  });

  it("embeddings that could not be read are asked for anew", async () => {
    let calls = 0;
    const guides = new ModelGuidance(() => (calls++ === 0 ? Promise.reject(new Error("no disk")) : Promise.resolve(tableOf(rows))));
    const request = { guidance: plain, parts: { all: [5], question: [5], code: [] }, seed: 5, isContent: () => true };
    await assert.rejects(guides.prepare(request, never), /no disk/);
    await guides.prepare(request, never);
    await guides.prepare(request, never);
    assert.equal(calls, 2);
    await assert.rejects(guides.prepare(request, AbortSignal.abort()), { name: "AbortError" });
  });
});

describe("the tokens of a query", () => {
  it("rare tokens of the prompt weigh more than common ones, special ones nothing", () => {
    const all = [...Array.from({ length: 50 }, () => 9), 5, 1, 9];
    const weights = queryTokens("fixed", { all, question: [5, 1, 9], code: [] }, (token) => token !== 1);
    assert.deepEqual([...weights.keys()], [5, 9]);
    assert.ok((weights.get(5) ?? 0) > 20 * (weights.get(9) ?? 1));
  });

  it("question and code are found in a prompt; one without turns is all question", () => {
    const tokens = [1, 2, 3, 4, 5, 6, 7, 8];
    const parts = [
      { key: "opening/x", length: 1 },
      { key: "a/question", length: 2 },
      { key: "b/code", length: 2 },
      { key: "b/question", length: 3 },
    ];
    assert.deepEqual(promptParts({ tokens, parts }, "b"), { all: tokens, question: [6, 7, 8], code: [4, 5] });
    assert.deepEqual(promptParts({ tokens, parts }, undefined), { all: tokens, question: tokens, code: [] });
  });
});
