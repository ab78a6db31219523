import { type Uri, workspace } from "vscode";
import { textAttachment } from "../../chat/attachmentText";
import { t } from "../../common/l10n";
import type { Attachment } from "../../chat/types";
import { readNotebook } from "../../rag/notebooks";
import { pathLabel } from "../workspacePaths";
import { nothingThere } from "./nothingThere";
import { readText } from "./readText";

/** A notebook by what its cells say, without outputs: those of an editor where it is open, else those of its file. */
export async function notebookAttachment(uri: Uri): Promise<Attachment> {
  const path = pathLabel(uri);
  const open = workspace.notebookDocuments.find((document) => !document.isClosed && document.uri.toString() === uri.toString());
  const cells = open ? open.getCells().map(({ document }) => document.getText().replaceAll("\r\n", "\n")) : cellsOf((await readText(uri)).text);
  const text = cells.flatMap((cell, i) => (cell.trim() === "" ? [] : [`# Cell ${i + 1}\n${cell.trimEnd()}`])).join("\n\n");
  if (text === "") throw nothingThere(t("{0} is empty.", path), t("Attach another file."));
  return textAttachment({ source: "notebookCell", path: `${path}#cells`, label: cells.length === 1 ? t("{0}, 1 cell", path) : t("{0}, {1} cells", path, cells.length), text });
}

/** By their numbers; cells without text are empty. */
function cellsOf(text: string): readonly string[] {
  const { lines, cells } = readNotebook(text);
  const texts = new Map(cells.map(({ number, startLine, endLine }) => [number, lines.slice(startLine - 1, endLine).join("\n")]));
  return Array.from({ length: Math.max(-1, ...texts.keys()) + 1 }, (_, number) => texts.get(number) ?? "");
}
