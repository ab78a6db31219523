import { env, type ExtensionContext, l10n, type LogOutputChannel, window } from "vscode";
import { describeError } from "./common/errors";
import { setTranslations } from "./common/l10n";
import type { Log } from "./common/log";
import { registerCodeActions } from "./vscode/actions/codeActions";
import type { HearthApi } from "./vscode/api";
import { ChatPanels, chatPanelType } from "./vscode/chatPanels";
import { ChatView, chatViewId } from "./vscode/chatView";
import { registerCommands } from "./vscode/commands";
import { createConversations } from "./vscode/conversations/createConversations";
import { type Core, createCore } from "./vscode/core";
import { followState } from "./vscode/followState";
import { channelLog } from "./vscode/log";
import { measureOwnTime } from "./vscode/ownTime";
import { createPlatform, type Platform } from "./vscode/platform";
import { RecentErrors } from "./vscode/report/recentErrors";
import { createStatusBar } from "./vscode/statusBar";
import { TabMemory } from "./vscode/tabMemory";
import { createViewServices } from "./vscode/viewServices";

let core: Core | undefined;
let platform: Platform | undefined;

/** Builds and registers; no process is started and no model is read here. */
export function activate(context: ExtensionContext): HearthApi {
  const elapsed = measureOwnTime();
  setTranslations(l10n.bundle ? { ...l10n.bundle, "": env.language } : {});
  const channel = window.createOutputChannel("Hearth", { log: true });
  context.subscriptions.push(channel);
  const errors = new RecentErrors();
  const log = errors.watch(channelLog(channel));
  try {
    core = createCore(context, log);
    platform = createPlatform(context, core, errors, log);
    const panels = register(context, core, platform, channel, log);
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
  await platform?.end();
  await core?.dispose();
  core = platform = undefined;
}

function register(context: ExtensionContext, built: Core, rest: Platform, channel: LogOutputChannel, log: Log): ChatPanels {
  const { chats, models, indexing } = built;
  const conversations = createConversations(built, () => panels);
  const services = createViewServices(built, conversations, async (conversation, turn) => {
    await panels.create(chats.branch(conversation, turn));
  });
  const view = new ChatView(context.extensionUri, () => chats.sidebar(), chats.onDidReplaceSidebar, services);
  const panels = new ChatPanels({ extension: context.extensionUri, open: (id) => chats.open(id), services, tabs: new TabMemory(context.workspaceState), log });
  context.subscriptions.push(
    window.registerWebviewViewProvider(chatViewId, view),
    window.registerWebviewPanelSerializer(chatPanelType, panels),
    registerCommands({ chats, view, panels, conversations, models, composer: built.composer, editing: built.editing, indexing, platform: rest.commands, channel, log }),
    rest,
    createStatusBar(built),
    followState(built, log),
    registerCodeActions(built.editing, log),
  );
  return panels;
}

function createApi({ assistant, settings, chats, composer, editing, rules }: Core, panels: ChatPanels, activationMs: number): HearthApi {
  return {
    activationMs,
    assistant,
    get settings() {
      return settings.current;
    },
    composer,
    rules: () => rules.current,
    sidebar: () => chats.sidebar(),
    reviews: editing.reviews,
    get panels() {
      return panels.controllers;
    },
  };
}
