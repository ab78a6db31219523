import assert from "node:assert/strict";
import { HearthError } from "../../../../src/common/errors";
import type { ChatEngine } from "../../../../src/engine/chatEngine";
import { type GenerateRequest, type Guidance, guidanceQueries, guidanceStrategies, type Sampling } from "../../../../src/engine/ports";
import { code, Panel, question } from "../panel";
import { answer, greedy, TestRuntime, warm } from "../testRuntime";

const guidance: Guidance = { strategy: "cosine", scale: 8, topN: 256, query: "fixed", adaptive: false };
const samplings: readonly Sampling[] = [
  { ...greedy, seed: 7 },
  { ...warm, seed: 7 },
  { ...warm, sampler: "top-k", topK: 40, seed: 7 },
  { ...warm, sampler: "top-p", topP: 0.9, seed: 7 },
];

describe("guided answers", function () {
  this.timeout(120_000);
  const runtime = new TestRuntime();
  let engine: ChatEngine;
  before(async () => (engine = await runtime.engine("phi3", { promptLookup: "auto" })));
  after(() => runtime.dispose());

  let panels = 0;
  /** The same question in a conversation of its own. */
  function request(change: Partial<GenerateRequest> = {}): GenerateRequest {
    const panel = new Panel(engine, `guided-${++panels}`);
    return { ...panel.request(question("parse"), { context: code("parseNumber"), maxTokens: 12 }), turns: [{ id: "q", user: question("parse"), context: code("parseNumber") }], ...change };
  }
  const tokensOf = async (change: Partial<GenerateRequest>) => (await answer(engine, request(change))).tokens;

  it("a scale of 0 gives the plain sampler's tokens exactly, and no record of guidance", async () => {
    for (const sampling of samplings) {
      for (const strategy of guidanceStrategies) {
        const guided = await answer(engine, request({ sampling, guidance: { ...guidance, strategy, scale: 0 } }));
        assert.deepEqual(guided.tokens, await tokensOf({ sampling }), `${sampling.sampler} ${strategy}`);
        assert.equal(guided.guidance, undefined);
      }
    }
  });

  for (const strategy of guidanceStrategies) {
    it(`${strategy}: other tokens than the plain sampler's, the same ones each time, and a record that says so`, async () => {
      for (const sampling of samplings) {
        const wish = { ...guidance, strategy };
        const first = await answer(engine, request({ sampling, guidance: wish }));
        assert.notDeepEqual(first.tokens, await tokensOf({ sampling }), sampling.sampler);
        assert.deepEqual(await tokensOf({ sampling: first.sampling, guidance: first.guidance!, fresh: true }), first.tokens, sampling.sampler);
        assert.deepEqual(first.guidance, wish);
      }
    });
  }

  it("strategies, queries and scales draw differently from each other", async () => {
    const draws = new Map<string, string>();
    for (const strategy of guidanceStrategies) {
      for (const query of guidanceQueries) draws.set(`${strategy} ${query}`, String(await tokensOf({ sampling: greedy, guidance: { ...guidance, strategy, query } })));
    }
    for (const strategy of guidanceStrategies) {
      const own = guidanceQueries.map((query) => draws.get(`${strategy} ${query}`));
      assert.equal(new Set(own).size, own.length, strategy);
    }
    assert.equal(new Set(guidanceStrategies.map((strategy) => draws.get(`${strategy} fixed`))).size, guidanceStrategies.length);
    assert.notEqual(String(await tokensOf({ sampling: greedy, guidance: { ...guidance, scale: 1 } })), draws.get("cosine fixed"));
  });

  it("without retrieved code, the context is the question", async () => {
    const turns = [{ id: "q", user: question("parse") }];
    const of = (query: Guidance["query"]) => tokensOf({ turns, sampling: greedy, guidance: { ...guidance, query } });
    assert.deepEqual(await of("context"), await of("fixed"));
  });

  it("one answer is guided and the next one of the conversation is not", async () => {
    const panel = new Panel(engine, "mixed");
    await panel.send({ ...panel.request(question("one"), { maxTokens: 5, fresh: true }), guidance });
    const follow = panel.request(question("two"), { maxTokens: 5 });
    const plain = await panel.send(follow);
    assert.equal(plain.guidance, undefined);
    assert.ok(plain.stats.reusedTokens > 0);
    assert.deepEqual((await answer(engine, { ...follow, conversation: "mixed-again", fresh: true })).tokens, plain.tokens);
  });

  it("aborting while the embeddings are being read ends with a done", async () => {
    const other = await runtime.engine("llama2");
    const abort = new AbortController();
    const done = answer(other, { ...request(), guidance }, abort.signal, ({ type }) => type === "prefill" && abort.abort());
    assert.equal((await done).stopReason, "aborted");
  });

  const refused: readonly [Partial<Guidance>, RegExp][] = [
    [{ scale: 21 }, /guidanceScale is 21; it has to be a number from 0 to 20/],
    [{ topN: 0 }, /guidanceTopN is 0; it has to be a whole number from 1 to 4096/],
    [{ strategy: "none" as "cosine" }, /guidance is "none"; it has to be one of cosine, cnn, bayesian, thompson/],
    [{ query: "best" as "fixed" }, /guidanceQuery is "best"/],
  ];
  for (const [change, message] of refused) {
    it(`refuses ${JSON.stringify(change)}`, async () => {
      await assert.rejects(answer(engine, request({ guidance: { ...guidance, ...change } })), (error) => error instanceof HearthError && error.code === "bad-setting" && message.test(error.message));
    });
  }
});
