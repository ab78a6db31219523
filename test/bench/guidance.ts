/**
 * `npm run bench:guidance [-- --model FILE] [--threads N] [--rounds N] [--tokens N] [--top-n N]`: what guidance takes of a
 * token's time. Plain answers and answers guided in every way are drawn in turns, on one loaded model; without --model it
 * is the full-size Phi-3 shape with random weights. Of random weights the likeliest tokens are others at each step, so
 * almost every candidate's embedding has to be decoded: the worst case. Then the scores alone, of candidates that are new
 * and of ones that are known. Prints medians and ratios of one run.
 */
import { parseArgs } from "node:util";
import { openEmbeddingTable } from "../../src/engine/guidance/embeddingTable";
import { type MakeGuide, ModelGuidance } from "../../src/engine/guidance/modelGuidance";
import { NativeLlama } from "../../src/engine/llama";
import { type Guidance, guidanceQueries, guidanceStrategies } from "../../src/engine/ports";
import type { ChatRuntime, DecodeOptions, SequencePort, StepGuide } from "../../src/engine/runtime";
import { Random } from "../fixtures/random";
import { testModel } from "../fixtures/models";

const never = new AbortController().signal;
const targets = { msOfToken: 2, shareOfDecode: 0.1 };

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    threads: { type: "string", default: "1" },
    rounds: { type: "string", default: "5" },
    tokens: { type: "string", default: "16" },
    "top-n": { type: "string", default: "256" },
  },
});
const rounds = Number(values.rounds);
const tokensOfRound = Number(values.tokens);
const topN = Number(values["top-n"]);

const categorical: DecodeOptions = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 };

interface Way {
  readonly name: string;
  /** Undefined: plain. */
  readonly make: MakeGuide | undefined;
  readonly stepMs: number[];
}

/** Looks and adds nothing: what reading the candidates takes. */
function idleGuide(): StepGuide {
  return { candidates: topN, adjust: (tokens) => new Float32Array(tokens.length) };
}

async function ways(chat: ChatRuntime, guidance: ModelGuidance): Promise<Way[]> {
  const question = chat.vocabulary.tokenize("How does the parser read a value, and what happens when the file is missing?");
  const code = chat.vocabulary.tokenize("export function parseValue(file: string, fallback: number): number {\n  return Number(readFile(file) ?? fallback);\n}");
  const parts = { all: [...code, ...question], question, code };
  const found: Way[] = [
    { name: "plain", make: undefined, stepMs: [] },
    { name: "candidates only", make: idleGuide, stepMs: [] },
  ];
  for (const strategy of guidanceStrategies) {
    for (const query of guidanceQueries) {
      const wish: Guidance = { strategy, query, scale: 2, topN, adaptive: false };
      const make = await guidance.prepare({ guidance: wish, parts, seed: 5, isContent: (token) => !chat.vocabulary.isSpecial(token) }, never);
      found.push({ name: `${strategy} ${query}`, make, stepMs: [] });
    }
  }
  return found;
}

async function drawRound(row: SequencePort, { make, stepMs }: Way): Promise<void> {
  const generated: number[] = [];
  let last: number | undefined;
  for await (const token of row.decode([1], { ...categorical, ...(make && { guide: make(generated) }) })) {
    const now = performance.now();
    if (last !== undefined) stepMs.push(now - last);
    last = now;
    generated.push(token);
    if (generated.length > tokensOfRound) break;
  }
  await row.eraseTail(0);
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** A tenth of the times are below: what a busy machine disturbs least. */
function tenth(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)] ?? 0;
}

function printWhole(all: readonly Way[]): void {
  const plain = median(all[0]?.stepMs ?? []);
  const rows = all.map(({ name, stepMs }) => {
    const own = median(stepMs);
    return [name, { "ms a token": own.toFixed(2), "fastest tenth": tenth(stepMs).toFixed(2), "more, ms": (own - plain).toFixed(2), "of decode": `${((100 * (own - plain)) / plain).toFixed(1)} %` }] as const;
  });
  console.table(Object.fromEntries(rows));
}

/** Times of `adjust` for candidates that no guide has seen, and for the same ones again. */
function printScores(all: readonly Way[], vocabularySize: number): void {
  const random = new Random(1);
  const shares = new Float32Array(topN).fill(1 / topN);
  const rows = all.flatMap(({ name, make }) => {
    if (!make || name === "candidates only") return [];
    const generated: number[] = [];
    const guide = make(generated);
    const fresh: number[] = [];
    const known: number[] = [];
    for (let step = 0; step < 40; step++) {
      const tokens = Uint32Array.from({ length: topN }, () => random.below(vocabularySize));
      fresh.push(timed(() => guide.adjust(tokens, shares)));
      generated.push(tokens[0] ?? 0);
      known.push(timed(() => guide.adjust(tokens, shares)));
    }
    return [[name, { "other candidates, ms": median(fresh).toFixed(2), "fastest tenth": tenth(fresh).toFixed(2), "the same again, ms": median(known).toFixed(2) }] as const];
  });
  console.table(Object.fromEntries(rows));
}

/** By the clock, in ms: a system may count processor time in steps of 4 ms. */
function timed(work: () => unknown): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}

const file = values.model ?? (await testModel("phi3-full"));
const llama = new NativeLlama(() => undefined);
const threads = Number(values.threads);
const chat = await llama.loadChat({ file, gpuLayers: 0, contextSize: 512, threads, sequences: 1, kvCacheType: "f16", flashAttention: false, signal: never, onProgress: () => undefined });
const guidance = new ModelGuidance(() => openEmbeddingTable(file));
const openingMs = performance.now();
const all = await ways(chat, guidance);
process.stdout.write(`${file}\nembeddings read, centred and ${all.length - 2} guides made in ${(performance.now() - openingMs).toFixed(0)} ms; ${chat.vocabulary.size} tokens, ${topN} candidates, ${threads} threads\n`);
const [row] = chat.sequences;
if (!row) throw new Error("A context has at least one row.");
for (let round = 0; round < rounds; round++) for (const way of all) await drawRound(row, way);
process.stdout.write(`\nwhole tokens (targets: at most ${targets.shareOfDecode * 100} % of decode at 1 B parameters, ${targets.msOfToken} ms a token)\n`);
printWhole(all);
process.stdout.write("\nscores alone, on one thread\n");
printScores(all, chat.vocabulary.size);
await chat.dispose();
await llama.dispose();
