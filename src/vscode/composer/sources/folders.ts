import { FileType, type Uri, workspace } from "vscode";
import { textAttachment } from "../../../chat/attachmentText";
import { t } from "../../../common/l10n";
import type { Attachment } from "../../../chat/types";
import type { CodeIndex, MapEntry } from "../../../rag/ports";
import { pathLabel } from "../../workspacePaths";
import type { FileList } from "../fileList";
import { folderListing } from "../folderListing";
import { bestPaths } from "../fuzzyFiles";
import { nothingThere } from "../nothingThere";
import type { MentionSource } from "./mentionSource";

/** Files of the map that a folder's definitions are taken from. */
const mostMapped = 2000;
/** Entries of a folder outside of the workspace, which is listed alone. */
const mostEntries = 2000;

/** Folders of the workspace: what lies in them, with the definitions that the index knows. */
export function folderSource(files: FileList, index: Pick<CodeIndex, "map">): MentionSource {
  return {
    kind: "folder",
    head: () => ({ kind: "folder", id: "", label: t("Folders"), detail: t("their files and definitions"), opens: true }),
    async rows(query, limit) {
      const folders = await files.folders();
      return bestPaths(query, folders, limit).map((path) => ({ kind: "folder" as const, id: path, label: `${path}/` }));
    },
    resolve: async (id) => [await folderAttachment(id, files, index)],
  };
}

/** What the list of files has below a folder, and what stands in them. Throws "bad-use" for one that has none. */
export async function folderAttachment(folder: string, files: FileList, index: Pick<CodeIndex, "map">): Promise<Attachment> {
  const prefix = folder === "" ? "" : `${folder}/`;
  const inside = (await files.paths()).filter((path) => path.startsWith(prefix));
  if (inside.length === 0) throw nothingThere(t("The folder {0} has no files.", folder), t("Attach another folder."));
  const text = folderListing(inside, definitionsIn(prefix, await index.map(mostMapped)));
  return folderText(folder, text, inside.length);
}

/** A folder that the workspace does not list: its own entries only. */
export async function outerFolder(uri: Uri): Promise<Attachment> {
  const entries = await workspace.fs.readDirectory(uri);
  const names = entries.map(([name, type]) => (type & FileType.Directory ? `${name}/` : name)).sort();
  if (names.length === 0) throw nothingThere(t("The folder {0} has no files.", pathLabel(uri)), t("Attach another folder."));
  return folderText(pathLabel(uri), names.slice(0, mostEntries).join("\n"), names.length);
}

function folderText(folder: string, text: string, count: number): Attachment {
  const label = count === 1 ? t("Folder {0}: 1 file", `${folder}/`) : t("Folder {0}: {1} files", `${folder}/`, count);
  return textAttachment({ source: "folder", path: `${folder}/`, label, text });
}

function definitionsIn(prefix: string, map: readonly MapEntry[]): ReadonlyMap<string, readonly string[]> {
  return new Map(map.filter(({ path }) => path.startsWith(prefix)).map(({ path, signatures }) => [path, signatures]));
}
