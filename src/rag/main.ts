import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HearthError } from "../common/errors";
import type { Log } from "../common/log";
import { parentPort } from "../common/processPort";
import { readTranslations } from "../common/readTranslations";
import { t } from "../common/l10n";
import { RpcPeer } from "../common/rpc";
import { IndexStore } from "./indexStore";
import type { IndexConfig } from "./ports";
import type { IndexContract, IndexHostContract } from "./protocol";

/** The index process: serves one workspace's index to the process that forked it, and ends with it. */
class IndexProcess {
  readonly #peer: RpcPeer<IndexContract, IndexHostContract>;
  readonly #log: Log = { write: (level, message) => this.#peer.emit("log", { level, message }) };
  /** The configured store; while it is opened, calls wait for it. */
  #store: Promise<IndexStore> | undefined;

  constructor() {
    this.#peer = new RpcPeer<IndexContract, IndexHostContract>(parentPort(), {
      configure: (config) => this.#configure(config),
      update: async (_, signal) => (await this.#configured()).update(signal),
      retrieve: async (query, signal) => (await this.#configured()).retrieve(query, signal),
      touch: async (paths) => (await this.#configured()).touch(paths),
      setOpenFiles: async (paths) => (await this.#configured()).setOpenFiles(paths),
      setResting: async (resting) => (await this.#configured()).setResting(resting),
      pause: async () => (await this.#configured()).pause(),
      resume: async () => (await this.#configured()).resume(),
      rebuild: async (_, signal) => (await this.#configured()).rebuild(signal),
      explain: async (file) => (await this.#configured()).explain(file),
      leftOut: async (limit) => (await this.#configured()).leftOut(limit),
      symbols: async (query) => (await this.#configured()).symbols(query),
      map: async (limit) => (await this.#configured()).map(limit),
      checkCitations: async (ranges) => (await this.#configured()).checkCitations(ranges),
      shutdown: () => this.#close(),
    });
    readTranslations(this.#log);
    this.#peer.onClose(() => void this.#close().finally(() => process.exit(0)));
  }

  async #configure(config: IndexConfig): Promise<void> {
    const closed = this.#close();
    this.#store = closed.then(() => this.#open(checked(config)));
    await this.#store;
  }

  async #open(config: IndexConfig): Promise<IndexStore> {
    const store = new IndexStore({
      config,
      grammars: path.join(path.dirname(fileURLToPath(import.meta.url)), "wasm"),
      embeddings: {
        info: (signal) => this.#peer.call("embeddingInfo", undefined, signal),
        embed: (texts, kind, signal) => this.#peer.call("embed", { texts, kind }, signal),
      },
      log: this.#log,
    });
    store.onDidChangeStatus((status) => this.#peer.emit("status", status));
    await store.open();
    return store;
  }

  #configured(): Promise<IndexStore> {
    return this.#store ?? Promise.reject(new HearthError("bad-use", t("The index was given no folder yet.")));
  }

  /** A store that could not be opened has nothing to close; whoever configured it was told. */
  async #close(): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    await (await store?.catch(() => undefined))?.close();
  }
}

function checked(config: IndexConfig): IndexConfig {
  const { roots, storage } = config;
  if (![storage, ...roots.map((root) => root.path)].every((folder) => path.isAbsolute(folder))) {
    throw new HearthError("bad-use", t("The folders of an index must be absolute paths."));
  }
  const names = new Set(roots.map(({ name }) => name));
  if (roots.length === 0 || names.size < roots.length || names.has("")) {
    throw new HearthError("bad-use", t("An index needs one folder or more, each with a name of its own."));
  }
  return config;
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
