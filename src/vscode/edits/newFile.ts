import { languages, Position, type TextDocument, Uri, window, workspace, WorkspaceEdit } from "vscode";
import { cleanCode } from "../../chat/edits/extractCode";
import { languageId } from "../../chat/edits/languageId";
import { parsePathText } from "../../chat/edits/pathText";
import type { ViewCode } from "../../webview/protocol";

/** Opens code as a file that is not saved yet, under the path that the answer names where it is free. */
export async function newFile(code: ViewCode): Promise<void> {
  const content = `${cleanCode(code.text)}\n`;
  const document = (await atPath(code.path, content)) ?? (await withoutPath(code.language, content));
  await window.showTextDocument(document, { preview: false });
}

async function atPath(path: string | undefined, content: string): Promise<TextDocument | undefined> {
  const [folder] = workspace.workspaceFolders ?? [];
  const parsed = path === undefined ? undefined : parsePathText(path);
  if (!folder || !parsed || parsed.extension === "") return undefined;
  const target = Uri.joinPath(folder.uri, parsed.path);
  const uri = target.with({ scheme: "untitled" });
  if (target.scheme !== "file" || isOpen(uri) || (await exists(target))) return undefined;
  const document = await workspace.openTextDocument(uri);
  const edit = new WorkspaceEdit();
  edit.insert(uri, new Position(0, 0), content);
  await workspace.applyEdit(edit);
  return document;
}

async function withoutPath(language: string, content: string): Promise<TextDocument> {
  const wanted = languageId(language);
  const isKnown = wanted !== "" && (await languages.getLanguages()).includes(wanted);
  return workspace.openTextDocument({ content, ...(isKnown && { language: wanted }) });
}

function isOpen(uri: Uri): boolean {
  return workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
