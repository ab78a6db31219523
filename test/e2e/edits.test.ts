import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { eventually } from "./eventually";
import { QuickPick } from "./quickPick";
import { useWorkbench } from "./useWorkbench";

const question = "Which postcodes are islands?";

/** An answer as a model may give it: code with a path, code of a known function, code of nobody, and commands. */
const answer = `Look at \`src/zones.ts:5-9\` and \`zoneOf\`, but there is no \`src/zonez.ts\`.

\`\`\`typescript
// src/zones.ts
const islandPostcodes = new Set(["27498", "25849", "26757", "18565", "26579"]);

export function zoneOf(postcode: string, depotPostcode: string): Zone {
  if (islandPostcodes.has(postcode)) return "islands";
  const isNear = postcode.slice(0, 2) === depotPostcode.slice(0, 2);
  return isNear ? "city" : "mainland";
}
\`\`\`

This one has no path:

\`\`\`typescript
function relax(leg: Leg, best: Map<string, Route>, open: Set<string>): void {
  // Nothing is relaxed any more.
}
\`\`\`

And this belongs nowhere:

\`\`\`python
print(nobody.knows(this))
\`\`\`

Then run:

\`\`\`bash
echo "hearth was here" > ran.txt
echo done
\`\`\`
`;

describe("changes of code (random weights)", () => {
  const workbench = useWorkbench(async () => ({ settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 24, "hearth.seed": 7 } }));
  const page = () => workbench().page;
  const list = () => new QuickPick(page());
  const onDisk = (file: string) => readFileSync(path.join(workbench().folder, file), "utf8");
  const diff = () => page().locator(".monaco-diff-editor");
  const proposalTab = (file: string) => page().locator(".tab.active").getByText(`${file}: proposed by Hearth`);
  let chat: ChatView;

  /** Asks, and puts a known text in the place of the noise that is answered. */
  before(async () => {
    const first = await workbench().openChat();
    await first.indexReady();
    await first.askAndWait(question);
    const file = await eventually("the stored conversation", () => workbench().conversationFiles().find((one) => readFileSync(one, "utf8").includes(question)));
    const stored = JSON.parse(readFileSync(file, "utf8")) as { conversation: { turns: { answerText: string }[] } };
    for (const turn of stored.conversation.turns) turn.answerText = answer;
    writeFileSync(file, JSON.stringify(stored));
    await workbench().load();
    chat = await workbench().openChat();
    await chat.shows("This one has no path:");
    await chat.indexReady();
  });

  const press = (name: string, block: number) => chat.lastTurn.getByRole("button", { name, exact: true }).nth(block).click();

  /** The lines of the diff's right side that are on screen. */
  const proposed = () => diff().locator(".editor.modified .view-lines").innerText();

  it("shows applied code as a diff of the file that the answer names, and touches nothing", async () => {
    const before = onDisk("src/zones.ts");
    await press("Apply to a file…", 0);
    await proposalTab("zones.ts").waitFor();
    await diff().locator(".editor.modified .view-lines").getByText("26579").waitFor();
    assert.equal(onDisk("src/zones.ts"), before);
    for (const name of ["Accept Change", "Reject Change", "Accept All Changes", "Reject All Changes"]) await page().locator(`.editor-actions [aria-label^="${name}"]`).waitFor();
    await workbench().screenshot("apply-diff");
  });

  for (const [name, theme] of [["light", "Light Modern"], ["high-contrast", "Default High Contrast"], ["dark", "Dark Modern"]] as const) {
    it(`is readable in ${name}`, async () => {
      await workbench().changeSettings({ "workbench.colorTheme": theme });
      await workbench().screenshot(`apply-diff-${name}`);
    });
  }

  it("accepts a change at the cursor and all others, and one undo takes the last step back", async () => {
    await diff().locator(".editor.modified .view-lines .view-line").first().click();
    await workbench().goToLine(3);
    await page().locator('.editor-actions [aria-label^="Accept Change"]').click();
    await eventually("one change less", async () => ((await diff().locator(".editor.original .view-lines").innerText()).includes("26579") ? true : undefined));
    await workbench().screenshot("apply-one-accepted");
    await workbench().goToLine(8);
    await page().keyboard.press("Control+Enter");
    await workbench().activeTab("zones.ts");
    await diff().waitFor({ state: "detached" });
    const text = () => page().locator(".editor-instance .view-lines").first().innerText();
    await eventually("the accepted code", async () => (/isNear/.test(await text()) ? true : undefined));
    await page().keyboard.press("Control+Z");
    await eventually("the code of before", async () => (!/isNear/.test(await text()) && /26579/.test(await text()) ? true : undefined));
    await workbench().screenshot("apply-undone");
    await page().keyboard.press("Control+Z");
    await eventually("the code of the beginning", async () => (!/26579/.test(await text()) ? true : undefined));
    await workbench().runCommand("File: Save");
    assert.doesNotMatch(onDisk("src/zones.ts"), /26579/);
  });

  it("finds the file of code without a path by what it defines", async () => {
    await press("Apply to a file…", 1);
    await proposalTab("routePlanner.ts").waitFor();
    await eventually("the code", async () => (/Nothing is relaxed/.test((await proposed()).replaceAll("\u00a0", " ")) ? true : undefined));
    await workbench().runCommand("Hearth: Reject All Changes");
    await diff().waitFor({ state: "detached" });
    assert.doesNotMatch(onDisk("src/routePlanner.ts"), /Nothing is relaxed/);
  });

  it("asks where code belongs that is like nothing, and opens it as a new file", async () => {
    await press("Apply to a file…", 2);
    await list().widget.getByText(/It is not clear which file/).waitFor();
    await workbench().screenshot("apply-unsure");
    await list().rows("New file…").click();
    await page().locator(".editor-instance .view-lines").getByText("nobody").first().waitFor();
    await page().locator(".statusbar").getByText("Python", { exact: true }).waitFor();
    await workbench().runCommand("View: Revert and Close Editor");
  });

  it("runs commands in a terminal, but not before they were agreed to", async () => {
    const dialog = page().locator(".monaco-dialog-box");
    await press("Run in the terminal", 0);
    await dialog.getByText('echo "hearth was here" > ran.txt').waitFor();
    await workbench().screenshot("run-question");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    assert.equal(existsSync(path.join(workbench().folder, "ran.txt")), false);
    await press("Run in the terminal", 0);
    await dialog.getByRole("button", { name: "Run" }).click();
    await eventually("what the command leaves", () => (existsSync(path.join(workbench().folder, "ran.txt")) ? true : undefined));
    await workbench().runCommand("View: Toggle Panel Visibility");
  });

  it("links what exists, and marks what does not", async () => {
    await chat.lastTurn.locator(".missing-file").getByText("src/zonez.ts").waitFor();
    await chat.lastTurn.locator("code, a, button").getByText("src/zones.ts:5-9").first().click();
    await workbench().activeTab("zones.ts");
    await page().locator(".statusbar").getByText(/selected\)/).waitFor();
  });

  it("edits by an instruction: the diff opens, the file is untouched", async () => {
    const before = onDisk("src/zones.ts");
    await workbench().openFile("src/zones.ts");
    await workbench().goToLine(7);
    await page().keyboard.press("Control+I");
    await list().widget.getByText("Change lines 5 to 9").waitFor();
    await workbench().screenshot("inline-edit-instruction");
    await page().keyboard.type("return undefined for an empty postcode");
    await page().keyboard.press("Enter");
    await proposalTab("zones.ts").waitFor();
    await workbench().screenshot("inline-edit");
    assert.equal(onDisk("src/zones.ts"), before);
    await page().locator('.editor-actions [aria-label^="Accept All Changes"]').waitFor();
    await workbench().runCommand("Hearth: Reject All Changes");
    await workbench().activeTab("zones.ts");
    assert.equal(onDisk("src/zones.ts"), before);
  });

  it("recalls the instruction", async () => {
    await workbench().openFile("src/zones.ts");
    await workbench().goToLine(7);
    await page().keyboard.press("Control+I");
    await list().rows("return undefined for an empty postcode").first().click();
    await proposalTab("zones.ts").waitFor();
    await page().locator('.editor-actions [aria-label^="Accept All Changes"]').waitFor();
    await workbench().screenshot("inline-edit-done");
    await workbench().runCommand("Hearth: Reject All Changes");
    await workbench().activeTab("zones.ts");
  });

  it("has its actions in the editor's menu and under the light bulb", async () => {
    await workbench().openFile("src/zones.ts");
    await workbench().selectLines(6, 8);
    await eventually("the light bulb's list", async () => {
      // Pressed before the editor has asked for actions, it says that there are none.
      await page().keyboard.press("Control+Shift+R");
      const entry = page().locator(".action-widget").getByText("Refactor with Hearth");
      return entry.waitFor({ timeout: 3000 }).then(() => true, () => undefined);
    });
    await workbench().screenshot("code-actions");
    await page().keyboard.press("Escape");
    await page().locator(".editor-instance .view-lines .view-line").nth(6).click({ button: "right" });
    await page().locator(".monaco-menu").getByText("Hearth", { exact: true }).hover();
    await page().locator(".monaco-menu").getByText("Document Code").waitFor();
    await workbench().screenshot("editor-menu");
    await page().keyboard.press("Escape");
    await page().keyboard.press("Escape");
  });

  it("asks the chat to review the function at the cursor", async () => {
    await workbench().goToLine(7);
    const before = await chat.turns.count();
    await workbench().runCommand("Hearth: Review Code");
    await chat.turns.nth(before).waitFor();
    await chat.waitForAnswer();
    await chat.lastTurn.getByText("zones.ts:5-9", { exact: true }).first().waitFor();
  });
});
