import { homedir } from "node:os";
import path from "node:path";
import { type ExtensionContext, l10n, Uri } from "vscode";
import { type Assistant, createAssistant } from "../assistant";
import { describeError } from "../common/errors";
import { hearthHome } from "../common/hearthHome";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { ChatHistory } from "../chat/chatHistory";
import type { ChatSettings } from "../chat/types";
import type { EngineConfig } from "../engine/ports";
import { createRoutedEngine } from "../engine/remote/routedEngine";
import { createEngine } from "../engine/supervisor";
import { createIndex } from "../rag/indexClient";
import { Chats } from "./chats";
import { type Composer, createComposer } from "./composer/createComposer";
import { ContextSwitch } from "./contextSwitch";
import { createLibrary } from "./conversations/createLibrary";
import { chatSettings, engineConfig, serversOf } from "./engineConfig";
import { createEditing, type Editing } from "./edits/createEditing";
import { Indexing } from "./indexing";
import { ModelActions } from "./modelActions";
import { ModelStatus } from "./modelStatus";
import { RestartableEngine } from "./restartableEngine";
import { RunningRequests } from "./runningRequests";
import { RulesSource } from "./rulesSource";
import { editorKeys } from "./servers/editorKeys";
import { ServerKeyStore } from "./servers/serverKeyStore";
import { isWorkspacesServer } from "./servers/serverSettings";
import { certainServers } from "./servers/serversInUse";
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
  readonly history: ChatHistory;
  readonly composer: Composer;
  readonly editing: Editing;
  readonly rules: RulesSource;
  readonly serverKeys: ServerKeyStore;
  /** Answers that run outside of the chats. */
  readonly requests: RunningRequests;
  /** What the settings ask of the engine now. */
  readonly config: () => EngineConfig;
  /** What the settings ask of answers now. */
  readonly chatSettings: () => ChatSettings;
  /** Ends answers and processes, in this order. */
  dispose(): Promise<void>;
}

/** Builds the core for this window. Starts no process: the engine comes with the first need, the index shortly after. */
export function createCore(extension: ExtensionContext, log: Log): Core {
  const settings = new SettingsSource(log);
  const context = new ContextSwitch(extension.workspaceState);
  const rules = new RulesSource(log);
  const answerSettings = () => ({ ...chatSettings(settings.current, context.enabled), rules: rules.current });
  const config = () => currentEngineConfig(settings);
  const program = (name: string) => extension.asAbsolutePath(path.join("dist", name));
  const translations = l10n.uri?.scheme === "file" ? l10n.uri.fsPath : undefined;
  const createNative = (wanted: EngineConfig) => createEngine({ entry: program("engine.mjs"), config: wanted, log, translations });
  const serverKeys = new ServerKeyStore(extension.secrets, extension.globalState);
  const keys = editorKeys({ store: serverKeys, servers: () => serversOf(settings.current), env: process.env, isWorkspaces: isWorkspacesServer });
  const engine = new RestartableEngine((wanted) => createRoutedEngine({ config: wanted, createNative, keys, log }), config());
  const index = new SwitchableIndex((wanted) => createIndex({ entry: program("index.mjs"), config: wanted, embeddings: engine, log, translations }));
  const library = createLibrary(extension, log);
  const assistant = createAssistant({
    engine,
    index,
    store: library.store,
    settings: answerSettings,
    log,
  });
  const status = new ModelStatus(engine, () => certainServers(serversOf(settings.current)));
  const indexing = new Indexing({ index, place: () => indexPlace(extension, settings), settings: () => settings.current, log });
  const restoreFailed = (error: unknown) => showWarning(log, t("A stored conversation cannot be opened, so a new one begins. {0}", describeError(error)));
  const chats = new Chats({ sessions: assistant.sessions, model: status, index, context, log, restoreFailed }, extension.workspaceState);
  const history = new ChatHistory({ library, sessions: assistant.sessions, model: engine, log });
  history.onDidChange(() => chats.historyChanged());
  const models = new ModelActions({ engine, status, config, log });
  const composer = createComposer({ model: engine, index, settings: answerSettings, context, memento: extension.workspaceState, log });
  const requests = new RunningRequests();
  const editing = createEditing({ model: engine, index, settings: answerSettings, requests, memento: extension.workspaceState, log });
  const dispose = async () => {
    for (const part of [editing, composer, rules, indexing, status, settings]) part.dispose();
    await chats.end(endLimitMs);
    await assistant.dispose();
  };
  return { settings, context, assistant, index, indexing, models, chats, history, composer, editing, rules, serverKeys, requests, config, chatSettings: answerSettings, dispose };
}

function currentEngineConfig(settings: SettingsSource): EngineConfig {
  const places = { home: homedir(), hearth: hearthHome(), folder: folderOnDisk() };
  return engineConfig(settings.current, places, process.env["HEARTH_MODEL"]);
}

/** This workspace's own storage; without a workspace that of the extension. */
function storageOf({ storageUri, globalStorageUri }: ExtensionContext): string {
  return (storageUri ?? globalStorageUri).fsPath;
}

/** Each folder of the workspace has exclude globs of its own. */
function indexPlace(extension: ExtensionContext, settings: SettingsSource): IndexPlace | undefined {
  const roots = rootsOnDisk().map((root) => ({ ...root, exclude: settings.inFolder(Uri.file(root.path))["index.exclude"] }));
  return roots.length === 0 ? undefined : { roots, storage: path.join(storageOf(extension), "index") };
}
