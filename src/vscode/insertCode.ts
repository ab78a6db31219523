import { type TextEditor, window } from "vscode";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";

/** Puts code at the cursors of the editor that was used last, over what is selected there. */
export async function insertCode(text: string): Promise<void> {
  const editor = currentEditor();
  if (!editor) throw new HearthError("bad-use", t("There is no editor to insert into."), { remedy: t("Open a file and put the cursor where the code belongs.") });
  const done = await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, text);
  });
  if (!done) throw new HearthError("bad-use", t("The editor does not take changes."), { remedy: t("Is the file read-only?") });
}

/** A chat in a tab is no text editor: then the one beside it counts. */
function currentEditor(): TextEditor | undefined {
  return window.activeTextEditor ?? window.visibleTextEditors.at(0);
}
