import { type NotebookCell, type NotebookEditor, window } from "vscode";
import { t } from "../../../common/l10n";
import { textAttachment } from "../../../chat/attachmentText";
import type { Attachment } from "../../../chat/types";
import { pathLabel } from "../../workspacePaths";
import { nothingThere } from "../nothingThere";
import type { MentionSource } from "./mentionSource";

/** Cells of the notebook in front: those that are selected, or one of the list. */
export const notebookCells: MentionSource = {
  kind: "notebookCell",
  head() {
    const editor = notebook();
    const cells = editor ? selectedCells(editor) : [];
    return cells.length === 0 ? undefined : { kind: "notebookCell", id: "", label: cells.length === 1 ? t("Notebook cell") : t("Notebook cells"), detail: cells.map(cellName).join(", ") };
  },
  rows(query, limit) {
    const cells = notebook()?.notebook.getCells() ?? [];
    const wanted = query.trim().toLowerCase();
    const rows = cells
      .filter((cell) => `${cellName(cell)} ${cell.document.getText()}`.toLowerCase().includes(wanted))
      .map((cell) => ({ kind: "notebookCell" as const, id: String(cell.index), label: cellName(cell), detail: firstLine(cell) }));
    return Promise.resolve(rows.slice(0, limit));
  },
  resolve(id) {
    const editor = notebook();
    const cells = !editor ? [] : id === "" ? selectedCells(editor) : editor.notebook.getCells().filter(({ index }) => String(index) === id);
    const attachments = cells.filter((cell) => cell.document.getText().trim() !== "").map(cellAttachment);
    if (attachments.length === 0) return Promise.reject(nothingThere(t("No cell with text is selected."), t("Open a notebook and select a cell.")));
    return Promise.resolve(attachments);
  },
};

function notebook(): NotebookEditor | undefined {
  return window.activeNotebookEditor ?? window.visibleNotebookEditors[0];
}

function selectedCells({ notebook: document, selections }: NotebookEditor): readonly NotebookCell[] {
  return [...new Set(selections.flatMap((range) => document.getCells(range)))];
}

/** Its lines are not those of the notebook's file, so it stands under a name of its own. */
function cellAttachment(cell: NotebookCell): Attachment {
  const file = pathLabel(cell.notebook.uri);
  const text = cell.document.getText().replaceAll("\r\n", "\n");
  return textAttachment({ source: "notebookCell", path: `${file}#${cell.index + 1}`, label: t("{0}, cell {1}", file, cell.index + 1), text, language: cell.document.languageId });
}

function cellName({ index }: NotebookCell): string {
  return t("Cell {0}", index + 1);
}

function firstLine({ document }: NotebookCell): string {
  return document.getText().trim().split("\n", 1)[0] ?? "";
}
