import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { Emitter } from "../common/emitter";
import { describeError, errorCode, HearthError, serializeError } from "../common/errors";
import type { Log } from "../common/log";
import { childPort, forkProgram } from "../common/processPort";
import { RecentDeaths } from "../common/recentDeaths";
import { RpcPeer } from "../common/rpc";
import type { EmbeddingModel } from "../engine/ports";
import type { CodeIndex, IndexConfig, IndexStatus, IndexSummary, RetrievedChunk, RetrieveQuery } from "./ports";
import type { IndexContract, IndexHostContract } from "./protocol";

export interface IndexOptions {
  /** Absolute path of the index process's bundle, dist/index.mjs. */
  readonly entry: string;
  /** Absent: the index is off until `configure`. */
  readonly config?: IndexConfig;
  /** Asked for vectors by the index process. */
  readonly embeddings: EmbeddingModel;
  readonly log: Log;
  /** The Node or Electron to run the process with; by default the one that runs this. */
  readonly execPath?: string;
}

/** How long the process may take to save and end before it is killed. */
const endLimitMs = 3_000;
/** A process that ends by itself this often within a minute is not started again until the minute is over. */
const mostDeaths = 4;

/** The index of a workspace, in a process of its own that starts with the first call and again after it died. */
export function createIndex(options: IndexOptions): CodeIndex {
  return new IndexClient(options);
}

type Peer = RpcPeer<IndexHostContract, IndexContract>;

interface Running {
  readonly child: ChildProcess;
  readonly peer: Peer;
  /** Resolves when the process knows its folder. */
  readonly ready: Promise<void>;
}

class IndexClient implements CodeIndex {
  readonly #options: IndexOptions;
  readonly #status = new Emitter<IndexStatus>();
  #config: IndexConfig | undefined;
  #running: Running | undefined;
  #current: IndexStatus = { kind: "off" };
  readonly #deaths = new RecentDeaths();
  #disposed: Promise<void> | undefined;

  constructor(options: IndexOptions) {
    this.#options = options;
    this.#config = options.config;
  }

  readonly onDidChangeStatus = this.#status.subscribe;

  get status(): IndexStatus {
    return this.#current;
  }

  /** Rejects with "bad-use" when no folder is configured. */
  update(signal?: AbortSignal): Promise<IndexSummary> {
    return this.#withProcess((peer) => peer.call("update", undefined, signal), signal);
  }

  /** Nothing when no folder is configured. */
  async retrieve(query: RetrieveQuery, signal?: AbortSignal): Promise<readonly RetrievedChunk[]> {
    if (!this.#config) return [];
    return this.#withProcess((peer) => peer.call("retrieve", query, signal), signal);
  }

  touch(paths: readonly string[]): void {
    if (!this.#config || this.#disposed || paths.length === 0) return;
    this.#withProcess((peer) => peer.call("touch", paths)).catch((error: unknown) => {
      if (!this.#disposed) this.#options.log.write("warn", `The index was not told of changed files: ${describeError(error)}`);
    });
  }

  async configure(config: IndexConfig): Promise<void> {
    this.#config = config;
    this.#deaths.clear();
    const running = this.#running;
    if (running) await running.ready.then(() => running.peer.call("configure", config));
  }

  dispose(): Promise<void> {
    return (this.#disposed ??= this.#end());
  }

  /** A call that the process's death cut off is made once more, to the next process. */
  async #withProcess<T>(call: (peer: Peer) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const { peer, ready } = this.#start();
      try {
        await ready;
        return await call(peer);
      } catch (error) {
        const died = errorCode(error) === "engine-stopped" && !this.#disposed;
        if (!died || attempt > 1) throw died ? stopped(error) : error;
      }
    }
  }

  #start(): Running {
    if (this.#disposed) throw new HearthError("disposed", "The index was closed.");
    if (this.#running) return this.#running;
    const config = this.#config;
    if (!config) throw new HearthError("bad-use", "No folder is configured for the index.");
    this.#refuseCrashLoop();
    const child = forkIndex(this.#options);
    const peer = this.#connect(child);
    const running = { child, peer, ready: peer.call("configure", config) };
    running.ready.catch(() => undefined);
    peer.onClose((reason) => this.#onEnd(running, reason));
    this.#running = running;
    return running;
  }

  #connect(child: ChildProcess): Peer {
    const { embeddings, log } = this.#options;
    const peer: Peer = new RpcPeer<IndexHostContract, IndexContract>(childPort(child, "index"), {
      embeddingInfo: (_, signal) => embeddings.info(signal),
      embed: ({ texts, kind }, signal) => embeddings.embed(texts, kind, signal),
    });
    peer.on("status", (status) => this.#setStatus(status));
    peer.on("log", ({ level, message }) => log.write(level, message));
    return peer;
  }

  #onEnd(running: Running, reason: Error): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    if (this.#disposed) return;
    this.#deaths.add();
    this.#options.log.write("warn", `${reason.message} It is started again.`);
    this.#setStatus({ kind: "failed", error: serializeError(stopped(reason)) });
    this.#recover();
  }

  /** The next process brings the index up to date by itself, so that it does not stay "failed" until it is asked. */
  #recover(): void {
    this.update().catch((error: unknown) => {
      if (!this.#disposed) this.#options.log.write("warn", `The index process was not started again: ${describeError(error)}`);
    });
  }

  #refuseCrashLoop(): void {
    const { count } = this.#deaths;
    if (count < mostDeaths) return;
    throw new HearthError("index-failed", `The index process ended ${count} times within a minute.`, {
      remedy: "Look at Hearth's log; it is tried again in a minute.",
    });
  }

  #setStatus(status: IndexStatus): void {
    this.#current = status;
    this.#status.fire(status);
  }

  async #end(): Promise<void> {
    const running = this.#running;
    if (running) await endProcess(running);
    this.#running = undefined;
    this.#current = { kind: "off" };
    this.#status.dispose();
  }
}

function forkIndex({ entry, log, execPath }: IndexOptions): ChildProcess {
  const child = forkProgram(entry, { execPath });
  child.stderr?.on("data", (data: Buffer) => log.write("warn", `index process: ${data.toString().trimEnd()}`));
  return child;
}

/** Asks the process to save and end; kills it when that takes too long. */
async function endProcess({ child, peer }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const limit = new AbortController();
  const late = delay(endLimitMs, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([peer.call("shutdown", undefined).catch(() => undefined), ended, late]);
  peer.dispose();
  if (child.connected) child.disconnect();
  await Promise.race([ended, delay(endLimitMs, undefined, { ref: false })]);
  child.kill("SIGKILL");
  await ended;
  limit.abort();
}

function stopped(cause: unknown): HearthError {
  return new HearthError("index-failed", describeError(cause), {
    remedy: "Ask again: the process starts anew, and goes on from what it had saved.",
    cause,
  });
}
