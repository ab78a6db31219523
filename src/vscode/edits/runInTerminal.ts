import { type Terminal, window, workspace } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { shellCommands } from "../../chat/edits/shellCommands";

const terminalName = "Hearth";
let own: Terminal | undefined;

/** Runs commands of an answer in a terminal of ours, after the person has seen them and agreed. Throws "bad-use" in a restricted workspace. */
export async function runInTerminal(code: string): Promise<void> {
  if (!workspace.isTrusted) throw new HearthError("bad-use", t("Nothing is run in a restricted workspace."), { remedy: t("Trust the workspace first, or copy the command.") });
  const commands = shellCommands(code);
  const run = t("Run");
  const question = commands.includes("\n") ? t("Run these commands in the terminal?") : t("Run this command in the terminal?");
  if ((await window.showWarningMessage(question, { modal: true, detail: commands }, run)) !== run) return;
  const terminal = ownTerminal();
  terminal.show();
  terminal.sendText(commands);
}

/** The one that was used before, unless it was closed or its shell has ended. */
function ownTerminal(): Terminal {
  if (!own || own.exitStatus !== undefined || !window.terminals.includes(own)) own = window.createTerminal({ name: terminalName });
  return own;
}
