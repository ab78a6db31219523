import type { ConversationStore } from "./store";
import type { Conversation } from "./types";

/** Keeps conversations for as long as the process lives; for one-shot commands and tests. */
export function memoryStore(): ConversationStore {
  const conversations = new Map<string, Conversation>();
  return {
    load: (id) => Promise.resolve(conversations.get(id)),
    save(conversation) {
      conversations.set(conversation.id, conversation);
      return Promise.resolve(conversation);
    },
    remove: (id) => Promise.resolve(void conversations.delete(id)),
    list: () => Promise.resolve([...conversations.values()].map(summaryOf).sort((a, b) => b.updatedAt - a.updatedAt)),
  };
}

export function summaryOf(conversation: Conversation) {
  return {
    id: conversation.id,
    title: conversation.title,
    updatedAt: conversation.turns.at(-1)?.askedAt ?? conversation.createdAt,
  };
}
