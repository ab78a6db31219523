import { commands, type QuickPickItem, window } from "vscode";
import type { CommandId } from "./commandIds";

interface MenuItem extends QuickPickItem {
  readonly command: CommandId;
}

const items: readonly MenuItem[] = [
  { label: "$(comment-discussion) Open Chat", command: "hearth.focusChat" },
  { label: "$(add) New Chat", command: "hearth.newChat" },
  { label: "$(open-preview) Open Chat in Editor", command: "hearth.openChatInEditor" },
  { label: "$(search) Search Code", command: "hearth.searchCode" },
  { label: "$(database) Index Status", command: "hearth.indexStatus" },
  { label: "$(chip) Select Model…", command: "hearth.selectModel" },
  { label: "$(debug-restart) Restart Engine", command: "hearth.restartEngine" },
  { label: "$(output) Show Log", command: "hearth.showLog" },
  { label: "$(settings-gear) Settings", command: "hearth.openSettings" },
];

/** What a click on the status bar offers; `state` says how things are. */
export async function showMenu(state: string): Promise<void> {
  const chosen = await window.showQuickPick(items, { title: "Hearth", placeHolder: state });
  if (chosen) await commands.executeCommand(chosen.command);
}
