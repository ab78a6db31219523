import type { SequencePort, ThreadCounts } from "../runtime";
import { fastestThreads } from "./threadSearch";
import { ThreadTrials } from "./threadTrials";

export interface MeasuredModel {
  /** A row whose tokens stay; what is evaluated behind them is erased. */
  readonly sequence: SequencePort;
  /** Counts from the next evaluation on. */
  readonly setThreads: (threads: ThreadCounts) => void;
  /** Tokens that fit into the row. */
  readonly contextSize: number;
  readonly vocabularySize: number;
}

export interface MeasureOptions {
  readonly cores: number;
  /** Cores that nobody else uses: more threads may take many times as long, and are tried only where that is bearable. */
  readonly freeCores: number;
  /** Ends the measurement before its next token; it rejects with an AbortError then. */
  readonly signal: AbortSignal;
  /** Milliseconds, by default `performance.now()`. */
  readonly now?: () => number;
}

export interface ThreadMeasurement extends ThreadCounts {
  readonly decodeTokensPerSecond: number;
  readonly prefillTokensPerSecond: number;
}

/** All in all, and how much of it goes to drawing tokens. */
const decodeMs = 1500;
const totalMs = 2700;
/** Tokens that a measurement takes at most; in a row with less room nothing is measured. */
const leastRoom = 64;
const mostDecodeTokens = 200;
/** How long a visit is to take on a model whose tokens are quick. */
const visitMs = 40;
/** Where a token takes less, the first one after a change of threads does not count. */
const settlingMs = 60;
const smallestChunk = 8;
/** How much quicker a token of a prompt is than one that is drawn, at least on most machines. */
const batchGain = 3;
const largestChunk = 128;

const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 } as const;

/**
 * Measures with how many threads tokens are drawn and prompts read quickest, in less than 3 s unless a single token
 * takes longer. Undefined where the row has no room for it. Leaves some number of threads set.
 */
export async function measureThreads(model: MeasuredModel, options: MeasureOptions): Promise<ThreadMeasurement | undefined> {
  const { sequence, contextSize } = model;
  const start = sequence.length;
  const room = contextSize - start - 2;
  if (room < leastRoom) return undefined;
  const now = options.now ?? (() => performance.now());
  const startedAt = now();
  try {
    const decode = await measureDecode(model, options, now, startedAt + decodeMs, Math.min(room, mostDecodeTokens));
    await sequence.eraseTail(start);
    const prefill = await measurePrefill(model, options, now, startedAt + totalMs, Math.min(room, largestChunk), decode);
    return { decode: decode.threads, prefill: prefill.threads, decodeTokensPerSecond: decode.tokensPerSecond, prefillTokensPerSecond: prefill.tokensPerSecond };
  } finally {
    if (sequence.length > start) await sequence.eraseTail(start);
  }
}

interface Fastest {
  readonly threads: number;
  readonly trials: ThreadTrials;
  readonly tokensPerSecond: number;
}

type Now = () => number;

async function measureDecode(model: MeasuredModel, options: MeasureOptions, now: Now, deadline: number, room: number): Promise<Fastest> {
  const { sequence, setThreads } = model;
  const { cores, freeCores, signal } = options;
  const trials = new ThreadTrials({ freeCores, signal, now, deadline });
  const end = sequence.length + room;
  const drawn = sequence.decode([1], greedy);
  const draw = async () => {
    signal.throwIfAborted();
    const at = now();
    await drawn.next();
    return now() - at;
  };
  const visit = async (threads: number) => {
    setThreads({ prefill: threads, decode: threads });
    const first = await draw();
    if (first > settlingMs) return { tokens: 1, ms: first };
    const tokens = Math.max(1, Math.min(8, Math.floor(visitMs / Math.max(first, 1))));
    let ms = 0;
    for (let i = 0; i < tokens; i++) ms += await draw();
    return { tokens, ms };
  };
  try {
    // The first token of all may have to read the weights from disk.
    setThreads({ prefill: freeCores, decode: freeCores });
    await draw();
    const threads = await fastestThreads(cores, freeCores, (count) => (sequence.length + 10 > end ? Promise.resolve(undefined) : trials.try(count, visit)));
    return fastest(threads ?? freeCores, trials);
  } finally {
    await drawn.return();
  }
}

async function measurePrefill(
  model: MeasuredModel,
  options: MeasureOptions,
  now: Now,
  deadline: number,
  room: number,
  decode: Fastest,
): Promise<Fastest> {
  const { sequence, setThreads, vocabularySize } = model;
  const { cores, freeCores, signal } = options;
  const trials = new ThreadTrials({ freeCores, signal, now, deadline, seen: decode.trials });
  const start = sequence.length;
  let chunk = smallestChunk;
  const visit = async (threads: number) => {
    setThreads({ prefill: threads, decode: threads });
    const at = now();
    await sequence.prefill(Array.from({ length: chunk }, (_, i) => (i * 7 + 13) % vocabularySize));
    const ms = now() - at;
    await sequence.eraseTail(start);
    return { tokens: chunk, ms };
  };
  const likelyMs = (chunk * 1000) / decode.tokensPerSecond / batchGain;
  if (now() + likelyMs > deadline) return { threads: decode.threads, trials, tokensPerSecond: 0 };
  signal.throwIfAborted();
  const first = await visit(decode.threads);
  chunk = Math.min(room, largestChunk, Math.max(smallestChunk, 8 * Math.floor((chunk * visitMs) / Math.max(first.ms, 0.1) / 8)));
  if (chunk === first.tokens) trials.add(decode.threads, first);
  const threads = await fastestThreads(cores, decode.threads, (count) => trials.try(count, visit, chunk));
  return fastest(threads ?? decode.threads, trials);
}

function fastest(threads: number, trials: ThreadTrials): Fastest {
  const ms = trials.msPerToken(threads);
  return { threads, trials, tokensPerSecond: ms ? 1000 / ms : 0 };
}
