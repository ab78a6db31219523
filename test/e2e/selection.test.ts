import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import { useWorkbench } from "./useWorkbench";

describe("code in the chat (random weights)", () => {
  const workbench = useWorkbench(async () => ({ settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 24, "hearth.seed": 7 } }));

  it("explains a selection: the range is attached and the answer comes", async () => {
    await workbench().openFile("src/routePlanner.ts");
    await workbench().selectLines(12, 23);
    const chat = await workbench().newChat(() => workbench().runCommand("Hearth: Explain Selection"));
    await chat.turns.first().waitFor();
    await chat.waitForAnswer();
    await chat.lastTurn.getByText("routePlanner.ts:12-23", { exact: true }).waitFor();
    assert.equal((await chat.stats()).generated, 24);
    await workbench().screenshot("explain-selection");
  });

  it("explains a selection by its key, in the same chat", async () => {
    const [chat] = await workbench().chats();
    assert.ok(chat);
    await workbench().page.locator(".editor-instance .view-lines").first().click();
    await workbench().selectLines(25, 28);
    await workbench().page.keyboard.press("Control+K");
    await workbench().page.keyboard.press("Control+E");
    await chat.turns.nth(1).waitFor();
    await chat.waitForAnswer();
    await chat.lastTurn.getByText("routePlanner.ts:25-28", { exact: true }).waitFor();
  });

  it("has the cursor in the question by the chat's key", async () => {
    const [chat] = await workbench().chats();
    assert.ok(chat);
    await workbench().page.locator(".editor-instance .view-lines").first().click();
    await workbench().page.keyboard.press("Control+K");
    await workbench().page.keyboard.press("h");
    await chat.frame.locator("textarea:focus").waitFor();
  });

  it("cites code that opens at its range", async () => {
    const chat = await workbench().openChat();
    await chat.indexReady();
    await chat.askAndWait("Where is the bulky surcharge of the rate card applied?");
    await chat.lastTurn.locator(".citations summary").click();
    const citation = chat.citations.filter({ hasText: "rateCard.ts" }).first();
    const [, line = ""] = /rateCard\.ts:(\d+)/.exec(await citation.innerText()) ?? [];
    await workbench().screenshot("citations");
    await citation.click();
    await workbench().activeTab("rateCard.ts");
    await workbench().page.locator(".statusbar").getByText(new RegExp(`Ln ${line}, Col|\\(\\d+ selected\\)`)).waitFor();
  });

  it("never cites what .gitignore names", async () => {
    const chat = await workbench().openChat();
    await chat.askAndWait("What is ignoredSecretCheckDigit?");
    const cited = await chat.citations.allTextContents();
    assert.deepEqual(cited.filter((text) => text.includes("ignoredSecret")), []);
  });
});
