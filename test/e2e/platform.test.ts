import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { testModel } from "../fixtures/models";
import { eventually } from "./eventually";
import { QuickPick } from "./quickPick";
import { useWorkbench } from "./useWorkbench";

describe("first steps, models and report (random weights)", () => {
  const workbench = useWorkbench(async () => ({ settings: { "hearth.model": await testModel("phi3"), "hearth.index.enabled": false } }));
  const quickPick = () => new QuickPick(workbench().page);

  it("has a walkthrough whose steps are ticked off as they are done", async () => {
    const { page } = workbench();
    // In a narrow editor the walkthrough shows no pictures.
    await workbench().runCommand("View: Toggle Primary Side Bar Visibility");
    await workbench().runCommand("Hearth: Show First Steps");
    const step = (title: string) => page.locator(".getting-started-step").filter({ hasText: title });
    await step("Choose a model").waitFor();
    for (const title of ["Get its file", "Ask your first question", "Explain a selection", "Know your index", "Learn the shortcuts"]) await step(title).waitFor();
    await workbench().screenshot("walkthrough");
    await step("Know your index").click();
    await workbench().screenshot("walkthrough-index");
    await quickPick().open("Hearth: Index Status", "Index Status");
    await quickPick().leave();
    await step("Know your index").locator(".codicon.complete, .codicon-getting-started-step-checked").first().waitFor();
    await workbench().changeSettings({ "workbench.colorTheme": "Default Light Modern" });
    await step("Learn the shortcuts").click();
    await workbench().screenshot("walkthrough-light");
    await workbench().changeSettings({ "workbench.colorTheme": "Default High Contrast" });
    await step("Choose a model").click();
    await workbench().screenshot("walkthrough-high-contrast");
    await workbench().changeSettings({ "workbench.colorTheme": "Dark Modern" });
  });

  it("shows every model with what can be done with it, and sets one for this workspace", async () => {
    const pick = quickPick();
    await pick.open("Hearth: Manage Models…", "Hearth: Models");
    await pick.rows("phi3-mini").first().waitFor();
    await eventually("a verdict", async () => ((await pick.rows(/qwen2-1.5b.*fit/s).count()) > 0 ? true : undefined));
    assert.deepEqual((await pick.headings()).slice(0, 2), ["Models that answer", "Models for search by meaning"]);
    await workbench().screenshot("models");
    await pick.rows(/^qwen2-1\.5b/).first().click();
    await pick.rows(/Answer with This Model.*in this workspace/).waitFor();
    await workbench().screenshot("models-actions");
    assert.equal(await pick.rows(/Delete/).count(), 0, "it is not here");
    await pick.rows(/All Models/).click();
    await pick.rows("coderank-137m").first().click();
    await pick.rows(/Download/).waitFor();
    await pick.rows(/All Models/).click();
    await pick.rows(/^qwen2-1\.5b/).first().click();
    await pick.rows(/Answer with This Model.*in this workspace/).click();
    await eventually("the setting", () => (workbench().storedSettings()["hearth.model"] === "qwen2-1.5b" ? true : undefined));
    await pick.rows(/qwen2-1\.5b[\s\S]*in use/).waitFor();
    await pick.leave();
    await workbench().changeSettings({ "hearth.model": await testModel("phi3") });
  });

  it("offers everything behind its item in the status bar, in groups", async () => {
    const pick = quickPick();
    await workbench().page.locator('.statusbar-item[id*="hearth.status"]').click();
    await pick.rows("Manage Models…").waitFor();
    assert.deepEqual(await pick.headings(), ["Chat", "Code", "Model", "Help"]);
    await workbench().screenshot("menu");
    await pick.leave();
  });

  it("explains what is selected in a terminal, and leaves the clipboard as it was", async () => {
    const { page } = workbench();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await workbench().runCommand("Terminal: Create New Terminal");
    const terminal = page.locator(".terminal-wrapper.active .xterm-screen");
    await terminal.waitFor();
    await workbench().runCommand("Hearth: Explain Terminal Selection");
    await workbench().runCommand("Notifications: Show Notifications");
    await page.locator(".notifications-center").getByText("Nothing is selected in the terminal").waitFor();
    await workbench().screenshot("terminal-nothing-selected");
    await workbench().runCommand("Notifications: Clear All Notifications");
    await terminal.click();
    await page.keyboard.type("echo parcel-lost-in-transit");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(1500);
    await workbench().runCommand("Terminal: Select All");
    await page.evaluate("navigator.clipboard.writeText('kept')");
    await workbench().runCommand("Hearth: Explain Terminal Selection");
    const chat = await workbench().openChat();
    await chat.shows(/Explain this output of the terminal/);
    await chat.shows(/Terminal: /);
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), "kept");
    await workbench().screenshot("terminal-explained");
    await workbench().runCommand("Terminal: Kill All Terminals");
  });

  it("shows in the status bar that an answer is written, and opens a report in which nothing stands that was asked", async () => {
    const model = await testModel("phi3", { endOfTurn: "never" });
    await workbench().changeSettings({ "hearth.model": model, "hearth.maxTokens": 3000 });
    const chat = await workbench().openChat();
    const answer = chat.askAndWait("Why does the quartermaster whisper?");
    await workbench().page.locator('.statusbar-item[id*="hearth.status"][aria-label*="writing an answer"]').waitFor();
    await answer;
    await workbench().runCommand("Hearth: Report");
    const lines = workbench().page.locator(".editor-instance .view-lines").last();
    await lines.getByText("Hearth report").waitFor();
    const text = (await lines.innerText()).replaceAll("\u00a0", " ");
    assert.match(text, /Versions[\s\S]*node-llama-cpp: \d/);
    assert.doesNotMatch(text, /quartermaster/);
    await workbench().screenshot("report");
  });
});

describe("the commit message (random weights)", () => {
  const workbench = useWorkbench(async () => ({ settings: { "hearth.model": await testModel("phi3"), "hearth.index.enabled": false, "git.enabled": true, "git.openRepositoryInParentFolders": "always" } }));

  it("is written into the box of the repository whose button is pressed, and can be stopped", async () => {
    const { page, folder } = workbench();
    const git = (...args: string[]) => execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], { cwd: folder });
    git("init", "-q");
    git("add", "-A");
    git("commit", "-q", "-m", "Add the parcel desk");
    writeFileSync(path.join(folder, "src", "zones.ts"), "export const zones = [1, 2, 3];\n");
    git("add", "-A");
    await workbench().runCommand("Git: Refresh").catch(() => undefined);
    await page.keyboard.press("Control+Shift+G");
    const box = page.locator(".scm-view .scm-editor");
    await box.waitFor();
    await workbench().screenshot("commit-before");
    const button = (name: string) => page.locator(`.scm-view .monaco-toolbar .action-label[aria-label*="${name}"], .pane-header .action-label[aria-label*="${name}"]`).first();
    const text = async () => (await box.locator(".view-lines").innerText()).trim();
    // Only a pointer on the heading brings its buttons on screen.
    const press = async (name: string) => {
      await button(name).waitFor({ state: "attached" });
      await button(name).dispatchEvent("click");
    };
    // The model is not loaded yet, so there is time to stop.
    await press("Write Commit Message");
    await press("Stop Commit Message");
    await button("Write Commit Message").waitFor({ state: "attached" });
    assert.equal(await text(), "");
    await press("Write Commit Message");
    await eventually("some text in the box", async () => ((await text()) !== "" ? true : undefined));
    await button("Write Commit Message").waitFor({ state: "attached" });
    await page.locator(".scm-view").first().hover();
    await workbench().screenshot("commit-message");
  });
});
