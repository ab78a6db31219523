import { type TextDocument, type Uri, window, workspace } from "vscode";
import { t } from "../../common/l10n";
import { languageId } from "../../chat/edits/languageId";
import { placeCode, type PlacementKind } from "../../chat/edits/placeCode";
import type { ViewCode } from "../../webview/protocol";
import { pathLabel } from "../workspacePaths";
import { changeableDocument } from "./changeableDocument";
import { findTarget, type TargetDeps } from "./codeTarget";
import { newFile } from "./newFile";
import { plainText } from "./review";
import type { Reviews } from "./reviews";

/** Shows code of an answer as a change of the file it belongs to. */
export async function applyCode(reviews: Reviews, code: ViewCode, deps: TargetDeps): Promise<void> {
  const target = await findTarget(code, deps);
  if (target.kind === "none") return;
  if (target.kind === "new") return newFile(code);
  if (!(await mayChange(target.uri))) return;
  const document = await changeableDocument(target.uri);
  const language = languageId(code.language) || document.languageId;
  const line = cursorLine(document);
  const file = plainText(document);
  const { kind, text } = placeCode({ file, code: code.text, language, ...(line !== undefined && { line }) });
  await reviews.open(document.uri, text, { base: file });
  tell(kind, document, line);
}

/** What lies outside of the workspace is asked about: an answer may name any file. */
async function mayChange(uri: Uri): Promise<boolean> {
  if (uri.scheme === "untitled" || workspace.getWorkspaceFolder(uri)) return true;
  const yes = t("Show the Change");
  const question = t("{0} is outside of this workspace. Propose a change of it?", pathLabel(uri));
  return (await window.showWarningMessage(question, { modal: true }, yes)) === yes;
}

function cursorLine(document: TextDocument): number | undefined {
  const editors = [...(window.activeTextEditor ? [window.activeTextEditor] : []), ...window.visibleTextEditors];
  return editors.find((editor) => editor.document === document)?.selection.active.line;
}

function tell(kind: PlacementKind, document: TextDocument, line: number | undefined): void {
  if (kind !== "insertion") return;
  const name = pathLabel(document.uri);
  const text = line === undefined ? t("Nothing in {0} is like this code, so it is proposed at its end.", name) : t("Nothing in {0} is like this code, so it is proposed at the cursor.", name);
  void window.showInformationMessage(text);
}
