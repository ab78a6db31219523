import { ConfigurationTarget, window, workspace } from "vscode";
import { t } from "../common/l10n";
import { modelTarget, type ModelTarget } from "./modelTarget";

export const configurationTargets = {
  workspace: ConfigurationTarget.Workspace,
  user: ConfigurationTarget.Global,
} as const satisfies Record<ModelTarget, ConfigurationTarget>;

/** Whose setting `setModel` writes now. */
export function currentModelTarget(): ModelTarget {
  return modelTarget({ hasFolder: workspace.workspaceFolders !== undefined, trusted: workspace.isTrusted });
}

/**
 * Sets the model.
 * @param where default: this workspace; the person where no folder is open or the workspace is not trusted
 */
export async function setModel(model: string, where: ModelTarget = currentModelTarget()): Promise<void> {
  const settings = workspace.getConfiguration("hearth");
  await settings.update("model", model, configurationTargets[where]);
  // Another model of this machine is wanted, and not the server's.
  if (settings.get("backend") === "openai") await settings.update("backend", "auto", configurationTargets[where]);
  if (!workspace.isTrusted) {
    void window.showInformationMessage(t("Hearth: this workspace is not trusted, so the model is set in your user settings, for every workspace."));
  }
  if (!process.env["HEARTH_MODEL"]) return;
  void window.showWarningMessage(t("Hearth: the environment variable HEARTH_MODEL names the model, so the setting hearth.model has no effect now."));
}

/** Lets the person pick a model file and sets it. Resolves to whether one was picked. */
export async function pickModelFile(): Promise<boolean> {
  const [file] =
    (await window.showOpenDialog({ title: t("Pick a Model File"), openLabel: t("Use Model"), filters: { [t("GGUF models")]: ["gguf"] } })) ?? [];
  if (file) await setModel(file.fsPath);
  return file !== undefined;
}
