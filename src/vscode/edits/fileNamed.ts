import path from "node:path";
import { FileType, Uri, workspace } from "vscode";
import { resolveLabel } from "../workspacePaths";

/** Left out where names are looked for: nobody means these. */
export const uninteresting = "{**/node_modules/**,**/.git/**,**/dist/**,**/out/**}";

/**
 * The file that a path of an answer means: as it stands, or the one file of the workspace whose path ends so.
 * Undefined where there is none, or more than one.
 */
export async function fileNamed(wanted: string): Promise<Uri | undefined> {
  if (path.isAbsolute(wanted)) return inWorkspace(Uri.file(wanted));
  const uri = await resolveLabel(wanted);
  if (uri && (uri.scheme === "untitled" || (await isFile(uri)))) return uri;
  const found = await workspace.findFiles(`**/${escapeGlob(wanted)}`, uninteresting, 2);
  return found.length === 1 ? found[0] : undefined;
}

async function inWorkspace(uri: Uri): Promise<Uri | undefined> {
  return workspace.getWorkspaceFolder(uri) && (await isFile(uri)) ? uri : undefined;
}

async function isFile(uri: Uri): Promise<boolean> {
  try {
    return ((await workspace.fs.stat(uri)).type & FileType.File) !== 0;
  } catch {
    return false;
  }
}

function escapeGlob(text: string): string {
  return text.replaceAll(/[[\]{}*?]/g, "?");
}
