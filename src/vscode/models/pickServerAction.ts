import { commands, type QuickPickItem, QuickPickItemKind, window } from "vscode";
import { t } from "../../common/l10n";
import type { CommandId } from "../commandIds";
import { currentModelTarget } from "../modelSetting";
import { openSettings } from "../openSettings";
import type { OfferedServer } from "../servers/serverItems";
import { serverLabel } from "../servers/serverName";
import { serverSettings, setBackend } from "../servers/serverSettings";

interface ServerActionItem extends QuickPickItem {
  /** Absent: back to the list. */
  readonly act?: () => PromiseLike<unknown>;
}

/** What to do with the server that is set. Resolves to whether the list is to come back. */
export async function pickServerAction({ config }: OfferedServer): Promise<boolean> {
  const chosen = await window.showQuickPick(actionItems(), { title: serverLabel(config), placeHolder: config.url });
  if (!chosen) return false;
  if (!chosen.act) return true;
  await chosen.act();
  return false;
}

function actionItems(): readonly ServerActionItem[] {
  const places = currentModelTarget() === "workspace" ? (["workspace", "user"] as const) : (["user"] as const);
  const run = (command: CommandId) => () => commands.executeCommand(command);
  return [
    ...places.map((where) => ({
      label: `$(check) ${t("Answer with This Model")}`,
      description: where === "workspace" ? t("in this workspace") : t("everywhere"),
      act: () => setBackend("openai", where),
    })),
    { label: `$(plug) ${t("Check Connection")}`, act: run("hearth.checkServer") },
    { label: `$(key) ${t("Set Key…")}`, act: run("hearth.setServerKey") },
    { label: `$(settings-gear) ${t("Server Settings")}`, act: () => openSettings(serverSettings) },
    { label: "", kind: QuickPickItemKind.Separator },
    { label: `$(arrow-left) ${t("All Models")}` },
  ];
}
