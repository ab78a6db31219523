import { window } from "vscode";
import { t } from "../../common/l10n";
import type { ChatController } from "../chatController";
import { terminalSelection } from "../composer/sources/terminal";

/** Asks the chat about what is selected in the terminal. While it still answers, the text waits for the next question. */
export async function explainTerminalSelection(openChat: () => Promise<ChatController>): Promise<void> {
  // Before the chat takes the focus, and with it the terminal's selection is no longer the one in front.
  const attachment = await terminalSelection();
  const chat = await openChat();
  if (!chat.busy) return chat.ask(t("Explain this output of the terminal. If it shows an error, say what causes it and how to mend it."), [attachment]);
  chat.attach(attachment);
  void window.showInformationMessage(t("Hearth is still answering. The selection is attached to your next question."));
}
