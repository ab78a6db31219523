import { commands, env, window } from "vscode";
import { t } from "../../../common/l10n";
import { textAttachment } from "../../../chat/attachmentText";
import type { Attachment } from "../../../chat/types";
import { nothingThere } from "../nothingThere";
import { type MentionSource, noRows } from "./mentionSource";

/** What is selected in the terminal in front. */
export const terminalSource: MentionSource = {
  kind: "terminal",
  head() {
    const terminal = window.activeTerminal;
    return terminal && { kind: "terminal", id: "", label: t("Terminal selection"), detail: terminal.name };
  },
  rows: noRows,
  resolve: async () => [await terminalSelection()],
};

/** Throws "bad-use" where nothing is selected there. The editor hands the text out through the clipboard only, which gets its own text back. */
export async function terminalSelection(): Promise<Attachment> {
  const terminal = window.activeTerminal;
  if (!terminal) throw nothingThere(t("There is no terminal."), t("Open one, and select text in it."));
  const text = await copiedByTerminal();
  if (text.trim() === "") throw nothingThere(t("Nothing is selected in the terminal {0}.", terminal.name), t("Select text in it first."));
  return textAttachment({ source: "terminal", path: "terminal", label: t("Terminal: {0}", terminal.name), text: text.replaceAll("\r\n", "\n").trimEnd() });
}

/** Empty when nothing was copied. A clipboard without text may hold a picture, so it is written to only where it has text. */
async function copiedByTerminal(): Promise<string> {
  const before = await env.clipboard.readText();
  if (before !== "") await env.clipboard.writeText("");
  try {
    await commands.executeCommand("workbench.action.terminal.copySelection");
    return await env.clipboard.readText();
  } finally {
    if (before !== "") await env.clipboard.writeText(before);
  }
}
