import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { describeError, errorCode, HearthError } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { childPort, forkProgram } from "../common/processPort";
import { RecentDeaths } from "../common/recentDeaths";
import { RpcPeer } from "../common/rpc";
import { memoryFlags } from "../common/steadyHeap";
import type { EmbeddingModel } from "../engine/ports";
import type { IndexStatus } from "./ports";
import type { IndexContract, IndexHostContract } from "./protocol";

export interface IndexProcessOptions {
  /** Absolute path of the index process's bundle, dist/index.mjs. */
  readonly entry: string;
  /** Asked for vectors by the index process. */
  readonly embeddings: EmbeddingModel;
  readonly log: Log;
  /** The Node or Electron to run the process with; by default the one that runs this. */
  readonly execPath?: string;
  /** Path of the editor's bundle of texts in the person's language. Default: English. */
  readonly translations?: string | undefined;
  /** The first calls to each process; those of others wait for them. */
  readonly introduce: (peer: IndexPeer) => Promise<void>;
  readonly onStatus: (status: IndexStatus) => void;
  /** Told when a process has ended by itself. */
  readonly onDeath: (error: HearthError) => void;
}

export type IndexPeer = RpcPeer<IndexHostContract, IndexContract>;

interface Running {
  readonly child: ChildProcess;
  readonly peer: IndexPeer;
  /** Resolves when the process knows its folders. */
  readonly ready: Promise<void>;
}

/** How long the process may take to save and end before it is killed. */
const endLimitMs = 3_000;
/** A process that ends by itself this often within a minute is not started again until the minute is over. */
const mostDeaths = 4;

/** The index's own process: starts with the first call, and again with the next one after it died. */
export class IndexProcess {
  readonly #options: IndexProcessOptions;
  readonly #deaths = new RecentDeaths();
  #running: Running | undefined;
  #ended: Promise<void> | undefined;

  constructor(options: IndexProcessOptions) {
    this.#options = options;
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** A call that the process's death cut off is made once more, to the next process. */
  async call<T>(act: (peer: IndexPeer) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const { peer, ready } = this.#start();
      try {
        await ready;
        return await act(peer);
      } catch (error) {
        const died = errorCode(error) === "engine-stopped" && !this.#ended;
        if (!died || attempt > 1) throw died ? stopped(error) : error;
      }
    }
  }

  /** Makes a call if there is a process; starts none. */
  async callIfRunning(act: (peer: IndexPeer) => Promise<void>): Promise<void> {
    const running = this.#running;
    if (!running) return;
    await running.ready;
    await act(running.peer);
  }

  /** Forgets that it died of late: what it is told next may mend it. */
  forgiveDeaths(): void {
    this.#deaths.clear();
  }

  /** Asks the process to save and end. No call starts one after this. */
  end(): Promise<void> {
    return (this.#ended ??= this.#end());
  }

  #start(): Running {
    if (this.#ended) throw new HearthError("disposed", t("The index was closed."));
    if (this.#running) return this.#running;
    this.#refuseCrashLoop();
    const child = forkIndex(this.#options);
    const peer = this.#connect(child);
    const running = { child, peer, ready: this.#options.introduce(peer) };
    running.ready.catch(() => undefined);
    peer.onClose((reason) => this.#onClose(running, reason));
    this.#running = running;
    return running;
  }

  #connect(child: ChildProcess): IndexPeer {
    const { embeddings, log, onStatus } = this.#options;
    const peer: IndexPeer = new RpcPeer<IndexHostContract, IndexContract>(childPort(child, "index"), {
      embeddingInfo: (_, signal) => embeddings.info(signal),
      embed: ({ texts, kind }, signal) => embeddings.embed(texts, kind, signal),
    });
    peer.on("status", onStatus);
    peer.on("log", ({ level, message }) => log.write(level, message));
    return peer;
  }

  #onClose(running: Running, reason: Error): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    if (this.#ended) return;
    this.#deaths.add();
    this.#options.log.write("warn", `${reason.message} It is started again.`);
    this.#options.onDeath(stopped(reason));
  }

  #refuseCrashLoop(): void {
    const { count } = this.#deaths;
    if (count < mostDeaths) return;
    throw new HearthError("index-failed", t("The index process ended {0} times within a minute.", count), {
      remedy: t("Look at Hearth's log; it is tried again in a minute."),
    });
  }

  async #end(): Promise<void> {
    const running = this.#running;
    if (running) await endProcess(running);
    this.#running = undefined;
  }
}

function forkIndex({ entry, log, execPath, translations }: IndexProcessOptions): ChildProcess {
  const child = forkProgram(entry, { execPath, flags: memoryFlags, translations });
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
    remedy: t("Ask again: the process starts anew, and goes on from what it had saved."),
    cause,
  });
}
