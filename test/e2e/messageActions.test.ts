import assert from "node:assert/strict";
import path from "node:path";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { QuickPick } from "./quickPick";
import { useWorkbench } from "./useWorkbench";

describe("actions on a question (random weights)", () => {
  let other: string;
  const workbench = useWorkbench(async () => {
    const model = await testModel("phi3");
    other = await testModel("llama3");
    return {
      settings: { "hearth.model": model, "hearth.maxTokens": 8, "hearth.seed": 7, "hearth.index.enabled": false },
      machineSettings: { "hearth.modelDirectories": [path.dirname(other)] },
    };
  });
  let chat: ChatView;

  before(async () => {
    chat = await workbench().openChat();
    await chat.askAndWait("What is a zone?");
    await chat.askAndWait("And an island?");
  });

  it("answer it with another installed model, and keep the old answer as a version", async () => {
    const picker = new QuickPick(workbench().page);
    await chat.lastTurn.getByRole("button", { name: "Answer again with another model…" }).click();
    await picker.input.waitFor();
    assert.equal(await picker.rows("to be downloaded").count(), 0);
    await workbench().page.screenshot({ path: "out/screenshots/other-model.png" });
    await picker.input.fill(path.basename(other));
    await picker.rows(path.basename(other)).first().click();
    await chat.lastTurn.getByText("2/2", { exact: true }).waitFor();
    await chat.waitForAnswer();
    assert.equal(path.basename(String(workbench().storedSettings()["hearth.model"])), path.basename(other));
    assert.ok((await chat.stats()).generated > 0);
    await chat.lastTurn.locator(".stats summary").click();
    assert.match(await chat.lastTurn.locator(".stats").innerText(), /llama3/);
  });

  it("delete it once that was said twice; the other version is shown", async () => {
    const { page } = workbench();
    const remove = chat.lastTurn.getByRole("button", { name: "Delete this question and all that follows…" });
    await remove.click();
    const dialog = page.locator(".monaco-dialog-box");
    await dialog.getByText("Delete this question?").waitFor();
    await page.screenshot({ path: "out/screenshots/delete-question.png" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    await chat.lastTurn.getByText("2/2", { exact: true }).waitFor();
    await remove.click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await chat.lastTurn.getByText("2/2", { exact: true }).waitFor({ state: "detached" });
    assert.equal(await chat.turns.count(), 2);
    await chat.turns.first().getByRole("button", { name: "Delete this question and all that follows…" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await chat.lastTurn.waitFor({ state: "detached" });
    assert.equal(await chat.frame.locator(".conversation-title").innerText(), "New chat");
  });
});
