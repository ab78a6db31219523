import { HearthError } from "../common/errors";
import { parseSlashCommand, type SlashCommand } from "../chat/slashCommands";
import type { AskReply } from "../webview/protocol";
import type { ChatController } from "./chatController";

const known: ReadonlySet<string> = new Set(["/compact", "/clear", "/help"]);

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
  else throw refusal(text, command);
  return {};
}

/** A known command with something wrong about it says what; the others are the terminal's, or nobody's. */
function refusal(text: string, command: SlashCommand): HearthError {
  const name = text.split(/\s/, 1)[0] ?? "";
  if (command.kind === "invalid" && known.has(name.toLowerCase())) return new HearthError("bad-use", command.message);
  return new HearthError("bad-use", `The chat has no command "${name}".`, { remedy: "It knows /compact, /clear and /help." });
}
