import assert from "node:assert/strict";
import type { LanguageModelChatRequestMessage } from "vscode";
import { messageText, requestMessages } from "../../../../src/vscode/languageModel/requestMessages";

const message = (role: number, ...content: unknown[]) => ({ role, content, name: undefined }) as unknown as LanguageModelChatRequestMessage;
const text = (value: string) => ({ value });

describe("messages of the editor's language-model API", () => {
  it("become messages with a role and a text", () => {
    const given = [message(3, text("Be brief.")), message(1, text("a"), text("b")), message(2, text("c")), message(9, text("d"))];
    assert.deepEqual(requestMessages(given), [
      { role: "system", text: "Be brief." },
      { role: "user", text: "a\nb" },
      { role: "assistant", text: "c" },
      { role: "user", text: "d" },
    ]);
  });

  it("say what a tool was asked and what it told", () => {
    const call = { callId: "1", name: "search", input: { query: "x" } };
    const result = { callId: "1", content: [text("found"), { value: 7 }] };
    assert.equal(messageText(message(2, call)), 'Call of the tool search: {"query":"x"}');
    assert.equal(messageText(message(1, result)), "Result of the tool:\nfound\n");
  });

  it("leave out what holds no text", () => {
    const picture = { mimeType: "image/png", data: new Uint8Array([1]) };
    assert.equal(messageText(message(1, picture, null, 5, text("see above"))), "see above");
  });
});
