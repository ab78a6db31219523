import assert from "node:assert/strict";
import path from "node:path";
import type { LookupStats } from "../../../src/engine/ports";
import type { DecodeOptions, SequencePort } from "../../../src/engine/runtime";
import type { DecoderKind } from "../../fixtures/models";
import { NativeRows } from "./nativeRows";
import { temporaryFolder } from "./temporaryFolder";

const plain: DecodeOptions = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 };
/** What the reciting models say, over and over: plain words of every vocabulary, in which nothing is said twice. */
const recited = Array.from({ length: 30 }, (_, i) => 5000 + 7 * i);

interface Draw {
  readonly tokens: readonly number[];
  readonly stats?: LookupStats;
  readonly cached: number;
}

type Mode = "on" | "auto" | "off";

/** Draws until `stop` says so, and tells what the row holds then. */
async function draw(sequence: SequencePort, prompt: readonly number[], mode: Mode, stop: (tokens: readonly number[]) => boolean): Promise<Draw> {
  await sequence.eraseTail(0);
  const ended: LookupStats[] = [];
  const options = mode === "off" ? plain : { ...plain, lookup: { mode, prompt, onEnd: (stats: LookupStats) => void ended.push(stats) } };
  const tokens: number[] = [];
  for await (const token of sequence.decode(prompt, options)) {
    tokens.push(token);
    assert.equal(sequence.length, prompt.length + tokens.length - 1, "the cache holds the prompt and all tokens but the last");
    if (stop(tokens)) break;
  }
  assert.equal(ended.length, mode === "off" ? 0 : 1);
  return { tokens, cached: sequence.length, ...(ended[0] && { stats: ended[0] }) };
}

const enough = (count: number) => (tokens: readonly number[]) => tokens.length >= count;

describe("prompt-lookup decoding", () => {
  const rows = new NativeRows();
  const folder = temporaryFolder();
  afterEach(() => rows.clear());
  after(() => rows.dispose());

  for (const kind of ["phi3", "llama3", "qwen2"] as const satisfies readonly DecoderKind[]) {
    it(`draws what plain greedy draws from random weights (${kind})`, async () => {
      const { chat, sequence } = await rows.first(kind, { endOfTurn: "never" });
      const prompt = chat.vocabulary.tokenize("for (const item of items) { total += item.price; } for (const item of items) { ".repeat(3));
      const wanted = await draw(sequence, prompt, "off", enough(150));
      for (const mode of ["on", "auto"] as const) assert.deepEqual((await draw(sequence, prompt, mode, enough(150))).tokens, wanted.tokens);
    });

    it(`draws what plain greedy draws where the answer recites its prompt (${kind})`, async () => {
      const { sequence } = await rows.first(kind, { recites: recited });
      // The second copy goes wrong in the middle, so that some guesses are wrong too.
      const prompt = [...recited, ...recited.slice(0, 12), 9000, ...recited.slice(13, 20)];
      const wanted = await draw(sequence, prompt, "off", enough(90));
      assert.deepEqual(wanted.tokens.slice(0, 3), recited.slice(20, 23));
      const { tokens, stats } = await draw(sequence, prompt, "on", enough(90));
      assert.deepEqual(tokens, wanted.tokens);
      assert.ok(stats && stats.acceptedTokens > 40 && stats.proposedTokens >= stats.acceptedTokens, JSON.stringify(stats));
      assert.ok(stats.gain > 0 && stats.gain !== 1, JSON.stringify(stats));
    });
  }

  it("leaves exactly the prompt and what was drawn in the cache, wherever the answer is stopped", async () => {
    const { sequence } = await rows.first("phi3", { recites: recited });
    const prompt = [...recited, ...recited.slice(0, 5)];
    const whole = await draw(sequence, prompt, "off", enough(40));
    for (let count = 1; count <= 30; count++) {
      const { tokens, cached } = await draw(sequence, prompt, "on", enough(count));
      assert.equal(cached, prompt.length + count - 1);
      assert.deepEqual(await cachedTokens(sequence, path.join(folder(), "state")), [...prompt, ...tokens.slice(0, -1)]);
      const more: number[] = [];
      for await (const token of sequence.decode(tokens.slice(-1), plain)) if (more.push(token) === 3) break;
      assert.deepEqual([...tokens, ...more], whole.tokens.slice(0, count + 3));
    }
  });

  it("ends at the end of a turn that a guess runs over", async () => {
    const end = 32007;
    const recites = [...recited.slice(0, 12), end, ...recited.slice(12)];
    const { chat, sequence } = await rows.first("phi3", { recites });
    assert.ok(chat.vocabulary.isEndOfGeneration(end));
    const prompt = [...recites, ...recites.slice(0, 3)];
    const stop = (tokens: readonly number[]) => tokens.at(-1) === end;
    const wanted = await draw(sequence, prompt, "off", stop);
    const { tokens, cached, stats } = await draw(sequence, prompt, "on", stop);
    assert.deepEqual([tokens, cached], [wanted.tokens, wanted.cached]);
    assert.equal(tokens.length, 10);
    assert.ok(stats && stats.acceptedTokens > 0);
  });

  it("frees what it guessed when the consumer throws", async () => {
    const { sequence } = await rows.first("phi3", { recites: recited });
    const prompt = [...recited, ...recited.slice(0, 5)];
    const broken = draw(sequence, prompt, "on", (tokens) => {
      if (tokens.length === 6) throw new Error("stop");
      return false;
    });
    await assert.rejects(broken, /stop/);
    assert.equal(sequence.length, prompt.length + 5);
  });

  it("fills the context to its end without going over it", async () => {
    const { chat, sequence } = await rows.first("phi3", { recites: recited }, { contextSize: 256 });
    const prompt = Array.from({ length: 200 }, (_, i) => recited[i % recited.length] ?? 0);
    const full = (tokens: readonly number[]) => prompt.length + tokens.length >= chat.contextSize;
    const wanted = await draw(sequence, prompt, "off", full);
    const { tokens, cached, stats } = await draw(sequence, prompt, "on", full);
    assert.deepEqual([tokens, cached], [wanted.tokens, wanted.cached]);
    assert.ok(stats && stats.acceptedTokens > 20);
  });

  it("does not guess when the draw is not greedy", async () => {
    const { sequence } = await rows.first("phi3", { recites: recited });
    const prompt = [...recited, ...recited.slice(0, 5)];
    const ended: unknown[] = [];
    const lookup = { mode: "on", prompt, onEnd: (stats: LookupStats) => void ended.push(stats) } as const;
    const penalty = { penalty: 1.1, maxPunishTokens: 8, punishTokens: () => [] };
    for (const options of [{ ...plain, temperature: 0.1, lookup }, { ...plain, repeatPenalty: penalty, lookup }] satisfies DecodeOptions[]) {
      await sequence.eraseTail(0);
      const before = sequence.meter.output;
      let count = 0;
      for await (const token of sequence.decode(prompt, options)) if (token > 0 && ++count === 20) break;
      assert.equal(sequence.meter.output - before, 20);
    }
    assert.deepEqual(ended, []);
  });

  it("draws with two rows at once as with one", async () => {
    const chat = await rows.chat("phi3", { recites: recited }, { sequences: 2 });
    const prompt = [...recited, ...recited.slice(0, 5)];
    const [first, second] = chat.sequences;
    assert.ok(first && second);
    const wanted = await draw(first, prompt, "off", enough(60));
    const both = await Promise.all([draw(first, prompt, "on", enough(60)), draw(second, prompt.slice(3), "on", enough(60))]);
    for (const { tokens } of both) assert.deepEqual(tokens, wanted.tokens);
  });
});

/** What the library itself says is in a row, as it goes into a state file. */
async function cachedTokens(sequence: SequencePort, file: string): Promise<readonly number[]> {
  await sequence.saveState(file);
  return sequence.loadState(file);
}
