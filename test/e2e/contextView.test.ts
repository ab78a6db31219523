import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { eventually } from "./eventually";
import { useWorkbench } from "./useWorkbench";

const rules = "Answer in one sentence.";
const systemPrompt = "You know all about parcels.";

describe("the context view (random weights)", () => {
  const workbench = useWorkbench(async () => ({
    settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 24, "hearth.seed": 7, "hearth.systemPrompt": systemPrompt, "hearth.contextSize": 2048 },
  }));
  let chat: ChatView;
  const page = () => chat.frame.getByRole("dialog", { name: "Context of the next question" });
  const meter = () => chat.frame.locator(".context-meter");
  const part = (name: string) => page().locator(".context-part").filter({ hasText: name });

  before(async () => {
    writeFileSync(path.join(workbench().folder, "AGENTS.md"), `${rules}\n`);
    chat = await workbench().openChat();
    await chat.indexReady();
    await chat.askAndWait("How is the quickest route between two depots found?");
  });

  it("is opened by a meter that says how full the context is", async () => {
    // Until the answer is counted the meter shows what stood there before it.
    const label = await eventually("the meter's label", async () => {
      const shown = await meter().getAttribute("aria-label");
      return /, [\d,]{3,} of/.test(shown ?? "") ? (shown ?? undefined) : undefined;
    });
    const [, taken = "", size] = /^Context: \d+%, ([\d,]+) of ([\d,]+) tokens$/.exec(label) ?? [];
    assert.equal(size, "2,048");
    const { reused, read, generated } = await chat.stats();
    const tokens = Number(taken.replaceAll(",", ""));
    // What was read and answered, with the marks around the next question and, maybe, the mark that ended the answer.
    assert.ok(tokens >= reused + read + generated && tokens <= reused + read + generated + 16, `${tokens} after ${reused} + ${read} + ${generated}`);
    await meter().click();
    await page().waitFor();
    assert.match(await page().locator(".context-total").innerText(), new RegExp(`^${taken} of 2,048 tokens`));
  });

  it("shows each part with its exact text", async () => {
    await part("System prompt").locator("summary").click();
    await part("System prompt").locator("pre").getByText(systemPrompt, { exact: true }).waitFor();
    await part("Rules").locator("summary").press("Enter");
    await part("Rules").locator("pre").getByText(rules).waitFor();
    assert.match(await part("Rules").locator("pre").innerText(), /AGENTS\.md/);
    await page().locator('.context-segment[data-kind="history"]').click();
    await part("History").locator("pre").getByText(/^How is the quickest route between two depots found\?/).waitFor();
    assert.match(await part("Found code").innerText(), /tokens/);
  });

  for (const [theme, name] of [["Light Modern", "light"], ["Default High Contrast", "high-contrast"], ["Dark Modern", "dark"]] as const) {
    it(`can be read in ${name}`, async () => {
      await workbench().changeSettings({ "workbench.colorTheme": theme });
      await chat.frame.page().waitForTimeout(500);
      await workbench().screenshot(`context-${name}`);
    });
  }

  it("closes by Escape and gives the focus back to the meter", async () => {
    await workbench().page.keyboard.press("Escape");
    await page().waitFor({ state: "hidden" });
    assert.equal(await chat.frame.evaluate("document.activeElement.className"), "context-meter");
  });
});
