import { chat, lm, window } from "vscode";
import { randomUUID } from "node:crypto";
import type { Assistant } from "../../assistant";
import { DisposableStore } from "../../common/disposable";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import type { ChatSettings } from "../../chat/types";
import { listModels } from "../../engine/modelFiles";
import type { EngineConfig } from "../../engine/ports";
import type { CodeIndex } from "../../rag/ports";
import type { ModelActions } from "../modelActions";
import { setModel } from "../modelSetting";
import type { RunningRequests } from "../runningRequests";
import { modelLabel } from "../viewModel";
import { ModelProvider } from "./modelProvider";
import { Participant } from "./participant";
import { SearchTool, searchToolName } from "./searchTool";

const vendor = "hearth";
const participantId = "hearth.participant";

export interface LanguageModelDeps {
  readonly engine: Assistant["engine"];
  readonly index: CodeIndex;
  readonly models: ModelActions;
  readonly config: () => EngineConfig;
  readonly settings: () => ChatSettings;
  readonly requests: RunningRequests;
  readonly log: Log;
}

/** What of Hearth the editor's own chat and other extensions can use. */
export interface LanguageModels {
  /** To be called when the settings have changed. */
  changed(): void;
  /** Frees the KV state of what was asked; the engine must still be there. */
  end(): Promise<void>;
  dispose(): void;
}

/** Registers the model provider, the search tool and the chat participant. Loads no model and starts no process. */
export function registerLanguageModels(deps: LanguageModelDeps): LanguageModels {
  const store = new DisposableStore();
  const provider = store.add(createProvider(deps));
  const participant = new Participant({ model: deps.engine, retriever: deps.index, settings: deps.settings, requests: deps.requests, log: deps.log });
  store.add(lm.registerLanguageModelChatProvider(vendor, provider));
  store.add(lm.registerTool(searchToolName, new SearchTool(deps.index)));
  store.add(registerParticipant(participant));
  store.add(deps.models.status.onDidChange(({ kind }) => {
    if (kind === "ready" || kind === "idle") provider.changed();
  }));
  return {
    changed: () => provider.changed(),
    end: async () => {
      await Promise.all([provider.end(), participant.end()]);
    },
    dispose: () => store.dispose(),
  };
}

function registerParticipant(participant: Participant) {
  return chat.createChatParticipant(participantId, participant.answer);
}

function createProvider({ engine, config, settings, models, requests }: LanguageModelDeps): ModelProvider {
  return new ModelProvider({
    model: engine,
    config,
    settings,
    server: () => models.servers.chat,
    listModels: ({ model, modelDirectories }) => listModels(modelDirectories, /[\\/]/.test(model) ? [model] : []),
    switchTo: (model) => switchTo(model, models),
    requests,
    prefix: `editor-${randomUUID()}`,
  });
}

/** One model is loaded at a time, and the chats share it. */
async function switchTo(model: string, models: ModelActions): Promise<boolean> {
  const button = t("Load {0}", modelLabel(model));
  const message = t("Another chat asks for {0}. Hearth would load it in the place of {1}, for its own chats too.", modelLabel(model), models.chatName);
  if ((await window.showWarningMessage(message, { modal: true }, button)) !== button) return false;
  await setModel(model);
  await models.configure();
  return true;
}
