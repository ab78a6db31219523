import { commands, window } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { CodeIndex } from "../../rag/ports";
import { verdictText } from "../../rag/verdictText";

/** Tells whether the file in front is in the index, and why not. */
export async function explainOpenFile(index: Pick<CodeIndex, "explain">): Promise<void> {
  const { document } = window.activeTextEditor ?? window.visibleTextEditors.at(0) ?? {};
  if (document?.uri.scheme !== "file") throw new HearthError("bad-use", t("No file is open."), { remedy: t("Open the file that is meant in an editor.") });
  const verdict = await index.explain(document.uri.fsPath);
  const status = t("Index Status");
  const chosen = await window.showInformationMessage(verdictText(verdict), status);
  if (chosen === status) await commands.executeCommand("hearth.indexStatus");
}
