import { commands } from "vscode";
import type { EditorAction, ViewServices } from "./chatServer";
import type { CommandId } from "./commandIds";
import type { Core } from "./core";
import type { ModelActions } from "./modelActions";
import { openSettings } from "./openSettings";
import { serverSettings } from "./servers/serverSettings";

const actionCommands = {
  download: "hearth.downloadModel",
  pickFile: "hearth.pickModelFile",
  selectModel: "hearth.selectModel",
  openSettings: "hearth.openSettings",
  restartEngine: "hearth.restartEngine",
  showLog: "hearth.showLog",
  checkServer: "hearth.checkServer",
  setServerKey: "hearth.setServerKey",
  useServer: "hearth.useServer",
} as const satisfies Partial<Record<EditorAction, CommandId>>;

/** What the editor does for every chat view. */
export function createViewServices({ models, context, composer, editing }: Pick<Core, "models" | "context" | "composer" | "editing">, conversations: ViewServices["conversations"], branchInTab: ViewServices["branchInTab"]): ViewServices {
  return {
    act: (action) => act(models, action),
    branchInTab,
    composer,
    code: editing.code,
    conversations,
    setContext: (enabled) => context.set(enabled),
    opened: () => models.want(),
  };
}

async function act(models: ModelActions, action: EditorAction): Promise<void> {
  const { status } = models;
  if (action === "cancelDownload") await status.cancelDownload();
  else if (action === "pauseDownload") status.pauseDownload();
  else if (action === "resumeDownload") await status.resumeDownload();
  else if (action === "useProcessor") await models.useProcessor();
  else if (action === "useSmallerContext") await models.useSmallerContext();
  else if (action === "serverSettings") await openSettings(serverSettings);
  else await commands.executeCommand(actionCommands[action]);
}
