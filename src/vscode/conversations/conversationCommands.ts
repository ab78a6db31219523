import { window } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { ExportFormat } from "../../chat/exportConversation";
import type { ChatController } from "../chatController";
import type { CommandId } from "../commandIds";
import type { ChatPlaces } from "./chatPlaces";
import type { ConversationFiles } from "./conversationFiles";

export interface ConversationCommandDeps {
  readonly places: ChatPlaces;
  readonly files: ConversationFiles;
  /** The chat that a command means: the one on screen. */
  readonly chat: () => Promise<ChatController>;
  /** The sidebar's chat, brought to the front. */
  readonly sidebar: () => Promise<ChatController>;
}

type ConversationCommand = Extract<CommandId, "hearth.showHistory" | "hearth.showContext" | "hearth.exportChat" | "hearth.importChat" | "hearth.moveChatToEditor" | "hearth.moveChatToSidebar">;

export function conversationCommands({ places, files, chat, sidebar }: ConversationCommandDeps): Readonly<Record<ConversationCommand, () => unknown>> {
  return {
    "hearth.showHistory": async () => (await sidebar()).open("history"),
    "hearth.showContext": async () => (await chat()).open("context"),
    "hearth.exportChat": async () => exportChat(await chat(), files),
    "hearth.importChat": async () => importChat(await sidebar(), places, files),
    "hearth.moveChatToEditor": () => places.moveToEditor(),
    "hearth.moveChatToSidebar": () => places.moveToSidebar(),
  };
}

async function exportChat({ conversation }: ChatController, files: ConversationFiles): Promise<void> {
  if (conversation.turns.length === 0) throw new HearthError("bad-use", t("There is nothing to export: nothing was asked in this chat yet."));
  const items: readonly { label: string; detail: string; format: ExportFormat }[] = [
    { label: "Markdown", detail: t("The questions and answers that are shown, to be read"), format: "markdown" },
    { label: "JSON", detail: t("Everything, to be imported again"), format: "json" },
  ];
  const chosen = await window.showQuickPick(items, { title: t("Export Chat") });
  if (chosen) await files.save(conversation.id, chosen.format);
}

async function importChat(chat: ChatController, places: ChatPlaces, files: ConversationFiles): Promise<void> {
  const added = await files.open();
  if (added) await places.show(added.id, chat);
}
