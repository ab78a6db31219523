import { commands } from "vscode";

/** The manifest's id of the walkthrough, after the extension's own. */
export const walkthroughId = "hearth.hearth#start";

export async function openWalkthrough(): Promise<void> {
  await commands.executeCommand("workbench.action.openWalkthrough", walkthroughId, false);
}
