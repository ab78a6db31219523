import { t } from "../../../common/l10n";
import type { ViewMention } from "../../../webview/protocol";
import { fileAttachment, fileUri } from "../fileAttachment";
import type { FileList } from "../fileList";
import { bestPaths } from "../fuzzyFiles";
import type { MentionSource } from "./mentionSource";
import { openPaths } from "./openEditors";

/** Files of the workspace by name. Without a name: those that are open, then the others. */
export function fileSource(files: FileList): MentionSource {
  return {
    kind: "file",
    head: () => ({ kind: "file", id: "", label: t("Files"), detail: t("by name"), opens: true }),
    async rows(query, limit) {
      const all = await files.paths();
      const ordered = query.trim() === "" ? [...new Set([...openPaths(), ...all])] : all;
      return bestPaths(query, ordered, limit).map(fileRow);
    },
    resolve: async (id) => [await fileAttachment(await fileUri(id))],
  };
}

function fileRow(path: string): ViewMention {
  const at = path.lastIndexOf("/");
  return { kind: "file", id: path, label: path.slice(at + 1), ...(at > 0 && { detail: path.slice(0, at) }) };
}
