import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Locator } from "playwright-core";
import { serializeConversation } from "../../src/chat/conversationFile";
import { testModel } from "../fixtures/models";
import { conversationOf, turn } from "../unit/chat/samples";
import type { ChatView } from "./chatView";
import { eventually } from "./eventually";
import { useWorkbench } from "./useWorkbench";

const day = 24 * 3600 * 1000;

/** A file of a conversation with one question, so many days ago. */
function stored(title: string, daysAgo: number, more = {}) {
  const id = title.toLowerCase().replaceAll(/\W+/g, "-");
  const asked = turn(`${id}-1`, { askedAt: Date.now() - daysAgo * day, question: { text: title, attachments: [] }, userText: title, answerText: `About ${title}` });
  return { id, text: serializeConversation(conversationOf([asked], { id, ...more })) };
}

describe("the history of chats (random weights)", () => {
  const workbench = useWorkbench(async () => ({ settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 8, "hearth.seed": 7, "hearth.index.enabled": false } }));
  let chat: ChatView;

  const page = () => chat.frame.getByRole("dialog", { name: "Chat history" });
  const row = (title: string): Locator => page().locator(".history-row").filter({ hasText: title });
  const open = (title: string): Locator => row(title).locator(".history-open");
  const titles = () => page().locator(".history-title").allInnerTexts();

  /** Puts files into a workspace's folder; undefined: this one's, which is there since the first question. */
  function seed(key: string | undefined, files: readonly { readonly id: string; readonly text: string }[]): void {
    const { conversationsFolder } = workbench();
    const own = readdirSync(conversationsFolder).find((name) => name !== "elsewhere");
    const folder = path.join(conversationsFolder, key ?? own ?? "");
    mkdirSync(folder, { recursive: true });
    if (key !== undefined) writeFileSync(path.join(folder, ".workspace.json"), JSON.stringify({ version: 1, name: "Elsewhere" }));
    for (const { id, text } of files) writeFileSync(path.join(folder, `${id}.json`), text);
  }

  // A page that a failed test leaves open must not fail the others.
  afterEach(async function () {
    if (this.currentTest?.state === "failed" && (await page().count()) > 0) await page().getByRole("button", { name: "Close", exact: true }).click();
  });

  before(async () => {
    chat = await workbench().openChat();
    await chat.askAndWait("What does a heavy parcel cost?");
    seed(undefined, [stored("Où est la crème brûlée?", 1), stored("Which zones are islands?", 3), stored("How are depots linked?", 45), stored("Always on top", 90, { pinned: true })]);
    seed("elsewhere", [stored("A question of another project", 2)]);
  });

  it("lists by time what was asked, under the view's button", async () => {
    await workbench().page.getByRole("button", { name: "Show Chat History" }).click();
    await open("What does a heavy").waitFor();
    const headings = await page().locator(".history-heading").allInnerTexts();
    assert.deepEqual(headings.slice(0, 4), ["Pinned", "Today", "Yesterday", "Previous 7 days"]);
    assert.equal(headings.length, 5);
    assert.deepEqual((await titles()).map((title) => title.trim()), ["Always on top", "What does a heavy parcel cost?", "Où est la crème brûlée?", "Which zones are islands?", "How are depots linked?"]);
    await row("Which zones").hover();
    await workbench().page.screenshot({ path: "out/screenshots/history-dark.png" });
  });

  for (const [theme, name] of [["Light Modern", "light"], ["Default High Contrast", "high-contrast"], ["Dark Modern", "dark"]] as const) {
    it(`can be read in ${name}`, async () => {
      await workbench().changeSettings({ "workbench.colorTheme": theme });
      await open("Which zones").focus();
      await chat.frame.page().waitForTimeout(500);
      await workbench().screenshot(`history-focus-${name}`);
    });
  }

  it("finds words of titles and questions, whatever their accents", async () => {
    await page().getByRole("searchbox").fill("CREME brulee");
    await eventually("one chat", async () => ((await titles()).length === 1 ? true : undefined));
    assert.deepEqual(await titles(), ["Où est la crème brûlée?"]);
    await page().getByRole("searchbox").press("Escape");
    await eventually("all chats", async () => ((await titles()).length === 5 ? true : undefined));
  });

  it("is operated by keyboard: rename, delete, undo, back to the question", async () => {
    const { keyboard } = workbench().page;
    await page().getByRole("searchbox").focus();
    for (const key of ["ArrowDown", "End", "ArrowUp", "F2"]) await keyboard.press(key);
    await keyboard.press("Control+A");
    await keyboard.type("Islands and zones");
    await keyboard.press("Enter");
    await open("Islands and zones").waitFor();
    await keyboard.press("Delete");
    await row("Islands and zones").waitFor({ state: "detached" });
    await workbench().page.screenshot({ path: "out/screenshots/history-deleted.png" });
    await keyboard.press("Control+Z");
    await open("Islands and zones").waitFor();
    await keyboard.press("Escape");
    await page().waitFor({ state: "hidden" });
    await chat.input.waitFor();
  });

  it("opens a stored chat in place, and in a tab; one that is open is not opened twice", async () => {
    await chat.frame.getByRole("button", { name: "Chat history" }).click();
    await open("Islands and zones").click();
    await chat.question("Which zones are islands?").waitFor();
    await chat.frame.getByRole("button", { name: "Chat history" }).click();
    const tab = await workbench().newChat(() => open("How are depots").press("Control+Enter"));
    await tab.question("How are depots linked?").waitFor();
    await chat.frame.getByRole("button", { name: "Chat history" }).click();
    const before = (await workbench().chats()).length;
    await open("How are depots").click();
    await page().waitFor({ state: "hidden" });
    assert.equal((await workbench().chats()).length, before);
    await workbench().screenshot("history-tab");
    await workbench().page.keyboard.press("Control+F4");
  });

  it("shows those of all workspaces, and goes on with a copy", async () => {
    await chat.frame.getByRole("button", { name: "Chat history" }).click();
    await page().getByRole("button", { name: "All", exact: true }).click();
    await row("A question of another project").getByText("Elsewhere").waitFor();
    await workbench().screenshot("history-all");
    await open("A question of another project").click();
    await chat.question("A question of another project").waitFor();
    const folders = readdirSync(workbench().conversationsFolder);
    const holding = folders.filter((folder) => readdirSync(path.join(workbench().conversationsFolder, folder)).some((file) => file.endsWith(".json") && readFileSync(path.join(workbench().conversationsFolder, folder, file), "utf8").includes("About A question of another project")));
    assert.equal(holding.length, 2, "the original stays where it was");
  });

  it("shows a new chat where the one that is open is deleted", async () => {
    await chat.frame.getByRole("button", { name: "Chat history" }).click();
    await page().getByRole("button", { name: "This workspace" }).click();
    await eventually("the copy alone", async () => ((await row("A question of another project").count()) === 1 ? true : undefined));
    await open("A question of another project").press("Delete");
    await chat.frame.locator(".toast").getByText(/^Deleted/).waitFor();
    assert.equal(await chat.turns.count(), 0);
    await chat.frame.getByRole("button", { name: "Close", exact: true }).click();
  });

  it("writes a chat to a file and reads it back as another one", async () => {
    const file = path.join(workbench().folder, "how-are-depots-linked.json");
    const { page: window } = workbench();
    await chat.frame.getByRole("button", { name: "Chat history" }).click();
    await open("How are depots").focus();
    await row("How are depots").getByRole("button", { name: "Export as JSON" }).click();
    const input = window.locator(".quick-input-widget input.input");
    await eventually("the name that is proposed", async () => (await input.inputValue()).endsWith("/how-are-depots-linked.json") || undefined);
    await input.press("Enter");
    const written = await eventually("the file", () => (existsSync(file) ? readFileSync(file, "utf8") : "") || undefined);
    assert.equal((JSON.parse(written) as { version: number }).version, 2);
    await page().getByRole("button", { name: "Import a chat" }).click();
    await window.locator(".quick-input-list .monaco-list-row").getByText(path.basename(file), { exact: true }).first().click();
    await eventually("two of them", async () => ((await row("How are depots").count()) === 2 ? true : undefined));
    await page().getByRole("button", { name: "Close", exact: true }).click();
  });
});

describe("a chat that is moved (random weights)", () => {
  const workbench = useWorkbench(async () => {
    const model = await testModel("phi3", { contextLength: 32_768, endOfTurn: "never" });
    return { settings: { "hearth.model": model, "hearth.contextSize": 32_768, "hearth.maxTokens": 20_000, "hearth.index.enabled": false } };
  });

  /** Waits until there is more text in the answer than now. */
  async function grows(chat: ChatView): Promise<void> {
    const before = (await chat.answerText.innerText()).length;
    await eventually("more text", async () => ((await chat.answerText.innerText()).length > before ? true : undefined));
  }

  it("goes on with its answer in the editor, and in the sidebar again", async () => {
    const question = "Tell me everything about parcels.";
    const chat = await workbench().openChat();
    await chat.ask(question);
    const tab = await workbench().newChat(() => workbench().runCommand("Hearth: Move Chat to Editor"));
    await tab.question(question).waitFor();
    assert.equal(await chat.turns.count(), 0);
    await tab.stopButton.waitFor();
    await grows(tab);
    await workbench().screenshot("chat-moved");
    await workbench().runCommand("Hearth: Move Chat to Sidebar");
    await chat.question(question).waitFor();
    await chat.stopButton.waitFor();
    await grows(chat);
    await chat.stop();
    await chat.waitForAnswer();
    assert.equal((await workbench().chats()).length, 1);
  });
});
