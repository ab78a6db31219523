import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { eventually } from "./eventually";
import { useWorkbench } from "./useWorkbench";

describe("what goes with a question (random weights)", () => {
  const workbench = useWorkbench(async () => ({ settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 8, "hearth.seed": 7 } }));
  let chat: ChatView;

  const chip = (text: string | RegExp) => chat.frame.locator(".composer .chip").filter({ hasText: text });
  const clipboard = () => workbench().page.evaluate<string>("navigator.clipboard.readText()");

  before(async () => {
    await workbench().page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    chat = await workbench().openChat();
  });

  it("is a file that is chosen in the explorer", async () => {
    const { page } = workbench();
    await page.keyboard.press("Control+Shift+E");
    await page.locator(".explorer-folders-view .monaco-list-row").getByText("README.md", { exact: true }).click({ button: "right" });
    const row = page.locator(".monaco-menu .action-menu-item").filter({ hasText: "Attach File to Chat" });
    // A menu takes no click in the moment in which it opens.
    await eventually("the menu's end", async () => {
      await row.click({ timeout: 1000 }).catch(() => undefined);
      return (await row.count()) === 0 ? true : undefined;
    });
    chat = await workbench().openChat();
    await chip("README.md").waitFor();
    await workbench().screenshot("attach-from-explorer");
  });

  it("is what is selected in the terminal, and the clipboard keeps its text", async () => {
    const { page } = workbench();
    await workbench().runCommand("Terminal: Create New Terminal");
    await page.locator(".terminal-wrapper.active .xterm-screen").waitFor();
    await page.keyboard.type("echo parcel-lost\n");
    await page.evaluate("navigator.clipboard.writeText('kept')");
    await workbench().runCommand("Hearth: Attach Terminal Selection to Chat");
    await workbench().runCommand("Notifications: Show Notifications");
    await page.locator(".notifications-center").getByText(/Nothing is selected in the terminal/).first().waitFor();
    await workbench().runCommand("Notifications: Clear All Notifications");
    assert.equal(await clipboard(), "kept");
    await workbench().runCommand("Terminal: Select All");
    await workbench().runCommand("Hearth: Attach Terminal Selection to Chat");
    await chip(/^Terminal: /).waitFor();
    assert.equal(await clipboard(), "kept");
    await workbench().screenshot("attach-terminal");
    await workbench().runCommand("Terminal: Kill the Active Terminal Instance");
  });

  it("stands under the question when it is asked", async () => {
    await chat.askAndWait("What happened?");
    await chat.lastTurn.getByText("README.md").first().waitFor();
    await chat.lastTurn.getByText(/^Terminal: /).first().waitFor();
    assert.equal(await chip(/./).count(), 0);
  });

  it("is what a prompt of the workspace says, and the prompt is asked", async () => {
    const folder = path.join(workbench().folder, ".hearth", "prompts");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "changelog.md"), "---\ndescription: Writes an entry\nattachments: [src/zones.ts]\n---\nWrite an entry about {{input}}.\n");
    await eventually("the prompt among the commands", async () => {
      await chat.input.fill("");
      await chat.input.pressSequentially("/change");
      const option = chat.frame.getByRole("option", { name: /\/changelog/ });
      return option.waitFor({ timeout: 2000 }).then(() => true, () => undefined);
    });
    await workbench().screenshot("prompt-command");
    await chat.input.press("Tab");
    await chat.input.pressSequentially("zones");
    await chat.input.press("Enter");
    await chat.question("Write an entry about zones.").waitFor();
    await chat.waitForAnswer();
    await chat.lastTurn.getByText("zones.ts").first().waitFor();
    rmSync(path.join(workbench().folder, ".hearth"), { recursive: true });
  });

  it("is named where a command is mistyped", async () => {
    await chat.input.fill("/explian");
    await chat.input.press("Enter");
    await chat.shows(/Did you mean \/explain\?/);
    await workbench().screenshot("mistyped-command");
  });
});
