import { fileURLToPath } from "node:url";
import { createAssistant } from "../assistant";
import type { Log } from "../common/log";
import { memoryStore } from "../chat/memoryStore";
import type { Sessions } from "../chat/sessions";
import type { ConversationStore } from "../chat/store";
import type { ChatSettings } from "../chat/types";
import { WorkspaceRules } from "../chat/workspaceRules";
import type { EmbeddingModel, Engine, EngineConfig } from "../engine/ports";
import { createRoutedEngine } from "../engine/remote/routedEngine";
import { environmentKeys } from "../engine/remote/serverKeys";
import { createEngine } from "../engine/supervisor";
import { createIndex } from "../rag/indexClient";
import { defaultIndexStorage } from "../rag/indexLocation";
import type { CodeIndex, WorkspaceRoot } from "../rag/ports";
import { excludedGlobs } from "./excludedGlobs";
import { hasEmbeddings } from "./serverOptions";

/** What the commands use of the assistant. */
export interface Core {
  readonly engine: Engine;
  readonly index: CodeIndex | undefined;
  readonly sessions: Pick<Sessions, "create" | "createIn" | "open" | "close" | "read" | "list" | "remove">;
  dispose(): Promise<void>;
}

export interface CoreSetup {
  readonly engine: EngineConfig;
  /** Folders to index, and to read rules from; none: no code context. */
  readonly roots: readonly WorkspaceRoot[];
  readonly settings: () => ChatSettings;
  readonly store?: ConversationStore;
  readonly log: Log;
}

export interface IndexSetup {
  readonly engine: EngineConfig;
  /** At least one. */
  readonly roots: readonly WorkspaceRoot[];
  readonly log: Log;
}

/** An index with what it needs to embed. Disposing it ends its process, and the engine's when there is one. */
export interface OpenedIndex {
  readonly index: CodeIndex;
  dispose(): Promise<void>;
}

/** How the commands get at the processes; fakes take its place in tests. */
export interface Cores {
  open(setup: CoreSetup): Core;
  openIndex(setup: IndexSetup): OpenedIndex;
  openEngine(config: EngineConfig, log: Log): Engine;
}

/** The real processes; their programs stand beside the bundle that this runs in. */
export const processCores: Cores = {
  open(setup) {
    const { engine: config, roots, store = memoryStore(), log } = setup;
    const settings = settingsWithRules(setup);
    const engine = openEngine(config, log);
    const index = roots.length === 0 ? undefined : openIndex(roots, hasEmbeddings(config) ? engine : noEmbeddings, log);
    return createAssistant({ engine, ...(index && { index }), store, settings, log });
  },
  openIndex({ engine: config, roots, log }) {
    if (!hasEmbeddings(config)) {
      const index = openIndex(roots, noEmbeddings, log);
      return { index, dispose: () => index.dispose() };
    }
    const engine = openEngine(config, log);
    const index = openIndex(roots, engine, log);
    return {
      index,
      async dispose() {
        await index.dispose();
        await engine.dispose();
      },
    };
  },
  openEngine,
};

/** Whose code is searched, its rules hold: with no folder there are none. They are read again when they have changed. */
export function settingsWithRules({ roots, settings, log }: Pick<CoreSetup, "roots" | "settings" | "log">): () => ChatSettings {
  const rules = new WorkspaceRules(roots, log);
  return () => ({ ...settings(), rules: rules.current });
}

/** Processes start with their first use: where a server answers, none does. */
function openEngine(config: EngineConfig, log: Log): Engine {
  const createNative = (own: EngineConfig) => createEngine({ entry: program("engine.mjs"), config: own, log });
  return createRoutedEngine({ config, createNative, keys: environmentKeys(process.env), log });
}

function openIndex(roots: readonly WorkspaceRoot[], embeddings: EmbeddingModel, log: Log): CodeIndex {
  const config = { roots, storage: defaultIndexStorage(roots.map((root) => root.path)), exclude: excludedGlobs };
  return createIndex({ entry: program("index.mjs"), config, embeddings, log });
}

/** Searching by words and symbols needs no engine process. */
const noEmbeddings: EmbeddingModel = {
  info: () => Promise.resolve(undefined),
  embed: () => Promise.reject(new Error("No embedding model is configured.")),
};

function program(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
