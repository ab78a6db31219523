import { Uri, window, workspace } from "vscode";
import { homedir } from "node:os";
import { t } from "../../common/l10n";
import type { ExportFormat } from "../../chat/exportConversation";
import type { FileDialogs } from "./conversationFiles";

const extensions = { markdown: "md", json: "json" } as const satisfies Record<ExportFormat, string>;

/** The editor's own dialogs; files may lie anywhere that it can write to. */
export const fileDialogs: FileDialogs = {
  async save(name, text, format) {
    const filters = { [format === "json" ? "JSON" : "Markdown"]: [extensions[format]] };
    const target = await window.showSaveDialog({ title: t("Export Chat"), saveLabel: t("Export"), defaultUri: Uri.joinPath(startFolder(), name), filters });
    if (!target) return false;
    await workspace.fs.writeFile(target, new TextEncoder().encode(text));
    return true;
  },
  async open() {
    const [file] = (await window.showOpenDialog({ title: t("Import Chat"), openLabel: t("Import"), filters: { JSON: ["json"] } })) ?? [];
    return file && new TextDecoder().decode(await workspace.fs.readFile(file));
  },
};

function startFolder(): Uri {
  return workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir());
}
