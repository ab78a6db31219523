import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ExtensionContext, window } from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { standIn } from "../engine/catalog";
import { listModels, resolveModel } from "../engine/modelFiles";
import { commitCommands } from "./commit/commitCommands";
import type { Core } from "./core";
import { serversOf } from "./engineConfig";
import { type LanguageModels, registerLanguageModels } from "./languageModel/registerLanguageModels";
import { manageModels } from "./models/manageModels";
import type { RecentErrors } from "./report/recentErrors";
import { showReport } from "./report/showReport";
import { serverCommands } from "./servers/serverCommands";
import { firstRun } from "./walkthrough/firstRun";
import { openWalkthrough } from "./walkthrough/openWalkthrough";

/** How long an engine that is busy may take to free what other chats hold: the editor gives all extensions 5 s. */
const endLimitMs = 1000;

/** What Hearth gives to the rest of the editor: models and tools for other chats, commit messages, the model page, the report. */
export interface Platform extends Disposable {
  readonly commands: PlatformCommands;
  /** Frees what other chats hold of the engine, which must still be there. */
  end(): Promise<void>;
}

export type PlatformCommands = ReturnType<typeof platformCommands>;

/** Registers; loads no model and starts no process. */
export function createPlatform(context: ExtensionContext, core: Core, errors: RecentErrors, log: Log): Platform {
  const store = new DisposableStore();
  const { assistant, index, models, requests, chatSettings } = core;
  const languageModels: LanguageModels = store.add(
    registerLanguageModels({ engine: assistant.engine, index, models, config: core.config, settings: chatSettings, requests, log }),
  );
  store.add(core.settings.onDidChange(() => languageModels.changed()));
  void offerFirstSteps(context, core, log);
  return { commands: platformCommands(core, errors, log), end: () => Promise.race([languageModels.end(), sleep(endLimitMs, undefined, { ref: false })]), dispose: () => store.dispose() };
}

function platformCommands(core: Core, errors: RecentErrors, log: Log) {
  const { assistant, models, requests, chatSettings } = core;
  const list = () => {
    const { modelDirectories, model, embeddingModel } = core.config();
    return listModels(modelDirectories, [model, embeddingModel].filter((name) => path.isAbsolute(name)));
  };
  const servers = () => serversOf(core.settings.current);
  const used = () => {
    const { chat, embedding } = models.servers;
    return { chat: chat ? "" : core.config().model, embedding: embedding ? "" : core.config().embeddingModel };
  };
  return {
    ...commitCommands({ model: assistant.engine, settings: chatSettings, requests }),
    ...serverCommands({ store: core.serverKeys, servers, together: (change) => core.settings.together(change), apply: () => askServersAgain(core) }),
    "hearth.manageModels": () => manageModels({ engine: assistant.engine, list, server: () => models.offeredServer, status: models.status, used, log }),
    "hearth.openWalkthrough": () => openWalkthrough(),
    "hearth.report": () => showReport({ errors, settings: () => core.settings.current, model: () => assistant.engine.state, index: () => core.index.status }),
  };
}

/** The index follows in the background, as it does when settings change. */
async function askServersAgain({ models, indexing }: Core): Promise<void> {
  await models.configure();
  await models.loadAgain();
  indexing.updateInBackground();
}

function offerFirstSteps({ globalState }: ExtensionContext, core: Core, log: Log): Promise<void> {
  const button = t("Show Me");
  return firstRun({
    memento: globalState,
    hasModel: () => hasModel(core),
    offer: async () => (await window.showInformationMessage(t("Hearth needs a model to answer. The first steps take a few minutes."), button, t("Not Now"))) === button,
    open: openWalkthrough,
    log,
  });
}

async function hasModel({ config }: Core): Promise<boolean> {
  const { model, modelDirectories, servers } = config();
  if (model === standIn || (servers && servers.chat.url !== "")) return true;
  return resolveModel(model, modelDirectories, "chat").then(
    () => true,
    () => false,
  );
}
