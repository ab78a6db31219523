import { FileType, Uri, workspace } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { Attachment } from "../../chat/types";
import type { CodeIndex } from "../../rag/ports";
import { pathLabel } from "../workspacePaths";
import { fileAttachment } from "./fileAttachment";
import type { FileList } from "./fileList";
import { folderAttachment, outerFolder } from "./sources/folders";

/** So many things at once are a slip of the hand. */
const mostDropped = 50;

/** Files and folders that were dropped or chosen. Those that cannot be attached are told together once the others are there. */
export async function attachUris(
  uris: readonly Uri[],
  { files, index }: { readonly files: FileList; readonly index: Pick<CodeIndex, "map"> },
  attach: (attachments: readonly Attachment[]) => void,
): Promise<void> {
  if (uris.length > mostDropped) throw new HearthError("bad-use", t("{0} files at once are too many.", uris.length), { remedy: t("Attach their folder, or {0} at most.", mostDropped) });
  const read = await Promise.allSettled(uris.map(async (uri) => (await isFolder(uri) ? ofFolder(uri, files, index) : fileAttachment(uri))));
  attach(read.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
  const failures = read.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (failures.length > 0) throw together(failures);
}

/** The file that a dropped text means. Throws "bad-use" for one that is none: a web page is never fetched, even where the editor could. */
export function droppedUri(text: string): Uri {
  const uri = parsed(text);
  // A window that works on another machine hands out that machine's files; over there they are plain files.
  const isRemote = uri.scheme === "vscode-remote" && !(workspace.workspaceFolders ?? []).some((folder) => folder.uri.scheme === uri.scheme);
  const readable = isRemote ? uri.with({ scheme: "file", authority: "" }) : uri;
  const isWeb = readable.scheme === "http" || readable.scheme === "https";
  if (!isWeb && workspace.fs.isWritableFileSystem(readable.scheme) !== undefined) return readable;
  throw new HearthError("bad-use", t("{0} is no file of this window.", uri.toString(true)), { remedy: t("Drop files and folders of the explorer.") });
}

function parsed(text: string): Uri {
  try {
    return Uri.parse(text, true);
  } catch (cause) {
    throw new HearthError("bad-use", t("What was dropped is no file."), { cause, remedy: t("Drop files and folders of the explorer.") });
  }
}

async function isFolder(uri: Uri): Promise<boolean> {
  try {
    return ((await workspace.fs.stat(uri)).type & FileType.Directory) !== 0;
  } catch (cause) {
    throw new HearthError("bad-use", t("{0} cannot be read.", pathLabel(uri)), { cause, remedy: t("See that the file is still there.") });
  }
}

/** As the list of files has it; what the list leaves out, and what lies outside, is listed by itself. */
async function ofFolder(uri: Uri, files: FileList, index: Pick<CodeIndex, "map">): Promise<Attachment> {
  if (!workspace.getWorkspaceFolder(uri)) return outerFolder(uri);
  const isRoot = (workspace.workspaceFolders ?? []).some((folder) => folder.uri.toString() === uri.toString());
  const label = isRoot && workspace.workspaceFolders?.length === 1 ? "" : pathLabel(uri).replace(/\/$/, "");
  const isListed = (await files.paths()).some((path) => label === "" || path.startsWith(`${label}/`));
  return isListed ? folderAttachment(label, files, index) : outerFolder(uri);
}

function together(failures: readonly unknown[]): unknown {
  const [first] = failures;
  if (failures.length === 1) return first;
  const texts = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
  const remedy = first instanceof HearthError ? first.remedy : undefined;
  return new HearthError("bad-use", texts.join(" "), remedy === undefined ? {} : { remedy });
}
