/**
 * The raw loop of node-llama-cpp: a model, a context, one sequence, `evaluate`, and nothing of Hearth. It runs in a
 * process of its own and is asked by messages, so that its rounds can alternate with those of the engine.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { LlamaContextSequence, Token } from "node-llama-cpp";

export interface RawSetup {
  readonly model: string;
  readonly threads: number;
  readonly contextSize: number;
  /** Whether the file is mapped into memory, as the library does by default. */
  readonly mmap: boolean;
  readonly flashAttention: boolean | "auto";
}

/** One round: a prompt is read, then tokens are drawn greedily. */
export interface RawRound {
  /** Tokens read. */
  readonly prompt: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
  /** Of `decodeMs`, what passed inside llama.cpp's own decode; the rest is drawing, JavaScript and the way between. */
  readonly nativeMs: number;
  readonly tokens: number;
  readonly residentBytes: number;
}

export interface RoundRequest {
  /** Tokens that the cache holds before, read without being timed. Default: none. */
  readonly held?: number;
  readonly prompt: number;
  readonly tokens: number;
}

/** A process that runs raw rounds. End it with `stop`. */
export class RawLoop {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(entry: string, setup: RawSetup): Promise<RawLoop> {
    const loop = new RawLoop(fork(entry, ["--raw", JSON.stringify(setup)], { stdio: ["ignore", "ignore", "inherit", "ipc"] }));
    await loop.#reply();
    return loop;
  }

  /** Reads `prompt` tokens behind those that are held, then draws `tokens`. */
  async round(request: RoundRequest): Promise<RawRound> {
    this.#child.send(request);
    return (await this.#reply()) as RawRound;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }

  async #reply(): Promise<unknown> {
    const exited = once(this.#child, "exit").then(([code]) => {
      throw new Error(`The raw loop ended with ${String(code)}.`);
    });
    const [message] = (await Promise.race([once(this.#child, "message"), exited])) as [unknown];
    return message;
  }
}

/** The process's side: serves rounds until the parent lets go. */
export async function serveRawLoop(setup: RawSetup): Promise<void> {
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, logLevel: LlamaLogLevel.error, maxThreads: setup.threads });
  const model = await llama.loadModel({ modelPath: setup.model, gpuLayers: 0, useMmap: setup.mmap, defaultContextSwaFullCache: true });
  const context = await model.createContext({ contextSize: setup.contextSize, sequences: 1, threads: setup.threads, flashAttention: setup.flashAttention });
  const sequence = context.getSequence();
  const native = timedDecode(context);
  const words = model.tokenize("the quick brown fox reads a file and writes another one, then it rests. ".repeat(300), false);
  process.on("disconnect", () => process.exit(0));
  process.on("message", (request: RoundRequest) => void round(sequence, words, request, native).then((result) => process.send?.(result)));
  process.send?.("ready");
}

async function round(sequence: LlamaContextSequence, words: readonly Token[], { held = 0, prompt, tokens }: RoundRequest, native: { ms: number }): Promise<RawRound> {
  await sequence.clearHistory();
  if (held > 0) await sequence.evaluateWithoutGeneratingNewTokens(words.slice(0, held));
  const startedAt = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(words.slice(held, held + prompt - 1));
  const readAt = performance.now();
  let drawn = 0;
  let firstAt = 0;
  const drawing = sequence.evaluate(words.slice(held + prompt - 1, held + prompt), { temperature: 0, yieldEogToken: true });
  while (drawn <= tokens && !(await drawing.next()).done) {
    if (drawn++ > 0) continue;
    firstAt = performance.now();
    native.ms = 0;
  }
  await drawing.return();
  const decodeMs = performance.now() - firstAt;
  return { prompt, prefillMs: readAt - startedAt, decodeMs, nativeMs: native.ms, tokens: drawn - 1, residentBytes: process.memoryUsage().rss };
}

/** Counts the time inside the binding's decode call; the binding is no part of the library's types. */
function timedDecode(context: object): { ms: number } {
  const total = { ms: 0 };
  if (!("_ctx" in context) || typeof context._ctx !== "object" || context._ctx === null) return total;
  const binding = context._ctx as Readonly<Record<string, unknown>>;
  const methods = new Map<string, unknown>();
  context._ctx = new Proxy(binding, {
    get(_, name: string) {
      if (!methods.has(name)) methods.set(name, bound(binding, name, total));
      return methods.get(name);
    },
  });
  return total;
}

function bound(binding: Readonly<Record<string, unknown>>, name: string, total: { ms: number }): unknown {
  const value = binding[name];
  if (typeof value !== "function") return value;
  const method = value.bind(binding) as (...args: unknown[]) => unknown;
  if (name !== "decodeBatch") return method;
  return async () => {
    const startedAt = performance.now();
    await method();
    total.ms += performance.now() - startedAt;
  };
}
