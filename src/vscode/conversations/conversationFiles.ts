import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { ChatHistory } from "../../chat/chatHistory";
import { exportConversation, type ExportFormat, exportName } from "../../chat/exportConversation";

/** Files of one chat, as the person picks them. */
export interface FileDialogs {
  /** Asks where to, and writes. Resolves to whether it was written. */
  save(name: string, text: string, format: ExportFormat): Promise<boolean>;
  /** Asks which one. Undefined: none. */
  open(): Promise<string | undefined>;
}

/** Characters of a file that may be a chat: far more than any has, and little enough to be read at once. */
const mostCharacters = 200_000_000;

/** Writes conversations to files and reads them back. */
export class ConversationFiles {
  constructor(
    readonly history: Pick<ChatHistory, "read" | "add">,
    readonly dialogs: FileDialogs,
  ) {}

  /** Resolves to whether it was written. */
  async save(id: string, format: ExportFormat): Promise<boolean> {
    const conversation = await this.history.read(id);
    return this.dialogs.save(exportName(conversation, format), exportConversation(conversation, format), format);
  }

  /** Takes a file in as a conversation of its own. Null: none was picked. Throws "bad-use" when it is none. */
  async open(): Promise<{ readonly id: string; readonly title: string } | null> {
    const text = await this.dialogs.open();
    if (text === undefined) return null;
    if (text.length > mostCharacters) throw new HearthError("bad-use", t("The file is too large to be a chat."), { remedy: t("Pick another file.") });
    const id = await this.history.add(text);
    return { id, title: (await this.history.read(id)).title };
  }
}
