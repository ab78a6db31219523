import type { HistoryQuery } from "../../../../src/chat/chatHistory";
import { ConversationFiles } from "../../../../src/vscode/conversations/conversationFiles";
import type { ConversationServices } from "../../../../src/vscode/conversations/conversationHandlers";
import { conversationOf, turn } from "../../chat/samples";

/** Services that note what is asked of them; the history has one conversation, "old", and every question is answered with yes. */
export function conversationServices(note: (what: unknown) => Promise<void>): ConversationServices {
  const stored = conversationOf([turn("one", { askedAt: 5 })], { id: "old", title: "Old" });
  const row = { id: "old", title: "Old", createdAt: 5, updatedAt: 5, turns: 1, messages: 2, pinned: false, questions: "Question one" };
  return {
    history: {
      list: async (query: HistoryQuery) => {
        await note(["list", query]);
        return [row, { ...row, id: "far", workspace: "Elsewhere" }];
      },
      rename: (id, title) => note(["rename", id, title]),
      pin: (id, pinned) => note(["pin", id, pinned]),
      restore: (id) => note(["restore", id]),
    },
    files: new ConversationFiles(
      { read: () => Promise.resolve(stored), add: (text) => note(["add", text]).then(() => "new") },
      { save: (name, _text, format) => note(["save", name, format]).then(() => true), open: () => Promise.resolve("{}") },
    ),
    places: {
      isOpen: (id) => id === "old",
      show: (id) => note(["show", id]),
      showInTab: (id) => note(["tab", id]),
      trash: (id) => note(["trash", id]),
    },
    confirm: (question) => note(["confirm", question]).then(() => true),
    pickModel: () => note(["pickModel"]).then(() => true),
  };
}
