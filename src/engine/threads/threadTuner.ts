import { setTimeout as sleep } from "node:timers/promises";
import type { Subscribe } from "../../common/emitter";
import { describeError, isAbortError } from "../../common/errors";
import type { Log } from "../../common/log";
import type { GenerateStats } from "../ports";
import type { ChatRuntime, SequencePort, ThreadCounts } from "../runtime";
import { busyProcessors, type CpuSnapshot, cpuSnapshot, freeCores } from "./cpuLoad";
import { measureThreads, type ThreadMeasurement } from "./measureThreads";
import { PaceWatch } from "./paceWatch";
import type { KeptThreads, ThreadStore } from "./threadStore";

/** The engine whose threads are tuned. */
export interface TunedEngine {
  setThreads(threads: ThreadCounts): void;
  /** A question ends `work` by its signal; it is begun anew afterwards. Rejects with an AbortError when the engine closes. */
  whenIdle<T>(work: (row: { readonly sequence: SequencePort }, signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
  readonly onDidAnswer: Subscribe<GenerateStats>;
}

export interface ThreadTunerOptions {
  readonly engine: TunedEngine;
  readonly runtime: Pick<ChatRuntime, "setThreads" | "contextSize" | "vocabulary">;
  readonly model: string;
  readonly cores: number;
  /** Under which the store has what was measured of this model on this machine. */
  readonly key: string;
  /** Undefined: nothing is kept. */
  readonly store: ThreadStore | undefined;
  readonly log: Log;
  /** Called when a measurement has changed the numbers. */
  readonly onChange?: () => void;
  /** Milliseconds; by default `performance.now()`. */
  readonly now?: () => number;
  readonly snapshot?: () => CpuSnapshot;
  /** Waits so many milliseconds without keeping the process alive. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** A model is mostly loaded for a question; the measurement lets it go first. */
const delayMs = 1000;
/** How long the machine is watched before: what nobody else uses is tried first. */
const watchMs = 150;
/** Others that keep half a core busy disturb a measurement. */
const quietProcessors = 0.5;
/** How long a number that was measured on a busy machine is good for. */
const busyValidMs = 2 * 60_000;
/** How long after a measurement that changed nothing slow answers are put up with; doubled each time. */
const shortestPauseMs = 60_000;
const longestPauseMs = 60 * 60_000;

/**
 * Finds the numbers of threads that are best for a loaded model and keeps them for the next time. Measures when the
 * model is new on this machine, when answers have come at less than half of the measured rate for a while, and some
 * time after a measurement that something else disturbed.
 */
export class ThreadTuner {
  readonly #options: ThreadTunerOptions;
  readonly #now: () => number;
  readonly #snapshot: () => CpuSnapshot;
  readonly #wait: (ms: number) => Promise<unknown>;
  #threads: ThreadCounts;
  #kept: KeptThreads | undefined;
  #watch = new PaceWatch(0);
  #pauseMs = shortestPauseMs;
  #measuredAt = -Infinity;
  /** Whether the numbers in use were measured while the machine was busy. */
  #isMakeshift = false;
  #running: Promise<void> | undefined;

  /** @param threads the number until something is measured */
  constructor(options: ThreadTunerOptions, threads: number) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#snapshot = options.snapshot ?? cpuSnapshot;
    this.#wait = options.wait ?? ((ms) => sleep(ms, undefined, { ref: false }));
    this.#threads = { prefill: threads, decode: threads };
  }

  /** Resolves when nothing is being measured. */
  get settled(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  /** Takes what is kept; otherwise measures as soon as the engine is idle. Ends with the engine. */
  async start(): Promise<void> {
    const { engine, store, key, cores, model, log } = this.#options;
    const kept = await store?.read(key);
    engine.onDidAnswer((stats) => this.#answered(stats));
    if (kept) this.#take({ ...kept, prefill: Math.min(kept.prefill, cores), decode: Math.min(kept.decode, cores) });
    engine.setThreads(this.#threads);
    log.write("info", `${model}: ${describe(this.#threads)}, ${kept ? "as measured before" : "until that is measured"}`);
    if (!kept?.isQuiet) this.#measure(kept ? "something else was busy the last time" : "the model is new on this machine");
  }

  #take(kept: KeptThreads): void {
    this.#kept = kept;
    this.#threads = { prefill: kept.prefill, decode: kept.decode };
    this.#watch = new PaceWatch(kept.decodeTokensPerSecond);
  }

  #answered(stats: GenerateStats): void {
    const isSlow = this.#watch.isSlow(stats);
    const since = this.#now() - this.#measuredAt;
    if (isSlow && since >= this.#pauseMs) this.#measure(`answers came at ${this.#watch.slowRate.toPrecision(2)} tokens/s`);
    else if (this.#isMakeshift && since >= Math.max(busyValidMs, this.#pauseMs)) this.#measure("something else was busy the last time");
  }

  #measure(why: string): void {
    if (this.#running) return;
    const { log, model } = this.#options;
    this.#running = this.#run(why)
      .catch((error: unknown) => {
        if (!isAbortError(error)) log.write("warn", `${model}: threads could not be measured: ${describeError(error)}`);
      })
      .finally(() => (this.#running = undefined));
  }

  async #run(why: string): Promise<void> {
    await this.#wait(delayMs);
    const outcome = await this.#options.engine.whenIdle(({ sequence }, signal) => this.#try(sequence, signal), never);
    this.#measuredAt = this.#now();
    if (outcome) await this.#adopt(outcome, why);
    else this.#isMakeshift = true;
  }

  async #try(sequence: SequencePort, signal: AbortSignal): Promise<Outcome | undefined> {
    const { runtime, cores } = this.#options;
    const { contextSize, vocabulary } = runtime;
    const watchedFrom = this.#snapshot();
    await this.#wait(watchMs);
    const before = this.#snapshot();
    const options = { cores, freeCores: freeCores(cores, busyProcessors(watchedFrom, before)), signal, now: this.#now };
    const setThreads = (threads: ThreadCounts) => runtime.setThreads(threads);
    try {
      const measured = await measureThreads({ sequence, setThreads, contextSize, vocabularySize: vocabulary.size }, options);
      return measured && { measured, busy: busyProcessors(before, this.#snapshot()) };
    } finally {
      setThreads(this.#threads);
    }
  }

  async #adopt({ measured, busy }: Outcome, why: string): Promise<void> {
    const { engine, store, key, model, log } = this.#options;
    const { prefill, decode, decodeTokensPerSecond } = measured;
    const isSame = decode === this.#threads.decode && prefill === this.#threads.prefill;
    this.#isMakeshift = busy >= quietProcessors;
    this.#pauseMs = isSame ? Math.min(longestPauseMs, this.#pauseMs * 2) : shortestPauseMs;
    // A long conversation is slower than what was measured: answers that other numbers cannot help are not slow.
    this.#watch = new PaceWatch(isSame && this.#watch.slowRate > 0 ? Math.min(this.#watch.slowRate, decodeTokensPerSecond) : decodeTokensPerSecond);
    this.#threads = { prefill, decode };
    engine.setThreads(this.#threads);
    if (!isSame) this.#options.onChange?.();
    log.write("info", `${model}: ${describe(this.#threads)}, measured since ${why}: ${describeRates(measured, busy)}`);
    if (this.#isMakeshift && this.#kept?.isQuiet) return;
    this.#kept = { ...measured, isQuiet: !this.#isMakeshift, measuredAt: Date.now() };
    await store?.keep(key, this.#kept);
  }
}

interface Outcome {
  readonly measured: ThreadMeasurement;
  /** Processors that others used meanwhile. */
  readonly busy: number;
}

const never = new AbortController().signal;

function describe({ decode, prefill }: ThreadCounts): string {
  return `${decode} ${decode === 1 ? "thread draws" : "threads draw"} tokens, ${prefill} ${prefill === 1 ? "reads" : "read"} prompts`;
}

function describeRates({ decodeTokensPerSecond, prefillTokensPerSecond }: ThreadMeasurement, busy: number): string {
  const rates = `${decodeTokensPerSecond.toPrecision(3)} and ${prefillTokensPerSecond.toPrecision(3)} tokens/s`;
  return busy < quietProcessors ? rates : `${rates} with ${busy.toFixed(1)} processors used by others`;
}
