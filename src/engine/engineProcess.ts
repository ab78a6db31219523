import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../common/log";
import { childPort, type ForkOptions, forkProgram } from "../common/processPort";
import { type EmptyContract, type Port, RpcPeer } from "../common/rpc";
import { memoryFlags } from "../common/steadyHeap";
import type { EngineConfig } from "./ports";
import type { EngineContract } from "./protocol";

export interface EngineProcessOptions extends ForkOptions {
  /** Path of the built engine, dist/engine.mjs. */
  readonly entry: string;
  readonly log: Log;
}

export interface EngineProcessEvents {
  readonly onProgress: (progress: EngineContract["events"]["loadProgress"]) => void;
  readonly onInfoChanged: (info: EngineContract["events"]["infoChanged"]) => void;
  readonly onUnloaded: (event: EngineContract["events"]["unloaded"]) => void;
  readonly onExit: (reason: Error) => void;
}

type Requests = EngineContract["requests"];
type Streams = EngineContract["streams"];

const shutDownTimeoutMs = 5000;
const keptStderr = 2000;
/** A process that the engine has started may hold its stderr open. */
const lastWordsTimeoutMs = 300;

/** One child process that serves the engine's contract. */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #peer: RpcPeer<EmptyContract, EngineContract>;
  readonly #exited: Promise<void>;
  #stderr = "";
  /** Rejects when the process does not take its configuration. */
  readonly configured: Promise<void>;

  constructor(options: EngineProcessOptions, config: EngineConfig, events: EngineProcessEvents) {
    this.#child = forkProgram(options.entry, { ...options, flags: [...memoryFlags, ...(options.flags ?? [])] });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr = (this.#stderr + text).slice(-keptStderr)));
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.once("error", () => resolve());
    });
    this.#peer = new RpcPeer<EmptyContract, EngineContract>(untilSilent(childPort(this.#child, "engine"), this.#child), {});
    this.#peer.on("loadProgress", events.onProgress);
    this.#peer.on("infoChanged", events.onInfoChanged);
    this.#peer.on("unloaded", events.onUnloaded);
    this.#peer.on("log", ({ level, message }) => options.log.write(level, message));
    this.#peer.onClose(events.onExit);
    this.configured = this.#peer.call("configure", config);
    this.configured.catch((error: unknown) => options.log.write("debug", `The engine took no configuration: ${String(error)}`));
  }

  /** The end of what the process printed, where a native abort says why. */
  get lastWords(): string {
    return this.#stderr.trim();
  }

  call<K extends keyof Requests>(name: K, params: Requests[K][0], signal?: AbortSignal): Promise<Requests[K][1]> {
    return this.#peer.call(name, params, signal);
  }

  stream<K extends keyof Streams>(name: K, params: Streams[K][0], signal: AbortSignal): AsyncIterable<Streams[K][1]> {
    return this.#peer.stream(name, params, signal);
  }

  configure(config: EngineConfig): Promise<void> {
    return this.#peer.call("configure", config);
  }

  /** Lets the process free its models, and ends it if it takes longer than 5 s. */
  async shutDown(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), shutDownTimeoutMs);
    try {
      await this.#peer.call("shutdown", undefined);
    } catch {
      // It is gone already, or is ended by the timer.
    }
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
    clearTimeout(timer);
  }
}

/** Closes only when what the process printed has been read: its last words may say why it died. */
function untilSilent(port: Port, child: ChildProcess): Port {
  const silent = new Promise<void>((resolve) => (child.stderr ? child.stderr.once("close", resolve) : resolve()));
  return {
    ...port,
    onClose: (listener) => port.onClose((reason) => void Promise.race([silent, sleep(lastWordsTimeoutMs)]).then(() => listener(reason))),
  };
}
