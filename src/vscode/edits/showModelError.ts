import { commands, window } from "vscode";
import { errorCode, isAbortError, serializeError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import type { ViewAction } from "../../webview/protocol";
import type { CommandId } from "../commandIds";
import { toViewError } from "../errorActions";
import { showError } from "../showError";

const buttons = {
  download: ["hearth.downloadModel", () => t("Download")],
  pickFile: ["hearth.pickModelFile", () => t("Pick a File…")],
  selectModel: ["hearth.selectModel", () => t("Select a Model…")],
  openSettings: ["hearth.openSettings", () => t("Open Settings")],
  restartEngine: ["hearth.restartEngine", () => t("Restart the Engine")],
  showLog: ["hearth.showLog", () => t("Show Log")],
} as const satisfies Partial<Record<ViewAction, readonly [CommandId, () => string]>>;

/** Runs what needs the model; a failure is told with the buttons that mend it, as in the chat. */
export async function withModelErrorsShown(log: Log, model: () => string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (isAbortError(error)) return;
    if (errorCode(error) === "bad-use") showError(log, error);
    else await showModelError(log, error, model());
  }
}

async function showModelError(log: Log, error: unknown, model: string): Promise<void> {
  log.write("warn", error instanceof Error ? (error.stack ?? error.message) : String(error));
  const { message, remedy, actions } = toViewError(serializeError(error), { place: "model", model });
  const offered = actions.flatMap((action) => (isOffered(action) ? [buttons[action]] : []));
  const text = t("Hearth: {0}", remedy === undefined ? message : `${message} ${remedy}`);
  const chosen = await window.showErrorMessage(text, ...offered.map(([, label]) => label()));
  const command = offered.find(([, label]) => label() === chosen)?.[0];
  if (command) await commands.executeCommand(command);
}

function isOffered(action: ViewAction): action is keyof typeof buttons {
  return action in buttons;
}
