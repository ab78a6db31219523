import { ConfigurationTarget, workspace } from "vscode";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { engineRanges } from "../engine/ranges";
import { isMachineWide } from "./settings";

type MemorySetting = "contextSize" | "gpuLayers" | "sequences";

/**
 * Writes a setting that decides how much memory is needed: in the workspace's settings where they have it already, or
 * name the model; in the person's where it holds for the whole machine.
 */
export async function setMemorySetting(name: MemorySetting, value: string | number): Promise<void> {
  const settings = workspace.getConfiguration("hearth");
  const isOwn = [name, "model"].some((key) => settings.inspect(key)?.workspaceValue !== undefined);
  const target = isOwn && workspace.isTrusted && !isMachineWide(name) ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  // The manifest has the number of layers as a text, so that "auto" can stand there.
  await settings.update(name, name === "gpuLayers" ? String(value) : value, target);
}

/** Half of the context, as long as the setting allows it. */
export async function halveContext(contextSize: number): Promise<void> {
  const { minimum } = engineRanges.contextSize;
  if (contextSize <= minimum) {
    throw new HearthError("bad-use", t("The context is as small as it can be."), { remedy: t("Select a smaller model.") });
  }
  await setMemorySetting("contextSize", Math.max(minimum, Math.floor(contextSize / 2)));
}
