import { HearthError } from "../common/errors";
import { parseSlashCommand } from "../chat/slashCommands";
import type { AskReply } from "../webview/protocol";
import type { ChatController } from "./chatController";

const help = [
  "/compact  folds older questions into a summary",
  "/clear  forgets this conversation",
  "/help  lists the commands",
].join("\n");

/** Takes what was typed in a chat: a question, or a command. The terminal's other commands are settings and buttons here. */
export async function takeTyped(chat: Pick<ChatController, "ask" | "clear" | "compact">, text: string): Promise<AskReply> {
  // Unlike in a terminal, a line that begins with "!" is a question.
  const command = text.startsWith("/") ? parseSlashCommand(text) : undefined;
  if (command?.kind === "help") return { text: help };
  if (command === undefined) await chat.ask(text);
  else if (command.kind === "compact") await chat.compact();
  else if (command.kind === "clear") await chat.clear();
  else throw new HearthError("bad-use", `The chat has no command "${text.split(/\s/, 1)[0] ?? ""}".`, { remedy: "It knows /compact, /clear and /help." });
  return {};
}
