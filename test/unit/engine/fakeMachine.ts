import { Emitter } from "../../../src/common/emitter";
import { IdleWork } from "../../../src/engine/idleWork";
import type { GenerateStats } from "../../../src/engine/ports";
import type { SequencePort, ThreadCounts } from "../../../src/engine/runtime";
import type { CpuSnapshot } from "../../../src/engine/threads/cpuLoad";
import type { TunedEngine } from "../../../src/engine/threads/threadTuner";

/** Milliseconds that a token takes on a machine by the number of threads. */
export type TokenCost = (threads: number) => number;

/** A machine with a clock of its own, on which evaluating is nothing but letting the clock run. */
export class FakeMachine {
  now = 0;
  threads: ThreadCounts = { prefill: 0, decode: 0 };
  /** Processors that others keep busy. */
  busy = 0;
  /** Called before each evaluation. */
  onEvaluate: () => void | Promise<void> = () => undefined;
  /** How many evaluations were made with how many threads, in order. */
  readonly evaluations: { readonly phase: "decode" | "prefill"; readonly threads: number; readonly tokens: number }[] = [];
  #othersMs = 0;

  constructor(
    public decodeCost: TokenCost,
    public prefillCost: TokenCost = decodeCost,
  ) {}

  readonly snapshot = (): CpuSnapshot => ({ at: this.now, busyMs: this.#othersMs, ownMs: 0, share: 1 });

  readonly wait = (ms: number): Promise<void> => {
    this.pass(ms);
    return Promise.resolve();
  };

  pass(ms: number): void {
    this.now += ms;
    this.#othersMs += ms * this.busy;
  }

  async evaluate(phase: "decode" | "prefill", tokens: number): Promise<void> {
    await this.onEvaluate();
    const threads = this.threads[phase];
    this.evaluations.push({ phase, threads, tokens });
    this.pass(tokens * (phase === "decode" ? this.decodeCost : this.prefillCost)(threads));
  }

  /** How long the evaluations took that were made since `from`. */
  tried(phase: "decode" | "prefill"): readonly number[] {
    return [...new Set(this.evaluations.filter((evaluation) => evaluation.phase === phase).map(({ threads }) => threads))];
  }
}

export class FakeRow implements SequencePort {
  readonly meter = { input: 0, output: 0 };

  constructor(
    readonly machine: FakeMachine,
    public length = 0,
  ) {}

  async prefill(tokens: readonly number[]): Promise<void> {
    await this.machine.evaluate("prefill", tokens.length);
    this.length += tokens.length;
  }

  async *decode(tokens: readonly number[]): AsyncGenerator<number, void, undefined> {
    for (let fed = tokens.length; ; fed = 1) {
      await this.machine.evaluate("decode", 1);
      this.length += fed;
      yield 7;
    }
  }

  eraseTail(from: number): Promise<void> {
    this.length = Math.min(this.length, from);
    return Promise.resolve();
  }

  erase(): Promise<void> {
    return Promise.reject(new Error("not in this test"));
  }

  saveState(): Promise<number> {
    return Promise.reject(new Error("not in this test"));
  }

  loadState(): Promise<readonly number[]> {
    return Promise.reject(new Error("not in this test"));
  }
}

/** An engine with one row, in which questions are nothing but a claim on it. */
export class FakeEngine implements TunedEngine {
  readonly row: FakeRow;
  readonly #idle = new IdleWork();
  readonly #answered = new Emitter<GenerateStats>();
  /** Every number that was set for good. */
  readonly set: ThreadCounts[] = [];

  constructor(
    readonly machine: FakeMachine,
    tokens = 0,
  ) {
    this.row = new FakeRow(machine, tokens);
  }

  readonly onDidAnswer = this.#answered.subscribe;

  setThreads(threads: ThreadCounts): void {
    this.machine.threads = threads;
    this.set.push(threads);
  }

  whenIdle<T>(work: (row: { readonly sequence: SequencePort }, signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#idle.run((idle) => work({ sequence: this.row }, idle), signal);
  }

  /** Comes when something may be running; `answered` ends it. */
  async ask(): Promise<void> {
    await this.#idle.asked(new AbortController().signal);
  }

  answered(stats: Partial<GenerateStats> = {}): void {
    this.#idle.answered();
    this.#answered.fire({ ...noStats, ...stats });
  }

  /** An answer of `tokens` tokens at `rate` tokens a second. */
  async answer(tokens: number, rate: number): Promise<void> {
    await this.ask();
    this.machine.pass((1000 * tokens) / rate);
    this.answered({ generatedTokens: tokens, decodeTokensPerSecond: rate });
  }
}

const noStats: GenerateStats = {
  promptTokens: 0,
  reusedTokens: 0,
  restoredTokens: 0,
  evaluatedTokens: 0,
  generatedTokens: 0,
  timeToFirstTokenMs: 0,
  decodeTokensPerSecond: 0,
  prefillTokensPerSecond: 0,
};
