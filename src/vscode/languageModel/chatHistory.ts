import { newConversation, newTurn, withTurn } from "../../chat/conversation";
import type { Conversation, Turn } from "../../chat/types";

/** A question of the editor's chat and what was answered. */
export interface PastExchange {
  readonly question: string;
  readonly answer: string;
}

/** A chat of which only the words are left, as after a reload of the window: how its answers came about is not known. */
const unknownOrigin: Turn["status"] = { kind: "failed", error: { name: "Error", message: "This answer is from an earlier session of the editor." } };

/** A conversation that goes on after what was said. */
export function conversationAfter(past: readonly PastExchange[]): Conversation {
  return past.reduce((conversation, { question, answer }) => {
    const turn: Turn = { ...newTurn({ text: question, attachments: [] }, conversation.leaf), answerText: answer, status: unknownOrigin };
    return withTurn(conversation, turn);
  }, newConversation());
}
