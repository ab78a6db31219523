import path from "node:path";
import { type ExtensionContext, workspace } from "vscode";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import { ConversationLibrary } from "../../chat/conversationLibrary";
import { showWarning } from "../showError";

/**
 * The conversations of all workspaces lie in the extension's own storage, a folder for each: the editor drops a
 * workspace's storage with the workspace, and a view of all of them finds them there. Earlier versions kept them in the
 * workspace's storage, or, without a workspace, in the folder that now holds the others.
 */
export function createLibrary({ storageUri, globalStorageUri }: ExtensionContext, log: Log): ConversationLibrary {
  const root = path.join(globalStorageUri.fsPath, "conversations");
  return new ConversationLibrary({
    root,
    key: storageUri ? keyOf(storageUri.fsPath) : "no-folder",
    name: workspace.name ?? t("No folder"),
    earlier: storageUri ? path.join(storageUri.fsPath, "conversations") : root,
    log,
    onDamaged: (notice) => showWarning(log, notice),
  });
}

/** The editor's own name of the workspace, which is the folder around the extension's part of its storage. */
function keyOf(storage: string): string {
  return path.basename(path.dirname(storage)).replaceAll(/[^\w-]/g, "-").slice(0, 64);
}
