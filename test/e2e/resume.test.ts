import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { eventually } from "./eventually";
import { useWorkbench } from "./useWorkbench";

/** In a browser the editor writes down which tabs are open every five seconds, when it has nothing else to do. */
const windowFlushMs = 8000;
/** The engine saves a conversation after a few seconds of quiet. */
const backgroundSaveMs = 6000;

const questions = { side: "What does the side bar ask?", left: "What does the left tab ask?", right: "What does the right tab ask?" };

describe("coming back (random weights)", () => {
  const workbench = useWorkbench(async () => ({
    settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 200, "hearth.seed": 7 },
  }));

  const newTab = () => workbench().newChat(() => workbench().runCommand("Hearth: Open Chat in Editor"));

  /** The chat that holds a question, once it is on screen. */
  const chatWith = (question: string) =>
    eventually(`the chat with "${question}"`, async () => {
      for (const chat of await workbench().chats()) if ((await chat.question(question).count()) > 0) return chat;
      return undefined;
    });

  async function resumedNote(chat: ChatView): Promise<string> {
    const note = chat.frame.locator(".conversation-end .note");
    await note.waitFor();
    return note.innerText();
  }

  it("after a reload: the chat resumes with nothing read again, and says so until the next question", async () => {
    const chat = await workbench().openChat();
    await chat.indexReady();
    const asked = await chat.askAndWait(questions.side);
    await workbench().load();
    await workbench().openChat();
    const again = await chatWith(questions.side);
    const note = await resumedNote(again);
    await workbench().screenshot("resumed");
    assert.match(note, /^Resumed [\d,]+ tokens, 0 read again\.$/);
    const tokens = Number((/[\d,]+/.exec(note)?.[0] ?? "").replaceAll(",", ""));
    assert.ok(Math.abs(tokens - (asked.reused + asked.read + asked.generated)) <= 2, `${tokens} of ${JSON.stringify(asked)}`);
    const next = await again.askAndWait("And then?");
    assert.ok(next.reused >= tokens, JSON.stringify(next));
    assert.equal(await again.frame.locator(".conversation-end .note").count(), 0);
  });

  it("after a reload: each tab has its conversation again", async () => {
    const left = await newTab();
    await left.askAndWait(questions.left);
    const right = await newTab();
    await right.askAndWait(questions.right);
    await sleep(windowFlushMs);
    await workbench().load();
    const rightAgain = await chatWith(questions.right);
    assert.equal(await rightAgain.turns.count(), 1);
    await workbench().page.locator(".tab", { hasText: questions.left }).click();
    const leftAgain = await chatWith(questions.left);
    assert.equal(await leftAgain.turns.count(), 1);
    await workbench().screenshot("tabs-came-back");
  });

  it("after a stored conversation was damaged: a notice tells that its file was set aside, and a new chat begins", async () => {
    const damaged = (file: string) => readFileSync(file, "utf8").includes(questions.side);
    await workbench().openChat();
    for (const file of workbench().conversationFiles().filter(damaged)) writeFileSync(file, '{"version":2,"conversation":{"id"');
    await workbench().load();
    const chat = await workbench().openChat();
    await workbench().runCommand("Notifications: Show Notifications");
    await workbench().page.locator(".notifications-center").getByText(/set aside/).first().waitFor();
    await workbench().screenshot("conversation-damaged");
    await chat.shows("Ask Hearth");
  });

  it("after the engine was killed: the chat on screen resumes by itself", async () => {
    await workbench().page.locator(".tab", { hasText: questions.left }).click();
    const chat = await chatWith(questions.left);
    await chat.askAndWait("And who asks now?");
    await sleep(backgroundSaveMs);
    await workbench().killEngine();
    const note = await resumedNote(chat);
    await workbench().screenshot("resumed-after-kill");
    // Whether the last question's tokens were worth another write hangs on how fast the machine reads and writes.
    const [, tokens, readAgain] = (/^Resumed ([\d,]+) tokens, ([\d,]+) read again\.$/.exec(note) ?? []).map((part) => Number(part.replace(",", "")));
    assert.ok(tokens !== undefined && readAgain !== undefined && readAgain < tokens / 4, note);
  });
});
