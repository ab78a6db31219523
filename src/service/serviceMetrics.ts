import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { GenerateStats, StopReason } from "../engine/ports";
import type { FairQueue, QueueObserver, RefusalReason } from "./fairQueue";
import type { AnswerMetrics } from "./metrics";
import { processMemory } from "./processMemory";

export interface EndedRequest {
  /** The route's pattern, not the address: ids in it would make a series each. */
  readonly route: string;
  readonly method: string;
  /** 499 for a client that left before its reply was complete. */
  readonly status: number;
  readonly durationMs: number;
}

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const rates = [0.5, 1, 2, 5, 10, 20, 50, 100, 200];

/** What the service counts, in Prometheus' text format. */
export class ServiceMetrics implements AnswerMetrics, QueueObserver {
  readonly #registry = new Registry();
  readonly #requests = this.#counter("hearth_requests_total", "Requests that have ended; status 499: the client left.", ["method", "route", "status"]);
  readonly #requestSeconds = this.#histogram("hearth_request_duration_seconds", "From a request's head to the end of its reply.", seconds, ["route"]);
  readonly #refused = this.#counter("hearth_queue_refused_total", "Requests that got no turn.", ["reason"]);
  readonly #waitSeconds = this.#histogram("hearth_queue_wait_seconds", "How long requests waited for their turn.", seconds);
  readonly #answers = this.#counter("hearth_answers_total", "Answers that have ended.", ["stop_reason"]);
  readonly #tokens = this.#counter("hearth_tokens_total", "Tokens of prompts that were evaluated, those that stood in the KV cache, and tokens generated.", ["kind"]);
  readonly #firstToken = this.#histogram("hearth_time_to_first_token_seconds", "From an answer's start, after its wait in the queue, to its first token.", seconds);
  readonly #decodeRate = this.#histogram("hearth_decode_tokens_per_second", "Speed of each answer after its first token.", rates);

  constructor() {
    this.#gauge("hearth_resident_memory_bytes", "Resident memory of the service and of the programs that it runs.", ["process"], async (gauge) => {
      gauge.reset();
      for (const { name, residentBytes } of await processMemory()) gauge.set({ process: name }, residentBytes);
    });
    this.#gauge("hearth_heap_used_bytes", "JavaScript heap in use of the service.", [], (gauge) => gauge.set(process.memoryUsage().heapUsed));
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Tells of the queue and of whether a model is loaded, too. */
  watch(queue: Pick<FairQueue, "running" | "waiting" | "capacity">, isLoaded: () => boolean): void {
    this.#gauge("hearth_queue_waiting", "Requests that wait for their turn.", [], (gauge) => gauge.set(queue.waiting));
    this.#gauge("hearth_queue_running", "Requests that use the model.", [], (gauge) => gauge.set(queue.running));
    this.#gauge("hearth_queue_capacity", "Requests that may use the model at once.", [], (gauge) => gauge.set(queue.capacity));
    this.#gauge("hearth_model_loaded", "1 while a model is loaded.", [], (gauge) => gauge.set(isLoaded() ? 1 : 0));
  }

  answered(stats: GenerateStats, stopReason: StopReason): void {
    this.#answers.inc({ stop_reason: stopReason });
    this.#tokens.inc({ kind: "prompt_evaluated" }, stats.evaluatedTokens);
    this.#tokens.inc({ kind: "prompt_reused" }, stats.reusedTokens);
    this.#tokens.inc({ kind: "generated" }, stats.generatedTokens);
    if (stats.generatedTokens > 0) this.#firstToken.observe(stats.timeToFirstTokenMs / 1000);
    if (stats.decodeTokensPerSecond > 0) this.#decodeRate.observe(stats.decodeTokensPerSecond);
  }

  admitted(waitedMs: number): void {
    this.#waitSeconds.observe(waitedMs / 1000);
  }

  refused(reason: RefusalReason): void {
    this.#refused.inc({ reason });
  }

  requested({ route, method, status, durationMs }: EndedRequest): void {
    this.#requests.inc({ method, route, status: String(status) });
    this.#requestSeconds.observe({ route }, durationMs / 1000);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, buckets: number[], labelNames: readonly string[] = []): Histogram {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: readonly string[], collect: (gauge: Gauge) => Promise<void> | void): void {
    const registers = [this.#registry];
    new Gauge({ name, help, labelNames, registers, collect() { return collect(this); } });
  }
}
