import type { ConversationStore } from "./store";
import { newestFirst, summaryOf } from "./summaryOf";
import { withoutTurns } from "./turnTree";
import type { Conversation } from "./types";

/** Keeps conversations for as long as the process lives; for one-shot commands and tests. */
export function memoryStore(): ConversationStore {
  const conversations = new Map<string, Conversation>();
  const trashed = new Map<string, Conversation>();
  return {
    load: (id) => Promise.resolve(conversations.get(id)),
    save(conversation) {
      conversations.set(conversation.id, conversation);
      return Promise.resolve(conversation);
    },
    remove: (id) => Promise.resolve(void conversations.delete(id)),
    removeTurns(id, turns) {
      const conversation = conversations.get(id);
      const left = conversation && withoutTurns(conversation, new Set(turns));
      if (left?.turns.length === 0) conversations.delete(id);
      else if (left) conversations.set(id, left);
      return Promise.resolve();
    },
    trash: (id) => Promise.resolve(void move(id, conversations, trashed)),
    restore: (id) => Promise.resolve(move(id, trashed, conversations)),
    list: () => Promise.resolve(newestFirst([...conversations.values()].map(summaryOf))),
  };
}

function move(id: string, from: Map<string, Conversation>, to: Map<string, Conversation>): boolean {
  const conversation = from.get(id);
  if (conversation) to.set(id, conversation);
  return from.delete(id);
}
