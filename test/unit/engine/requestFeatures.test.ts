import assert from "node:assert/strict";
import type { ChatEngine } from "../../../src/engine/chatEngine";
import type { GenerateRequest, JsonSchema, Sampling } from "../../../src/engine/ports";
import type { DecoderKind } from "../../fixtures/models";
import { answer, greedy, TestRuntime, warm } from "./testRuntime";

const person: JsonSchema = {
  type: "object",
  properties: { name: { type: "string", maxLength: 8 }, age: { type: "integer", minimum: 0, maximum: 120 }, mood: { enum: ["calm", "wild"] } },
  required: ["name", "age", "mood"],
  additionalProperties: false,
};

function chat(user: string, options: Partial<GenerateRequest> = {}): GenerateRequest {
  return { conversation: user, system: "", turns: [{ id: "0", user }], sampling: { ...warm, seed: 7 }, maxTokens: 40, ...options };
}

function raw(rawText: string, options: Partial<GenerateRequest> = {}): GenerateRequest {
  return { conversation: "raw", system: "", turns: [], rawText, sampling: { ...warm, seed: 7 }, maxTokens: 12, ...options };
}

describe("what a request may ask of the engine", function () {
  this.timeout(120_000);
  const tests = new TestRuntime();
  afterEach(() => tests.clear());
  after(() => tests.dispose());

  const samplings: readonly (readonly [string, Sampling])[] = [
    ["greedy", greedy],
    ["drawn", { ...warm, seed: 3 }],
    ["drawn from few", { ...warm, sampler: "top-k", topK: 3, seed: 4 }],
  ];
  const kinds: readonly DecoderKind[] = ["phi3", "llama2", "qwen2"];
  for (const kind of kinds) {
    it(`${kind}: the answer is the JSON of the schema, and the same again`, async () => {
      const engine = await tests.engine(kind);
      for (const [name, sampling] of samplings) {
        const request = chat("Who?", { conversation: name, jsonSchema: person, sampling, maxTokens: 300 });
        const first = await answer(engine, request);
        assert.equal(first.stopReason, "endOfTurn");
        const value = JSON.parse(first.text) as { name: string; age: number; mood: string };
        assert.deepEqual(Object.keys(value), ["name", "age", "mood"]);
        assert.ok(Array.from(value.name).length <= 8 && value.age >= 0 && value.age <= 120 && ["calm", "wild"].includes(value.mood), first.text);
        const again = await answer(engine, { ...request, conversation: "again" });
        assert.deepEqual(again.tokens, first.tokens, name);
      }
    });
  }

  it("guesses nothing where a grammar has a say", async () => {
    const engine = await tests.engine("phi3", { promptLookup: "on" });
    const { text, stats } = await answer(engine, chat('{"name":"","age":0,"mood":"calm"}', { jsonSchema: person, sampling: greedy, maxTokens: 300 }));
    JSON.parse(text);
    assert.equal(stats.lookup, undefined);
  });

  it("refuses a schema that it cannot keep to, and goes on", async () => {
    const engine = await tests.engine("phi3");
    await assert.rejects(answer(engine, chat("a", { jsonSchema: { not: {} } })), { code: "bad-use" });
    assert.equal((await answer(engine, chat("a", { maxTokens: 3 }))).tokens.length, 3);
  });

  it("ends before a text that the request names", async () => {
    const engine = await tests.engine("phi3");
    const whole = await answer(engine, chat("a"));
    const stop = whole.text.slice(20, 24);
    const at = whole.text.indexOf(stop);
    const cut = await answer(engine, chat("b", { turns: [{ id: "0", user: "a" }], stopTexts: ["never in it", stop] }));
    assert.equal(cut.stopReason, "stopText");
    assert.equal(cut.text, whole.text.slice(0, at));
    assert.deepEqual(cut.tokens, whole.tokens.slice(0, cut.tokens.length));
  });

  for (const kind of kinds) {
    it(`${kind}: goes on with a text as it stands, from the cache where it can`, async () => {
      const engine = await tests.engine(kind);
      const text = "The colour of the sky is";
      const first = await answer(engine, raw(text));
      const { vocabulary } = tests.runtime!;
      const bos = vocabulary.addsBos && vocabulary.bos !== undefined ? [vocabulary.bos] : [];
      assert.equal(first.stats.promptTokens, bos.length + vocabulary.tokenize(text).length);
      const expected = vocabulary.detokenize([...vocabulary.tokenize(text), ...first.tokens]);
      assert.ok(expected.startsWith((text + first.text).trimStart()), `${JSON.stringify(text + first.text)} begins ${JSON.stringify(expected)}`);
      const longer = await answer(engine, raw(`${text} blue`));
      assert.ok(longer.stats.reusedTokens >= first.stats.promptTokens - 1);
    });
  }

  it("measures a text that is continued", async () => {
    const engine = await tests.engine("phi3");
    const { promptTokens, turnTokens } = engine.measure(raw("one two three"));
    assert.equal(promptTokens, 1 + tests.runtime!.vocabulary.tokenize("one two three").length);
    assert.deepEqual(turnTokens, []);
  });

  it("refuses to go on with nothing", async () => {
    await assert.rejects(answer(await tests.engine("qwen2"), raw("")), { code: "bad-use" });
  });

  it("makes tokens that were used less likely, or likelier, as often as they were", async () => {
    const engine = await tests.engine("phi3");
    const jsonSchema: JsonSchema = { type: "array", items: { enum: ["x", "y"] }, minItems: 24, maxItems: 24 };
    const rarest = async (extras: GenerateRequest["extras"]) => {
      const { text } = await answer(engine, chat("count", { sampling: greedy, maxTokens: 600, jsonSchema, ...(extras && { extras }) }));
      const items = JSON.parse(text) as readonly string[];
      const count = items.filter((item) => item === "x").length;
      return Math.min(count, items.length - count);
    };
    const [evenly, alike] = [await rarest({ frequencyPenalty: 2 }), await rarest({ frequencyPenalty: -2 })];
    assert.ok(evenly >= 6 && alike <= 2, `${evenly} and ${alike} of 24`);
    await assert.rejects(rarest({ presencePenalty: 3 }), { code: "bad-setting" });
  });

  it("keeps few candidates before the sampler's own cut", async () => {
    const engine = await tests.engine("phi3");
    const one = await answer(engine, chat("a", { sampling: { ...warm, sampler: "top-p", topP: 0.99, seed: 5 }, extras: { topK: 1 } }));
    const likeliest = await answer(engine, chat("b", { turns: [{ id: "0", user: "a" }], sampling: greedy }));
    assert.deepEqual(one.tokens, likeliest.tokens);
  });

  it("answers several conversations at once, each as it would alone", async () => {
    const engine: ChatEngine = await tests.engine("phi3", { sequences: 3 });
    const questions = ["one", "two", "three"];
    const requests = questions.map((user, seed) => chat(user, { sampling: { ...warm, seed }, maxTokens: 30, ...(seed === 1 && { jsonSchema: person, maxTokens: 300 }) }));
    const alone: (readonly number[])[] = [];
    for (const request of requests) alone.push((await answer(engine, { ...request, conversation: `${request.conversation} alone` })).tokens);
    const together = await Promise.all(requests.map((request) => answer(engine, { ...request, fresh: true })));
    assert.deepEqual(together.map(({ tokens }) => tokens), alone);
    JSON.parse(together[1]!.text);
  });
});
