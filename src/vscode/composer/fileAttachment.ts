import type { Uri } from "vscode";
import { codeAttachment } from "../../chat/attachmentText";
import { t } from "../../common/l10n";
import type { Attachment } from "../../chat/types";
import { isNotebook } from "../../rag/notebooks";
import { resolveLabel } from "../workspacePaths";
import { notebookAttachment } from "./notebookAttachment";
import { nothingThere } from "./nothingThere";
import { readText } from "./readText";

/** A whole file, cut where it is too long. Throws "bad-use" for one that is no text. */
export async function fileAttachment(uri: Uri): Promise<Attachment> {
  if (isNotebook(uri.path)) return notebookAttachment(uri);
  const { path, language, text } = await readText(uri);
  if (text.trim() === "") throw nothingThere(t("{0} is empty.", path), t("Attach another file."));
  return codeAttachment({ path, language, startLine: 1, text: text.endsWith("\n") ? text.slice(0, -1) : text });
}

/** The file that a path of the list means. */
export async function fileUri(label: string): Promise<Uri> {
  const uri = await resolveLabel(label);
  if (uri) return uri;
  throw nothingThere(t("There is no file {0} any more.", label), t("Look for it again."));
}
