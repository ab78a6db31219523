import { homedir } from "node:os";
import path from "node:path";
import type { ExtensionContext } from "vscode";
import { type Assistant, createAssistant } from "../assistant";
import { describeError } from "../common/errors";
import { hearthHome } from "../common/hearthHome";
import type { Log } from "../common/log";
import { fileStore } from "../chat/fileStore";
import type { EngineConfig } from "../engine/ports";
import { createEngine } from "../engine/supervisor";
import { createIndex } from "../rag/indexClient";
import { Chats } from "./chats";
import { ContextSwitch } from "./contextSwitch";
import { chatSettings, engineConfig } from "./engineConfig";
import { Indexing } from "./indexing";
import { ModelActions } from "./modelActions";
import { ModelStatus } from "./modelStatus";
import { RestartableEngine } from "./restartableEngine";
import { SettingsSource } from "./settingsSource";
import { showWarning } from "./showError";
import { SwitchableIndex } from "./switchableIndex";
import { type IndexPlace } from "./wantedIndex";
import { folderOnDisk, rootsOnDisk } from "./workspacePaths";

/** How long answers may take to end and be stored when the window closes: the editor gives all extensions 5 s. */
const endLimitMs = 3000;

/** What the editor's views and commands stand on. */
export interface Core {
  readonly settings: SettingsSource;
  readonly context: ContextSwitch;
  readonly assistant: Assistant;
  readonly index: SwitchableIndex;
  readonly indexing: Indexing;
  readonly models: ModelActions;
  readonly chats: Chats;
  /** Ends answers and processes, in this order. */
  dispose(): Promise<void>;
}

/** Builds the core for this window. Starts no process: the engine comes with the first need, the index shortly after. */
export function createCore(extension: ExtensionContext, log: Log): Core {
  const settings = new SettingsSource(log);
  const context = new ContextSwitch(extension.workspaceState);
  const config = () => currentEngineConfig(settings);
  const program = (name: string) => extension.asAbsolutePath(path.join("dist", name));
  const engine = new RestartableEngine((wanted) => createEngine({ entry: program("engine.mjs"), config: wanted, log }), config());
  const index = new SwitchableIndex((wanted) => createIndex({ entry: program("index.mjs"), config: wanted, embeddings: engine, log }));
  const assistant = createAssistant({
    engine,
    index,
    store: fileStore(path.join(storageOf(extension), "conversations"), log, (notice) => showWarning(log, notice)),
    settings: () => chatSettings(settings.current, context.enabled),
    log,
  });
  const status = new ModelStatus(engine);
  const indexing = new Indexing({ index, place: () => indexPlace(extension), settings: () => settings.current, log });
  const restoreFailed = (error: unknown) => showWarning(log, `A stored conversation cannot be opened, so a new one begins. ${describeError(error)}`);
  const chats = new Chats({ sessions: assistant.sessions, model: status, index, context, log, restoreFailed }, extension.workspaceState);
  const models = new ModelActions({ engine, status, config, log });
  const dispose = async () => {
    for (const part of [indexing, status, settings]) part.dispose();
    await chats.end(endLimitMs);
    await assistant.dispose();
  };
  return { settings, context, assistant, index, indexing, models, chats, dispose };
}

function currentEngineConfig(settings: SettingsSource): EngineConfig {
  const places = { home: homedir(), hearth: hearthHome(), folder: folderOnDisk() };
  return engineConfig(settings.current, places, process.env["HEARTH_MODEL"]);
}

/** This workspace's own storage; without a workspace that of the extension. */
function storageOf({ storageUri, globalStorageUri }: ExtensionContext): string {
  return (storageUri ?? globalStorageUri).fsPath;
}

function indexPlace(extension: ExtensionContext): IndexPlace | undefined {
  const roots = rootsOnDisk();
  return roots.length === 0 ? undefined : { roots, storage: path.join(storageOf(extension), "index") };
}
