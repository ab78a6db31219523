import assert from "node:assert/strict";
import { branchOf } from "../../../../src/chat/conversation";
import { memoryStore } from "../../../../src/chat/memoryStore";
import { Sessions } from "../../../../src/chat/sessions";
import type { ChatEvent } from "../../../../src/chat/types";
import { silentLog } from "../../../../src/common/log";
import { conversationAfter } from "../../../../src/vscode/languageModel/chatHistory";
import { showAnswer } from "../../../../src/vscode/languageModel/participantAnswer";
import { chatSettings, FakeModel } from "../../chat/fakes";
import { finished, turn } from "../fakes";

function recorder() {
  const shown: string[] = [];
  return {
    shown,
    markdown: (text: string) => void shown.push(`markdown ${text}`),
    progress: (text: string) => void shown.push(`progress ${text}`),
    reference({ path }: { path: string }) {
      shown.push(`reference ${path}`);
      return Promise.resolve();
    },
  };
}

async function* events(...list: ChatEvent[]): AsyncGenerator<ChatEvent> {
  for (const event of list) yield await Promise.resolve(event);
}

describe("an answer of the participant", () => {
  it("shows what it draws on, then the text as it comes", async () => {
    const stream = recorder();
    const citations = [{ path: "a.ts", startLine: 1, endLine: 2, hash: "" }];
    const last = finished(turn(), "It is late.");
    const list: ChatEvent[] = [
      { type: "started", turn: turn() },
      { type: "loading", fraction: 0.1 },
      { type: "loading", fraction: 0.6 },
      { type: "citations", citations },
      { type: "text", text: "It is" },
      { type: "text", text: " late." },
      { type: "finished", turn: last },
    ];
    assert.equal(await showAnswer(events(...list), stream), last);
    assert.deepEqual(stream.shown, ["progress Loading the model", "reference a.ts", "markdown It is", "markdown  late."]);
  });

  it("shows search results where there is no model", async () => {
    const stream = recorder();
    const found = { ...turn(), answerText: "No model is loaded.", status: { kind: "searchResults", reason: { name: "Error", message: "" } } } as const;
    await showAnswer(events({ type: "finished", turn: found }), stream);
    assert.deepEqual(stream.shown, ["markdown No model is loaded."]);
  });
});

describe("a chat of which only the words are left", () => {
  it("goes on where it stopped", async () => {
    const conversation = conversationAfter([{ question: "What is a crate?", answer: "A box." }, { question: "And a parcel?", answer: "A thing." }]);
    assert.deepEqual(branchOf(conversation).map(({ answerText }) => answerText), ["A box.", "A thing."]);
    const model = new FakeModel();
    const store = memoryStore();
    await store.save(conversation);
    const sessions = new Sessions({ model, retriever: undefined, store, settings: () => chatSettings, log: silentLog });
    const session = await sessions.open(conversation.id);
    for await (const event of session!.ask({ text: "Which is larger?", attachments: [] }, new AbortController().signal)) assert.ok(event.type);
    assert.deepEqual(model.requests[0]?.turns.map(({ user, answer }) => [user, answer?.text]), [["What is a crate?", "A box."], ["And a parcel?", "A thing."], ["Which is larger?", undefined]]);
  });
});
