import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HearthError } from "../common/errors";
import type { Log } from "../common/log";
import { parentPort } from "../common/processPort";
import { RpcPeer } from "../common/rpc";
import { IndexStore } from "./indexStore";
import type { IndexConfig } from "./ports";
import type { IndexContract, IndexHostContract } from "./protocol";

/** The index process: serves one workspace's index to the process that forked it, and ends with it. */
class IndexProcess {
  readonly #peer: RpcPeer<IndexContract, IndexHostContract>;
  readonly #log: Log = { write: (level, message) => this.#peer.emit("log", { level, message }) };
  #store: IndexStore | undefined;

  constructor() {
    this.#peer = new RpcPeer<IndexContract, IndexHostContract>(parentPort(), {
      configure: (config) => this.#configure(config),
      update: (_, signal) => this.#configured().update(signal),
      retrieve: (query, signal) => this.#configured().retrieve(query, signal),
      touch: (paths) => this.#store?.touch(paths),
      shutdown: () => this.#close(),
    });
    this.#peer.onClose(() => void this.#close().finally(() => process.exit(0)));
  }

  async #configure(config: IndexConfig): Promise<void> {
    await this.#close();
    const store = new IndexStore({
      config: checked(config),
      grammars: path.join(path.dirname(fileURLToPath(import.meta.url)), "wasm"),
      embeddings: {
        info: (signal) => this.#peer.call("embeddingInfo", undefined, signal),
        embed: (texts, kind, signal) => this.#peer.call("embed", { texts, kind }, signal),
      },
      log: this.#log,
    });
    store.onDidChangeStatus((status) => this.#peer.emit("status", status));
    await store.open();
    this.#store = store;
  }

  #configured(): IndexStore {
    if (!this.#store) throw new HearthError("bad-use", "The index was given no folder yet.");
    return this.#store;
  }

  async #close(): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    await store?.close();
  }
}

function checked(config: IndexConfig): IndexConfig {
  if (path.isAbsolute(config.root) && path.isAbsolute(config.storage)) return config;
  throw new HearthError("bad-use", "The folders of an index must be absolute paths.");
}

/** Indexing gives way to whoever types or waits for tokens. */
function lowerPriority(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    process.stderr.write(`The index process keeps its priority: ${String(error)}\n`);
  }
}

lowerPriority();
new IndexProcess();
