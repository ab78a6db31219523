import { createHash } from "node:crypto";
import type { Prompt, PromptTurn } from "../ports";
import type { CountedPrompt } from "./tokenCounter";

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** The prompt as OpenAI's API has it: the server renders it by the model's own template. */
export function chatMessages({ system, turns }: Prompt): readonly ChatMessage[] {
  const opening: readonly ChatMessage[] = system === "" ? [] : [{ role: "system", content: system }];
  return [...opening, ...turns.flatMap(turnMessages)];
}

function turnMessages(turn: PromptTurn): readonly ChatMessage[] {
  const asked: ChatMessage = { role: "user", content: codeText(turn) + turn.user };
  return turn.answer === undefined ? [asked] : [asked, { role: "assistant", content: turn.answer.text }];
}

/** Retrieved code as it stands in front of the question. */
export function codeText({ context = "" }: PromptTurn): string {
  return context.trim() === "" ? "" : `${context.trimEnd()}\n\n`;
}

/** SHA-256 of what is sent as the prompt, hex. */
export function promptHash(prompt: Prompt): string {
  return createHash("sha256").update(prompt.rawText ?? JSON.stringify(chatMessages(prompt))).digest("hex");
}

export function countedPrompt(prompt: Prompt): CountedPrompt {
  if (prompt.rawText !== undefined) return { texts: [prompt.rawText], messages: 0 };
  const messages = chatMessages(prompt);
  return { texts: messages.map(({ content }) => content), messages: messages.length };
}
