import { ConfigurationTarget, window, workspace } from "vscode";

/** Sets the model for this workspace, or for the person where no folder is open. */
export async function setModel(model: string): Promise<void> {
  const target = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await workspace.getConfiguration("hearth").update("model", model, target);
  if (!process.env["HEARTH_MODEL"]) return;
  void window.showWarningMessage("Hearth: the environment variable HEARTH_MODEL names the model, so the setting hearth.model has no effect now.");
}

/** Lets the person pick a model file and sets it. Resolves to whether one was picked. */
export async function pickModelFile(): Promise<boolean> {
  const [file] =
    (await window.showOpenDialog({ title: "Pick a Model File", openLabel: "Use Model", filters: { "GGUF models": ["gguf"] } })) ?? [];
  if (file) await setModel(file.fsPath);
  return file !== undefined;
}
