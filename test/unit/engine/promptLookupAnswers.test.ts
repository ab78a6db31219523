import assert from "node:assert/strict";
import type { ChatEngine } from "../../../src/engine/chatEngine";
import { CacheRow } from "../../../src/engine/cacheRow";
import { PrefillPace } from "../../../src/engine/prefillPace";
import { Generation } from "../../../src/engine/generation";
import type { GenerateRequest, LookupStats, PromptLookup } from "../../../src/engine/ports";
import { type Answer, answer, greedy, TestRuntime } from "./testRuntime";

const newline = 13;
/** Behind the newline that a prompt ends with, and round again; 32007 ends a turn. */
const recited = [newline, ...Array.from({ length: 24 }, (_, i) => 5000 + 7 * i)];
const never = new AbortController().signal;

function question(maxTokens: number, turn = "0"): GenerateRequest {
  return { conversation: "a", system: "Short.", turns: [{ id: turn, user: "Go on" }], sampling: greedy, maxTokens };
}

describe("answers with prompt lookup", () => {
  const runtime = new TestRuntime();
  afterEach(() => runtime.clear());
  after(() => runtime.dispose());

  const engineWith = (promptLookup: PromptLookup, recites: readonly number[] = recited): Promise<ChatEngine> => runtime.engine("phi3", { promptLookup }, { recites });

  /** The second question shows whether the cache still is what the ledger says: only what is new may be evaluated. */
  async function followUp(engine: ChatEngine, { text, tokens, modelHash }: Answer): Promise<Answer> {
    const turns = [{ id: "0", user: "Go on", answer: { text, tokens, modelHash } }, { id: "1", user: "And now?" }];
    return answer(engine, { ...question(20), turns });
  }

  for (const mode of ["on", "auto"] as const) {
    it(`are the same when it is ${mode}, and so is what follows`, async () => {
      const plain = await engineWith("off");
      const wanted = await answer(plain, question(90));
      const wantedNext = await followUp(plain, wanted);
      const guessing = await engineWith(mode);
      const got = await answer(guessing, question(90));
      assert.deepEqual([got.tokens, got.text, got.stopReason], [wanted.tokens, wanted.text, "maxTokens"]);
      const next = await followUp(guessing, got);
      assert.deepEqual([next.tokens, next.stats.evaluatedTokens, next.stats.reusedTokens], [wantedNext.tokens, wantedNext.stats.evaluatedTokens, wantedNext.stats.reusedTokens]);
    });
  }

  it("tell what was guessed", async () => {
    assert.equal((await answer(await engineWith("off"), question(60))).stats.lookup, undefined);
    const { stats } = await answer(await engineWith("on"), question(60));
    assert.ok(stats.lookup && stats.lookup.acceptedTokens > 10 && stats.lookup.gain > 0, JSON.stringify(stats.lookup));
    const warm = await answer(await engineWith("on"), { ...question(20), sampling: { ...greedy, sampler: "categorical", temperature: 1 } });
    assert.equal(warm.stats.lookup, undefined);
  });

  it("end at the end of a turn, where guesses run over it", async () => {
    const recites = [...recited, 32007];
    const wanted = await answer(await engineWith("off", recites), question(90));
    const engine = await engineWith("on", recites);
    const got = await answer(engine, question(90));
    assert.deepEqual([got.tokens, got.stopReason], [wanted.tokens, "endOfTurn"]);
    const again = await answer(engine, { ...question(90), turns: [{ id: "2", user: "Go on" }] });
    assert.deepEqual(again.tokens, wanted.tokens);
  });

  it("end at a stop text that a guess runs over", async () => {
    const { vocabulary, contextSize, sequences } = await runtime.chat("phi3", { recites: recited });
    const [sequence] = sequences;
    assert.ok(sequence);
    const prompt = [...recited, ...recited.slice(0, 4)];
    const run = async (mode: "on" | undefined) => {
      await sequence.eraseTail(0);
      let guessed: LookupStats | undefined;
      const lookup = mode && { mode, prompt, onEnd: (stats: LookupStats) => void (guessed = stats) };
      const generation = new Generation({
        ...{ row: new CacheRow(sequence), pace: new PrefillPace(), vocabulary, prompt, contextSize, restored: 0, maxTokens: 50, startedAt: 0 },
        ...{ stopTokens: new Set<number>(), stopTexts: [vocabulary.detokenize(recited.slice(11, 13), recited.slice(10, 11)).trim()] },
        decodeOptions: () => ({ temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1, ...(lookup && { lookup }) }),
        interrupted: () => undefined,
      });
      let text = "";
      for await (const event of generation.run()) text += event.type === "text" ? event.text : "";
      return { text, tokens: generation.tokens, stopReason: generation.stopReason, length: sequence.length, accepted: guessed?.acceptedTokens };
    };
    const { accepted: none, ...wanted } = await run(undefined);
    const { accepted = 0, ...got } = await run("on");
    assert.deepEqual(got, wanted);
    assert.deepEqual([got.stopReason, none], ["stopText", undefined]);
    assert.ok(accepted > 0);
  });

  it("end where they are stopped, and go on from there", async () => {
    const wanted = await answer(await engineWith("off"), question(90));
    const engine = await engineWith("on");
    for (const count of [1, 26, 40, 41, 55]) {
      const abort = new AbortController();
      let seen = 0;
      const stopped = await answer(engine, question(90), abort.signal, (event) => {
        if (event.type === "text" && ++seen === count) abort.abort();
      });
      assert.equal(stopped.stopReason, "aborted");
      assert.deepEqual(stopped.tokens, wanted.tokens.slice(0, stopped.tokens.length));
      const [row] = runtime.runtime?.sequences ?? [];
      assert.equal(row?.length, stopped.stats.promptTokens + stopped.tokens.length - 1);
    }
    assert.deepEqual((await answer(engine, question(90), never)).tokens, wanted.tokens);
  });
});
