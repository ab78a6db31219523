import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { useWorkbench } from "./useWorkbench";

/** So long that older questions have to leave even where no room is kept for a summary. */
const long = "Why? ".repeat(60).trim();

describe("a full context (random weights)", () => {
  const workbench = useWorkbench(async () => ({
    settings: {
      "hearth.model": await testModel("phi3", { endOfTurn: "never" }),
      "hearth.contextSize": 640,
      "hearth.maxTokens": 100,
      "hearth.seed": 7,
      "hearth.index.enabled": false,
    },
  }));
  let chat: ChatView;

  before(async () => {
    chat = await workbench().openChat();
  });

  const dropped = () => chat.frame.locator(".turn.dropped");
  const folds = () => chat.frame.locator("details.fold");

  async function begin(...questions: string[]): Promise<void> {
    await workbench().runCommand("Hearth: New Chat");
    await chat.shows("Ask Hearth");
    for (const question of questions) await chat.askAndWait(question);
  }

  it("folds the oldest questions into a summary, which can be read; the chat says what left", async () => {
    await begin("One?", "Two?", "Three?", "Four?", "Five?");
    await dropped().first().waitFor();
    await folds().first().locator("summary").click();
    assert.notEqual((await folds().first().locator(".fold-text").innerText()).trim(), "");
    await workbench().screenshot("folded");
  });

  it("is folded by hand with /compact; the summary stands at the end until the next question has it", async () => {
    await begin("One?", "Two?", "Three?");
    assert.equal(await dropped().count(), 0);
    await chat.input.fill("/compact");
    await chat.input.press("Enter");
    await dropped().first().waitFor();
    await chat.frame.locator(".conversation-end details.fold").waitFor();
    await workbench().screenshot("compacted");
    await chat.askAndWait("Four?");
    await chat.lastTurn.locator("details.fold").waitFor();
    assert.equal(await chat.frame.locator(".conversation-end details.fold").count(), 0);
  });

  it("is folded by the command", async () => {
    await begin("One?", "Two?", "Three?");
    await workbench().runCommand("Hearth: Compact Chat");
    await dropped().first().waitFor();
  });

  it("waits for the person where the setting says so", async () => {
    await workbench().changeSettings({ "hearth.contextFull": "ask" });
    await begin("One?", "Two?", "Three?", "Four?");
    await chat.ask(long);
    const drop = chat.lastTurn.getByRole("button", { name: "Drop" });
    await drop.waitFor();
    await workbench().screenshot("context-full");
    await drop.click();
    await chat.lastTurn.locator(".stats").waitFor();
    assert.ok((await dropped().count()) > 0);
    assert.equal(await chat.lastTurn.getByText("2/2").count(), 0, "the version that only waited is passed over");
  });

  it("tells the commands that can be typed", async () => {
    await chat.input.fill("/help");
    await chat.input.press("Enter");
    await chat.shows("/compact");
    await workbench().screenshot("help");
    await chat.input.fill("/set seed 3");
    await chat.input.press("Enter");
    await chat.shows('The chat has no command "/set".');
    await chat.shows("/help lists the commands.");
    assert.equal(await chat.input.inputValue(), "/set seed 3");
  });
});
