/**
 * `node scripts/bench.mjs promptLookup [--threads N] [--tokens N] [--flash-attention]`: prompt-lookup decoding off, on and
 * auto on a mid-size made model, over an answer that quotes its prompt, one that does so with mistakes, and one that
 * never repeats itself. Rates as ratios to plain greedy, from one run.
 */
import { parseArgs } from "node:util";
import { NativeLlama } from "../../src/engine/llama";
import type { LookupStats } from "../../src/engine/ports";
import type { DecodeOptions, SequencePort } from "../../src/engine/runtime";
import { testModel } from "../fixtures/models";

const greedy: DecodeOptions = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 };
const recited = Array.from({ length: 120 }, (_, i) => 5000 + 7 * i);
const rounds = 3;
/** Of no text, so that nothing matches them. */
const noise = (count: number, from: number) => Array.from({ length: count }, (_, i) => from + 11 * i);

type Mode = "off" | "on" | "auto";

interface Run {
  readonly tokensPerSecond: number;
  readonly tokens: readonly number[];
  readonly stats?: LookupStats;
}

/** What the answer, which goes round in 120 tokens, finds of itself in the prompt. */
const prompts = {
  quotes: [...noise(100, 1000), ...recited, ...recited.slice(0, 8)],
  quotesWithMistakes: [...noise(100, 1000), ...recited.map((token, i) => (i % 10 === 9 ? 12_000 + i : token)), ...recited.slice(0, 8)],
  doesNotQuote: [...noise(220, 1000), ...recited.slice(0, 8)],
} satisfies Record<string, number[]>;

async function draw(sequence: SequencePort, prompt: readonly number[], mode: Mode, count: number): Promise<Run> {
  await sequence.eraseTail(0);
  let stats: LookupStats | undefined;
  const options = mode === "off" ? greedy : { ...greedy, lookup: { mode, prompt, onEnd: (ended: LookupStats) => (stats = ended) } };
  const tokens: number[] = [];
  let startedAt = 0;
  let endedAt = 0;
  for await (const token of sequence.decode(prompt, options)) {
    if (tokens.push(token) === 1) startedAt = performance.now();
    endedAt = performance.now();
    if (tokens.length > count) break;
  }
  return { tokens, tokensPerSecond: (1000 * (tokens.length - 1)) / (endedAt - startedAt), ...(stats && { stats }) };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { threads: { type: "string", default: "1" }, tokens: { type: "string", default: "100" }, "flash-attention": { type: "boolean", default: false } },
  });
  const llama = new NativeLlama(() => undefined);
  const chat = await llama.loadChat({
    file: await testModel("phi3-mid", { recites: recited }),
    ...{ gpuLayers: 0, contextSize: 1024, threads: Number(values.threads), sequences: 1, kvCacheType: "f16", flashAttention: values["flash-attention"] },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const [sequence] = chat.sequences;
  if (!sequence) throw new Error("A context has at least one row.");
  const table: Record<string, Record<string, unknown>> = {};
  for (const [name, prompt] of Object.entries(prompts)) {
    const runs: Record<Mode, Run[]> = { off: [], on: [], auto: [] };
    for (let round = 0; round < rounds; round++) for (const mode of ["off", "on", "auto"] as const) runs[mode].push(await draw(sequence, prompt, mode, Number(values.tokens)));
    const base = median(runs.off.map((run) => run.tokensPerSecond));
    for (const mode of ["on", "auto"] as const) {
      const last = runs[mode].at(-1);
      table[`${name}, ${mode}`] = {
        "plain, tokens/s": base.toFixed(1),
        "times as fast": (median(runs[mode].map((run) => run.tokensPerSecond)) / base).toFixed(2),
        "gain in stats": last?.stats?.gain.toFixed(2),
        accepted: `${last?.stats?.acceptedTokens} of ${last?.stats?.proposedTokens}`,
        same: runs[mode].every((run) => String(run.tokens) === String(runs.off[0]?.tokens)),
      };
    }
  }
  console.table(table);
  await chat.dispose();
  await llama.dispose();
}

await main();
