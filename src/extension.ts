import { type ExtensionContext, type LogOutputChannel, window } from "vscode";
import { describeError } from "./common/errors";
import type { Log } from "./common/log";
import type { HearthApi } from "./vscode/api";
import { ChatPanels, chatPanelType } from "./vscode/chatPanels";
import { ChatView, chatViewId } from "./vscode/chatView";
import { registerCommands } from "./vscode/commands";
import { type Core, createCore } from "./vscode/core";
import { followState } from "./vscode/followState";
import { channelLog } from "./vscode/log";
import { measureOwnTime } from "./vscode/ownTime";
import { createStatusBar } from "./vscode/statusBar";
import { TabMemory } from "./vscode/tabMemory";
import { createViewServices } from "./vscode/viewServices";

let core: Core | undefined;

/** Builds and registers; no process is started and no model is read here. */
export function activate(context: ExtensionContext): HearthApi {
  const elapsed = measureOwnTime();
  const channel = window.createOutputChannel("Hearth", { log: true });
  context.subscriptions.push(channel);
  const log = channelLog(channel);
  try {
    core = createCore(context, log);
    const panels = register(context, core, channel, log);
    const { ownMs, wallMs } = elapsed();
    log.write("info", `activated in ${ownMs.toFixed(1)} ms of own time, ${wallMs.toFixed(1)} ms on the clock`);
    return createApi(core, panels, ownMs);
  } catch (error) {
    log.write("error", `Hearth could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    void window.showErrorMessage(`Hearth could not start. ${describeError(error)}`);
    throw error;
  }
}

/** Ends the processes; the editor waits for it. */
export async function deactivate(): Promise<void> {
  await core?.dispose();
  core = undefined;
}

function register(context: ExtensionContext, built: Core, channel: LogOutputChannel, log: Log): ChatPanels {
  const { chats, models, indexing, index } = built;
  const services = createViewServices(models, built.context, async (conversation, turn) => {
    await panels.create(chats.branch(conversation, turn));
  });
  const view = new ChatView(context.extensionUri, () => chats.sidebar(), services);
  const panels = new ChatPanels({ extension: context.extensionUri, open: (id) => chats.open(id), services, tabs: new TabMemory(context.workspaceState), log });
  context.subscriptions.push(
    window.registerWebviewViewProvider(chatViewId, view),
    window.registerWebviewPanelSerializer(chatPanelType, panels),
    registerCommands({ chats, view, panels, models, indexing, channel, log }),
    createStatusBar(models.status, index),
    followState(built, log),
  );
  return panels;
}

function createApi({ assistant, settings, chats }: Core, panels: ChatPanels, activationMs: number): HearthApi {
  return {
    activationMs,
    assistant,
    get settings() {
      return settings.current;
    },
    sidebar: () => chats.sidebar(),
    get panels() {
      return panels.controllers;
    },
  };
}
