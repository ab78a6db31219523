import { type QuickPickItem, type Memento, type TextEditor, window } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { editRangeAt, type LineRange } from "../../chat/edits/editRange";
import { recallInstructions } from "../../chat/edits/recallInstructions";
import type { ModelEdits } from "./modelEdits";
import { proposalScheme } from "./proposalFiles";
import { plainText } from "./review";

const key = "hearth.editInstructions";

/** Asks what is to change at the cursor or in the selection, and has the model write it. */
export async function inlineEdit(edits: ModelEdits, memento: Pick<Memento, "get" | "update">): Promise<void> {
  const editor = editorToChange();
  const range = selectedLines(editor) ?? editRangeAt(plainText(editor.document).split("\n"), editor.selection.active.line);
  const earlier = recallInstructions(memento.get<unknown>(key));
  const instruction = await askInstruction(rangeTitle(range), earlier);
  if (instruction === undefined) return;
  await memento.update(key, recallInstructions([instruction, ...earlier]));
  await edits.run({ document: editor.document, range, instruction, title: t("Hearth: {0}", instruction) });
}

/** Throws "bad-use" without an editor of a file. */
export function editorToChange(): TextEditor {
  const editor = window.activeTextEditor;
  if (!editor || editor.document.uri.scheme === "output") throw new HearthError("bad-use", t("There is no editor in front."), { remedy: t("Put the cursor into the code that you mean.") });
  if (editor.document.uri.scheme === proposalScheme) throw new HearthError("bad-use", t("This is a proposed change."), { remedy: t("Accept or reject it first.") });
  return editor;
}

/** The lines that a selection touches; one that ends at the start of a line does not take that line. Undefined: nothing is selected. */
export function selectedLines({ selection }: TextEditor): LineRange | undefined {
  if (selection.isEmpty) return undefined;
  const { start, end } = selection;
  return { start: start.line, end: end.character === 0 && end.line > start.line ? end.line : end.line + 1 };
}

function rangeTitle({ start, end }: LineRange): string {
  if (start === end) return t("Write new code at line {0}", start + 1);
  return end === start + 1 ? t("Change line {0}", end) : t("Change lines {0} to {1}", start + 1, end);
}

/** What is typed stands first; below it are the last ones that were used. */
function askInstruction(title: string, earlier: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const input = window.createQuickPick();
    const rows = (typed: string): QuickPickItem[] => {
      const recalled = earlier.map((label) => ({ label, description: t("used before") }));
      return typed.trim() === "" ? recalled : [{ label: typed.trim(), alwaysShow: true }, ...recalled.filter(({ label }) => label !== typed.trim())];
    };
    input.title = title;
    input.placeholder = t("What is to change? Such as: handle an empty list");
    input.items = rows("");
    input.onDidChangeValue((typed) => (input.items = rows(typed)));
    input.onDidAccept(() => {
      // Who types quickly is ahead of the rows: one that is told as chosen may be of an earlier text.
      const row = input.activeItems.find((active) => input.items.includes(active));
      const recalled = row?.description === undefined ? undefined : row.label;
      resolve(recalled ?? (input.value.trim() || undefined));
      input.hide();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}
