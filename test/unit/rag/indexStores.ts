import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { type Log, throwingLog } from "../../../src/common/log";
import type { EmbeddingKind, EmbeddingModel } from "../../../src/engine/ports";
import { IndexStore } from "../../../src/rag/indexStore";
import type { IndexConfig, IndexStatus, WorkspaceRoot } from "../../../src/rag/ports";
import { FakeEmbeddings, grammars, noEmbeddings, temporaryFolder } from "./workspace";

export interface OpenStore {
  readonly store: IndexStore;
  readonly statuses: readonly IndexStatus[];
}

export interface StoreSetup extends Partial<Omit<IndexConfig, "roots">> {
  /** One folder, or several by name, each with exclude globs of its own on request. */
  readonly root: string | Readonly<Record<string, string | Omit<WorkspaceRoot, "name">>>;
  readonly embeddings?: EmbeddingModel;
  readonly log?: Log;
}

/** Counts the texts of documents, not those of questions. */
export class CountingEmbeddings extends FakeEmbeddings {
  documents = 0;

  override embed(texts: readonly string[], kind?: EmbeddingKind): Promise<readonly Float32Array[]> {
    if (kind === "document") this.documents += texts.length;
    return super.embed(texts);
  }
}

/** Index stores that are closed after each test. */
export class IndexStores {
  readonly #open = new Set<IndexStore>();

  constructor() {
    afterEach(() => this.closeAll());
  }

  async open({ root, embeddings = noEmbeddings, log = throwingLog, ...config }: StoreSetup): Promise<OpenStore> {
    const roots = typeof root === "string" ? [{ path: root, name: "root" }] : Object.entries(root).map(([name, folder]) => ({ name, ...(typeof folder === "string" ? { path: folder } : folder) }));
    const store = new IndexStore({ config: { roots, storage: temporaryFolder(), exclude: [], ...config }, grammars, embeddings, log });
    this.#open.add(store);
    const statuses: IndexStatus[] = [];
    store.onDidChangeStatus((status) => statuses.push(status));
    await store.open();
    return { store, statuses };
  }

  async close(store: IndexStore): Promise<void> {
    this.#open.delete(store);
    await store.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((store) => store.close()));
    this.#open.clear();
  }
}

/** Paths of what is found for a question, best first, each once. */
export async function foundPaths(store: IndexStore, text: string): Promise<readonly string[]> {
  return [...new Set((await store.retrieve({ text, limit: 10 })).map(({ path }) => path))];
}

export async function eventually(isSo: () => boolean | Promise<boolean>, what = "It"): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await isSo()) return;
    await delay(25);
  }
  assert.fail(`${what} did not come to be within 15 s.`);
}
