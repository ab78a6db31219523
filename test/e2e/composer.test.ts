import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { eventually } from "./eventually";
import { useWorkbench } from "./useWorkbench";

const themes = [
  { theme: "Dark Modern", name: "dark", kind: "vscode-dark" },
  { theme: "Light Modern", name: "light", kind: "vscode-light" },
  { theme: "Default High Contrast", name: "high-contrast", kind: "vscode-high-contrast" },
];

describe("the composer (random weights)", () => {
  const workbench = useWorkbench(async () => ({ settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 16, "hearth.seed": 7 } }));
  let chat: ChatView;

  const option = (name: RegExp) => chat.frame.getByRole("option", { name }).first();
  const chip = (text: string | RegExp) => chat.frame.locator(".composer .chip").filter({ hasText: text });
  const text = () => chat.input.inputValue();
  const textIs = (wanted: string) => eventually(`"${wanted}" in the input`, async () => ((await text()) === wanted ? true : undefined));

  async function removeChips(): Promise<void> {
    const chips = chat.frame.locator(".composer .chip-close");
    for (let left = await chips.count(); left > 0; left--) {
      await chips.first().click();
      await eventually("a chip less", async () => ((await chips.count()) < left ? true : undefined));
    }
  }

  before(async () => {
    await workbench().openFile("src/routePlanner.ts");
    chat = await workbench().openChat();
    await chat.indexReady();
  });

  beforeEach(() => chat.input.fill(""));

  it("attaches a file by @ and its name", async () => {
    await chat.input.pressSequentially("Explain @rateCard");
    await option(/rateCard\.ts.*src/).waitFor();
    await workbench().screenshot("composer-picker");
    await chat.input.press("Enter");
    await chip("rateCard.ts").waitFor();
    await textIs("Explain ");
    await chat.input.fill("");
    await chat.input.press("Backspace");
    await chip("rateCard.ts").waitFor({ state: "detached" });
  });

  it("attaches a symbol by # and the list of its kind", async () => {
    await chat.input.pressSequentially("#sym");
    await option(/^Symbols/).click();
    await textIs("#symbol:");
    await chat.input.pressSequentially("quickest");
    await option(/quickestRoute/).waitFor();
    await workbench().screenshot("composer-symbols");
    await chat.input.press("Tab");
    await chip(/quickestRoute|routePlanner\.ts:13/).waitFor();
    await textIs("");
    await removeChips();
  });

  it("takes code that is copied in an editor as a chip with its range", async () => {
    const { page } = workbench();
    await page.locator(".editor-instance .view-lines").first().click();
    await workbench().selectLines(25, 28);
    await page.keyboard.press("Control+C");
    await chat.input.click();
    await page.keyboard.press("Control+V");
    await chip("routePlanner.ts:25-28").waitFor();
    assert.equal(await text(), "");
    await removeChips();
  });

  it("attaches a file whose tab is dragged onto the chat with Shift held", async () => {
    const { page } = workbench();
    const tab = await page.locator(".tab.active").boundingBox();
    const chatBox = await page.locator("iframe.webview").first().boundingBox();
    assert.ok(tab && chatBox);
    await page.mouse.move(tab.x + 40, tab.y + tab.height / 2);
    await page.mouse.down();
    await page.keyboard.down("Shift");
    await page.mouse.move(chatBox.x + 100, chatBox.y + 300, { steps: 10 });
    await page.mouse.move(chatBox.x + 110, chatBox.y + 310, { steps: 5 });
    await chat.frame.getByText("Drop to attach").waitFor();
    await page.mouse.up();
    await page.keyboard.up("Shift");
    await chip("routePlanner.ts").waitFor();
    await removeChips();
  });

  it("lists the commands, completes one and sends it", async () => {
    await chat.input.pressSequentially("/");
    await option(/^\/explain/).waitFor();
    await workbench().screenshot("composer-commands");
    await chat.input.pressSequentially("hel");
    await option(/^\/help/).waitFor();
    await chat.input.press("Tab");
    await textIs("/help");
    await chat.input.press("Enter");
    await chat.frame.locator(".composer-reply").getByText("/clear").waitFor();
  });

  it("counts what would be sent once the model is there, and brings the question back with Up", async () => {
    await chat.askAndWait("How is the quickest route found?");
    await chat.frame.locator(".draft-size").getByText(/^[\d,]+ of [\d,]+ used$/).waitFor();
    await chat.input.press("ArrowUp");
    await textIs("How is the quickest route found?");
    await chat.frame.locator(".draft-size").getByText(/^~[\d,]+ tokens · [\d,]+ of [\d,]+ used$/).waitFor();
    await chat.input.press("ArrowDown");
    await textIs("");
  });

  it("stops nothing with the Escape that closes the list", async () => {
    await chat.input.pressSequentially("@");
    await option(/./).waitFor();
    await chat.input.press("Escape");
    await chat.frame.locator(".suggestions").waitFor({ state: "hidden" });
    assert.equal(await text(), "@");
  });

  for (const { theme, name, kind } of themes) {
    it(`looks right in ${name}`, async () => {
      await workbench().changeSettings({ "workbench.colorTheme": theme });
      await chat.frame.locator(`body.${kind}`).waitFor();
      await chat.input.pressSequentially("@zones");
      await option(/zones\.ts/).waitFor();
      await chat.input.press("Enter");
      await chip("zones.ts").first().waitFor();
      await chat.input.pressSequentially("Explain #");
      await option(/./).waitFor();
      await workbench().screenshot(`composer-${name}`);
      await chat.input.press("Escape");
      await removeChips();
    });
  }

  it("keeps the draft when the window is loaded again", async () => {
    await chat.input.fill("A thought\nthat is not sent");
    await sleep(1000); // The draft is kept soon after the last key, and written soon after that.
    await workbench().load();
    chat = await workbench().openChat();
    await textIs("A thought\nthat is not sent");
  });
});
