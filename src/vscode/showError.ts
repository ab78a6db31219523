import { commands, window } from "vscode";
import { describeError, errorCode, isAbortError } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";

/** Runs something whose failure has no other place to be told: it goes to the log and a message. */
export async function withErrorsShown(log: Log, act: () => unknown): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isAbortError(error)) showError(log, error);
  }
}

export function showWarning(log: Log, message: string): void {
  log.write("warn", message);
  showMessage(window.showWarningMessage(`Hearth: ${message}`, showLog()));
}

export function showError(log: Log, error: unknown): void {
  log.write("warn", error instanceof Error ? (error.stack ?? error.message) : String(error));
  const buttons = errorCode(error) === "bad-use" ? [] : [showLog()];
  showMessage(window.showErrorMessage(`Hearth: ${describeError(error)}`, ...buttons));
}

function showLog(): string {
  return t("Show Log");
}

function showMessage(message: Thenable<string | undefined>): void {
  void message.then((chosen) => {
    if (chosen === showLog()) void commands.executeCommand("hearth.showLog");
  });
}
