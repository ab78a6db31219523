import { commands } from "vscode";
import type { ViewAction } from "../webview/protocol";
import type { ViewServices } from "./chatServer";
import type { CommandId } from "./commandIds";
import type { ContextSwitch } from "./contextSwitch";
import { insertCode } from "./insertCode";
import type { ModelActions } from "./modelActions";
import { openRange } from "./openRange";

const actionCommands = {
  download: "hearth.downloadModel",
  pickFile: "hearth.pickModelFile",
  selectModel: "hearth.selectModel",
  openSettings: "hearth.openSettings",
  restartEngine: "hearth.restartEngine",
  showLog: "hearth.showLog",
} as const satisfies Record<Exclude<ViewAction, "retry" | "cancelDownload">, CommandId>;

/** What the editor does for every chat view. */
export function createViewServices(models: ModelActions, context: ContextSwitch): ViewServices {
  return {
    async act(action) {
      if (action === "cancelDownload") models.status.cancelDownload();
      else await commands.executeCommand(actionCommands[action]);
    },
    openRange,
    insertCode,
    setContext: (enabled) => context.set(enabled),
    opened: () => models.want(),
  };
}
