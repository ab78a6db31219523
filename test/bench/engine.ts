/**
 * `npm run bench:engine [-- --model FILE] [--threads N] [--json]`: the whole path (engine process, rpc, session) side by
 * side with the raw loop of node-llama-cpp on the same file, in alternating rounds of one run. Without --model it is the
 * full-size Phi-3 shape with random weights. Targets stand beside the ratios. The raw loop has Hearth's way of loading
 * (weights read into memory, no flash attention); with --raw-defaults it has the library's own (mapped, with it).
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { memoryStore } from "../../src/chat/memoryStore";
import type { ChatSession } from "../../src/chat/session";
import { Sessions } from "../../src/chat/sessions";
import type { ChatEvent, ChatSettings } from "../../src/chat/types";
import { silentLog } from "../../src/common/log";
import { physicalCores } from "../../src/engine/cpuCores";
import { engineDefaults } from "../../src/engine/engineConfig";
import type { Engine, EngineConfig, GenerateStats } from "../../src/engine/ports";
import { createEngine } from "../../src/engine/supervisor";
import { testModel } from "../fixtures/models";
import { commandLine, family, residentBytes } from "./processMemory";
import { RawLoop, type RawSetup, serveRawLoop } from "./rawLoop";

const never = new AbortController().signal;

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    threads: { type: "string" },
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    prompt: { type: "string", default: "200" },
    "follow-up": { type: "string", default: "100" },
    tokens: { type: "string", default: "48" },
    "raw-defaults": { type: "boolean", default: false },
    raw: { type: "string" },
  },
});

/** The engine saves conversations some seconds after an answer; the raw loop is not to pay for that. */
const savingMs = 9000;

interface Answered {
  readonly stats: GenerateStats;
  /** From the question to the first token, as the asker sees it. */
  readonly firstTokenMs: number;
  /** Tokens a second after the first one, as the asker sees them arrive. */
  readonly tokensPerSecond: number;
}

async function ask(session: ChatSession, text: string): Promise<Answered> {
  const askedAt = performance.now();
  let firstAt: number | undefined;
  let lastAt = askedAt;
  let finished: Extract<ChatEvent, { type: "finished" }> | undefined;
  for await (const event of session.ask({ text, attachments: [] }, never)) {
    if (event.type === "prefill" && event.done === event.total) firstAt ??= performance.now();
    if (event.type === "text") lastAt = performance.now();
    if (event.type === "finished") finished = event;
  }
  const status = finished?.turn.status;
  if (status?.kind !== "done" || firstAt === undefined) throw new Error(`No answer: ${JSON.stringify(status)}`);
  const { stats } = status.record;
  return { stats, firstTokenMs: firstAt - askedAt, tokensPerSecond: (1000 * (stats.generatedTokens - 1)) / (lastAt - firstAt) };
}

/** Text that takes about so many tokens. */
async function textOf(engine: Engine, tokens: number, salt: string): Promise<string> {
  const words = `${salt} how does the parser read a value, and what happens to it when the file is missing? `.repeat(60).split(" ");
  let low = 1;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const [count = 0] = await engine.countTokens([words.slice(0, middle).join(" ")]);
    if (count < tokens) low = middle + 1;
    else high = middle;
  }
  return words.slice(0, low).join(" ");
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

interface Figures {
  readonly rounds: number;
  readonly raw: { prefill: number; decode: number; nativeShare: number; residentBytes: number };
  readonly hearth: { prefill: number; decode: number; residentBytes: number; threads: number; prefillThreads: number; loadMs: number };
  readonly decodeRatio: number;
  readonly followUp: { newTokens: number; reusedTokens: number; firstTokenMs: number; allowedMs: number };
  readonly restore: { tokens: number; readAgain: number; restoreMs: number; evaluateMs: number };
}

async function measure(model: string, entry: string, self: string, states: string): Promise<Figures> {
  const threads = values.threads === undefined ? 0 : Number(values.threads);
  const [prompt, follow, tokens, rounds] = [values.prompt, values["follow-up"], values.tokens, values.rounds].map(Number) as [number, number, number, number];
  const contextSize = 1024;
  const config: EngineConfig = { ...engineDefaults, model, modelDirectories: [], gpuLayers: 0, contextSize, threads, sequences: 2, promptLookup: "off", stateDirectory: states };
  const settings: ChatSettings = { sampling: { sampler: "greedy", temperature: 0 }, maxTokens: tokens, useContext: false, contextFull: "dropOldest" };
  const open = () => {
    const engine = createEngine({ entry, config, log: silentLog });
    return { engine, sessions: new Sessions({ model: engine, retriever: undefined, store, settings: () => settings, log: silentLog }) };
  };
  const store = memoryStore();
  let { engine, sessions } = open();
  let info = await engine.load();
  const rawSetup: RawSetup = { model, threads: threads || info.threads, contextSize, mmap: values["raw-defaults"], flashAttention: values["raw-defaults"] ? "auto" : config.flashAttention };
  const raw = await RawLoop.start(self, rawSetup);
  await raw.round({ prompt: 32, tokens: 4 });
  await ask(sessions.create(), await textOf(engine, 32, "warm"));

  const rawRounds = [];
  const first: Answered[] = [];
  const second: { answered: Answered; rate: number }[] = [];
  let session = sessions.create();
  for (let i = 0; i < rounds; i++) {
    session = sessions.create();
    const opening = await ask(session, await textOf(engine, prompt, `first${i}`));
    first.push(opening);
    const answered = await ask(session, await textOf(engine, follow, `second${i}`));
    const { reusedTokens: held, evaluatedTokens } = answered.stats;
    await delay(savingMs);
    rawRounds.push(await raw.round({ prompt: opening.stats.promptTokens, tokens }));
    const again = await raw.round({ held, prompt: evaluatedTokens, tokens: 2 });
    second.push({ answered, rate: (1000 * (evaluatedTokens - 1)) / again.prefillMs });
  }
  const hearthBytes = engineBytes();
  info = await engine.load();
  const id = session.conversation.id;
  const perToken = first.map(({ stats }) => stats.prefillTokensPerSecond);
  await engine.dispose();
  ({ engine, sessions } = open());
  await engine.load();
  const resumed = await sessions.open(id);
  const startedAt = performance.now();
  const back = await resumed?.resume(never);
  const restoreMs = performance.now() - startedAt;
  await engine.dispose();
  await raw.stop();

  const decode = median(first.map(({ tokensPerSecond }) => tokensPerSecond));
  const rawDecode = median(rawRounds.map((round) => (1000 * round.tokens) / round.decodeMs));
  const followUps = second.map(({ answered: { stats, firstTokenMs }, rate }) => ({
    newTokens: stats.evaluatedTokens,
    reusedTokens: stats.reusedTokens,
    firstTokenMs,
    allowedMs: 1.05 * ((1000 * stats.evaluatedTokens) / rate) + 50,
  }));
  const followUp = [...followUps].sort((a, b) => a.firstTokenMs / a.allowedMs - b.firstTokenMs / b.allowedMs)[followUps.length >> 1];
  if (!followUp || !back) throw new Error("Nothing was measured.");
  const prefill = median(perToken);
  return {
    rounds,
    raw: {
      prefill: median(rawRounds.map((round) => (1000 * (round.prompt - 1)) / round.prefillMs)),
      decode: rawDecode,
      nativeShare: median(rawRounds.map((round) => round.nativeMs / round.decodeMs)),
      residentBytes: Math.max(...rawRounds.map((round) => round.residentBytes)),
    },
    hearth: { prefill, decode, residentBytes: hearthBytes, threads: info.threads, prefillThreads: info.prefillThreads, loadMs: info.loadMs },
    decodeRatio: decode / rawDecode,
    followUp,
    restore: { tokens: back.tokens, readAgain: back.evaluatedTokens, restoreMs, evaluateMs: (1000 * back.tokens) / prefill },
  };
}

/** Resident bytes of the engine's process: the largest child of this one that is not the raw loop. */
function engineBytes(): number {
  const children = family(process.pid).filter((pid) => pid !== process.pid);
  return Math.max(...children.map((pid) => (isRawLoop(pid) ? 0 : residentBytes(pid))));
}

function isRawLoop(pid: number): boolean {
  return commandLine(pid).includes("--raw");
}

function print(model: string, { raw, hearth, decodeRatio, followUp, restore, rounds }: Figures): void {
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2);
  console.log(`${path.basename(model)}, medians of ${rounds} rounds, ${hearth.prefillThreads} threads to read and ${hearth.threads} to write`);
  console.table({
    "prefill, tokens/s": { "raw loop": raw.prefill.toFixed(1), Hearth: hearth.prefill.toFixed(1), ratio: (hearth.prefill / raw.prefill).toFixed(3) },
    "decode, tokens/s": { "raw loop": raw.decode.toFixed(2), Hearth: hearth.decode.toFixed(2), ratio: decodeRatio.toFixed(3), target: ">= 0.97" },
    "decode inside llama.cpp, share": { "raw loop": raw.nativeShare.toFixed(3) },
    "resident memory, GB": { "raw loop": gigabytes(raw.residentBytes), Hearth: gigabytes(hearth.residentBytes) },
    [`first token of a follow-up of ${followUp.newTokens} tokens, ms`]: {
      Hearth: followUp.firstTokenMs.toFixed(0),
      ratio: (followUp.firstTokenMs / followUp.allowedMs).toFixed(3),
      target: `<= 1 (${followUp.allowedMs.toFixed(0)} ms)`,
    },
    [`resume ${restore.tokens} tokens (${restore.readAgain} read again), ms`]: {
      "raw loop": `${restore.evaluateMs.toFixed(0)} to read`,
      Hearth: restore.restoreMs.toFixed(0),
      ratio: `1/${(restore.evaluateMs / restore.restoreMs).toFixed(0)}`,
      target: "<= 1/50 at full size",
    },
    "load, s": { Hearth: (hearth.loadMs / 1000).toFixed(1) },
  });
}

async function main(): Promise<void> {
  const self = process.argv[1] ?? "";
  const model = path.resolve(values.model ?? (await testModel("phi3-full", { endOfTurn: "never" })));
  const states = await mkdtemp(path.join(os.tmpdir(), "hearth-bench-"));
  try {
    const figures = await measure(model, path.resolve("dist/engine.mjs"), self, states);
    if (values.json) console.log(JSON.stringify({ model, cores: await physicalCores(), ...figures }));
    else print(model, figures);
  } finally {
    await rm(states, { recursive: true, force: true });
  }
}

if (values.raw === undefined) await main();
else await serveRawLoop(JSON.parse(values.raw) as RawSetup);
