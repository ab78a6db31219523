import { commands } from "vscode";

/** Opens the settings page at Hearth's settings, or at those that `query` finds. */
export async function openSettings(query = "@ext:hearth.hearth"): Promise<void> {
  await commands.executeCommand("workbench.action.openSettings", query);
}
