import type { LanguageModelChatRequestMessage } from "vscode";
import type { ChatMessage } from "../../chat/messageTurns";

/** The editor's numbers for the roles; 3 is in use by some editors and not yet in the stable API's list. */
const roles: Readonly<Record<number, ChatMessage["role"]>> = { 1: "user", 2: "assistant", 3: "system" };

/** What another extension, or the editor's own chat, sends as plain messages. Parts that hold no text are left out. */
export function requestMessages(messages: readonly LanguageModelChatRequestMessage[]): readonly ChatMessage[] {
  return messages.map((message) => ({ role: roles[message.role] ?? "user", text: messageText(message) }));
}

export function messageText({ content }: Pick<LanguageModelChatRequestMessage, "content">): string {
  return content.map(partText).filter((text) => text !== "").join("\n");
}

/** The parts are told apart by what they hold: those of another version of the API are no instances of our classes. */
function partText(part: unknown): string {
  if (typeof part !== "object" || part === null) return "";
  if ("value" in part && typeof part.value === "string") return part.value;
  if ("callId" in part && "content" in part && Array.isArray(part.content)) return `Result of the tool:\n${part.content.map(partText).join("\n")}`;
  if ("callId" in part && "name" in part && "input" in part) return `Call of the tool ${String(part.name)}: ${JSON.stringify(part.input)}`;
  return "";
}
