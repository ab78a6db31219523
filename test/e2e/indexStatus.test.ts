import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eventually } from "./eventually";
import { QuickPick } from "./quickPick";
import { useWorkbench } from "./useWorkbench";

describe("the index's state", () => {
  const workbench = useWorkbench(() => ({ settings: { "hearth.model": "/no/such/model.gguf" } }));
  const list = () => new QuickPick(workbench().page);

  async function open(): Promise<void> {
    await list().open("Hearth: Index Status", "Index Status");
    await list().rows("Rebuild").waitFor();
  }

  async function choose(action: string): Promise<void> {
    await open();
    await list().rows(action).click();
  }

  before(async () => {
    writeFileSync(path.join(workbench().folder, "logo.png"), Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    writeFileSync(path.join(workbench().folder, "service.pem"), "-----BEGIN PRIVATE KEY-----\n");
    const chat = await workbench().openChat();
    await chat.indexReady();
    await workbench().runCommand("Hearth: Update Index");
  });

  it("tells what is in it and where it is kept", async () => {
    await open();
    await eventually("the files", async () => ((await list().rows(/\d+ chunks/).count()) === 1 ? true : undefined));
    assert.match((await list().rows(/\d+ chunks/).innerText()).replaceAll(/\s+/g, " "), /\d+ files ?\d+ chunks, no vectors/);
    assert.match(await list().rows("Kept in").innerText(), /[\\/]index/);
    await workbench().screenshot("index-status");
  });

  it("is paused and resumed while the list stays", async () => {
    await list().rows("Pause").click();
    await list().rows("Paused").waitFor();
    await workbench().page.locator('.statusbar-item[aria-label*="paused"]').waitFor();
    const [chat] = await workbench().chats();
    await chat?.frame.locator(".index-state").getByText("index paused").waitFor();
    await workbench().screenshot("index-paused");
    await list().rows("Resume").click();
    await list().rows("Up to date").waitFor();
    await list().leave();
  });

  it("is made anew", async () => {
    await choose("Rebuild");
    await open();
    await list().rows(/Up to date.*last update: \d+ files read/s).waitFor();
    await list().leave();
  });

  it("lists what is left out, with the reasons, and opens the file", async () => {
    await choose("Left Out…");
    await list().rows("service.pem").waitFor();
    assert.deepEqual(await list().headings(), ["binary", "may hold secrets"]);
    await workbench().screenshot("index-left-out");
    await list().rows("logo.png").click();
    await workbench().activeTab("logo.png");
  });

  it("tells whether the open file is in the index", async () => {
    await workbench().openFile("src/zones.ts");
    await choose("Is the Open File in the Index?");
    await workbench().runCommand("Notifications: Show Notifications");
    await workbench().page.locator(".notifications-center").getByText(/src\/zones\.ts is in the index: typescript, \d+ chunk/).first().waitFor();
    await workbench().screenshot("index-explain");
    await workbench().runCommand("Notifications: Clear All Notifications");
  });

  it("makes an ignore file that says what it is for", async () => {
    const file = path.join(workbench().folder, ".hearthignore");
    assert.equal(existsSync(file), false);
    await choose("Open .hearthignore");
    await workbench().activeTab(".hearthignore");
    assert.match(readFileSync(file, "utf8"), /^# Files that Hearth leaves out/);
  });

  it("is reached from the status bar", async () => {
    await workbench().page.locator('.statusbar-item[id*="hearth.status"]').click();
    await list().rows("Index Status").click();
    await list().rows("Rebuild").waitFor();
    await list().leave();
  });

  it("offers embedding models with their size and about how long they take", async () => {
    await list().open("Hearth: Select Embedding Model…", /^Select the Embedding Model/);
    const row = list().rows("coderank-137m");
    await row.waitFor();
    assert.match(await row.innerText(), /146 MB, to be downloaded/);
    assert.match(await row.innerText(), / for \d+ chunks on the processor/);
    await workbench().screenshot("embedding-models");
    await list().leave();
  });
});
