import assert from "node:assert/strict";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ChatView } from "./chatView";
import { useWorkbench } from "./useWorkbench";

/** Runs in the page. The block has a background; a second one on its code would show as patches behind the lines. */
const backgroundsInCode = `[...document.querySelectorAll(".code-block pre, .code-block pre *")].map((part) => getComputedStyle(part).backgroundColor)`;

const themes = [
  ["Light Modern", "vscode-light", "light"],
  ["Default High Contrast", "vscode-high-contrast", "high-contrast"],
  ["Dark Modern", "vscode-dark", "dark"],
] as const;

describe("without the model file that is set", () => {
  // A path is not stood in for: somebody means that very file.
  const workbench = useWorkbench(() => ({ settings: { "hearth.model": "/nowhere/mine.gguf" } }));
  const source = () => path.join(workbench().folder, "reports", "delivery_times.py");
  const reference = (chat: ChatView) => chat.citations.filter({ hasText: "delivery_times.py" }).first();

  it("answers with what the search finds, says so, and offers other models", async () => {
    const chat = await workbench().openChat();
    await chat.indexReady();
    await chat.ask("Which parcels count as late?");
    await chat.waitForAnswer();
    await chat.shows("Search results, not an answer");
    await chat.lastAnswer.locator(".range-link", { hasText: "delivery_times.py" }).first().waitFor();
    for (const name of ["Pick a File…", "Select Model…"]) assert.ok((await chat.frame.getByRole("button", { name }).count()) > 0, `a button "${name}"`);
    await workbench().screenshot("no-model");
    const painted = await chat.frame.evaluate<string[]>(backgroundsInCode);
    assert.ok(painted.length > 0, "there is code");
    assert.deepEqual(painted.filter((colour) => colour !== "rgba(0, 0, 0, 0)"), []);
  });

  it("opens the code from where a result names it", async () => {
    const chat = await workbench().openChat();
    const link = chat.lastAnswer.locator(".range-link", { hasText: "delivery_times.py" }).first();
    await link.scrollIntoViewIfNeeded();
    await workbench().screenshot("no-model-results");
    await link.click();
    await workbench().activeTab("delivery_times.py");
  });

  it("marks a reference whose lines have changed, in every theme, and takes the mark back", async () => {
    const chat = await workbench().openChat();
    const before = readFileSync(source(), "utf8");
    writeFileSync(source(), `# A line before all others.\n${before}`);
    await chat.lastTurn.locator(".citations summary", { hasText: "changed since" }).waitFor();
    await chat.lastTurn.locator(".citations summary").click();
    await reference(chat).scrollIntoViewIfNeeded();
    assert.equal(await reference(chat).getAttribute("data-state"), "stale");
    for (const [theme, kind, name] of themes) {
      await workbench().changeSettings({ "workbench.colorTheme": theme });
      await chat.frame.locator(`body.${kind}`).waitFor();
      await workbench().screenshot(`citations-stale-${name}`);
    }
    writeFileSync(source(), before);
    await chat.lastTurn.locator('.citation[data-state="stale"]').first().waitFor({ state: "detached" });
  });

  it("opens a changed reference at its lines, and says when the file is gone", async () => {
    const chat = await workbench().openChat();
    appendFileSync(path.join(workbench().folder, "src", "zones.ts"), "\n// changed\n");
    writeFileSync(source(), readFileSync(source(), "utf8").replace("PROMISED = timedelta(days=2)", "PROMISED = timedelta(days=3)"));
    await reference(chat).and(chat.frame.locator('[data-state="stale"]')).waitFor();
    await reference(chat).click();
    await workbench().activeTab("delivery_times.py");
    rmSync(source());
    await reference(chat).and(chat.frame.locator('[data-state="gone"]')).waitFor();
    await workbench().screenshot("citations-gone");
  });

  it("says that there is nothing where the search finds nothing", async () => {
    const chat = await workbench().openChat();
    await chat.ask("zzqx vvkw?");
    await chat.waitForAnswer();
    await chat.lastAnswer.getByText("the search found no code for this question").waitFor();
    assert.equal(await chat.citations.count(), 0);
  });
});
