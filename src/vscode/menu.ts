import { commands, type QuickPickItem, QuickPickItemKind, window } from "vscode";
import { t } from "../common/l10n";
import type { CommandId } from "./commandIds";

interface MenuItem extends QuickPickItem {
  readonly command?: CommandId;
}

/** In groups, each under its heading. */
function menuItems(): readonly MenuItem[] {
  return [
    heading(t("Chat")),
    { label: `$(comment-discussion) ${t("Open Chat")}`, command: "hearth.focusChat" },
    { label: `$(add) ${t("New Chat")}`, command: "hearth.newChat" },
    { label: `$(open-preview) ${t("Open Chat in Editor")}`, command: "hearth.openChatInEditor" },
    { label: `$(history) ${t("Chat History")}`, command: "hearth.showHistory" },
    heading(t("Code")),
    { label: `$(search) ${t("Search Code")}`, command: "hearth.searchCode" },
    { label: `$(database) ${t("Index Status")}`, command: "hearth.indexStatus" },
    { label: `$(git-commit) ${t("Write Commit Message")}`, command: "hearth.writeCommitMessage" },
    heading(t("Model")),
    { label: `$(chip) ${t("Select Model…")}`, command: "hearth.selectModel" },
    { label: `$(library) ${t("Manage Models…")}`, command: "hearth.manageModels" },
    { label: `$(server) ${t("Use a Server…")}`, command: "hearth.useServer" },
    { label: `$(debug-restart) ${t("Restart Engine")}`, command: "hearth.restartEngine" },
    heading(t("Help")),
    { label: `$(mortar-board) ${t("First Steps")}`, command: "hearth.openWalkthrough" },
    { label: `$(output) ${t("Show Log")}`, command: "hearth.showLog" },
    { label: `$(report) ${t("Report")}`, command: "hearth.report" },
    { label: `$(settings-gear) ${t("Settings")}`, command: "hearth.openSettings" },
  ];
}

function heading(label: string): MenuItem {
  return { label, kind: QuickPickItemKind.Separator };
}

/** What a click on the status bar offers; `state` says how things are. */
export async function showMenu(state: string): Promise<void> {
  const chosen = await window.showQuickPick(menuItems(), { title: "Hearth", placeHolder: state });
  if (chosen?.command) await commands.executeCommand(chosen.command);
}
