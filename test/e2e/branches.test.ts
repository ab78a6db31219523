import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { useWorkbench } from "./useWorkbench";

describe("the branches of a conversation (random weights)", () => {
  const workbench = useWorkbench(async () => ({
    // Large enough that reading a conversation again takes longer than bringing it back.
    settings: { "hearth.model": await testModel("phi3-mid"), "hearth.maxTokens": 24, "hearth.seed": 7, "hearth.index.enabled": false },
  }));
  let chat: ChatView;

  before(async () => {
    chat = await workbench().openChat();
    await chat.askAndWait("What is a zone?");
    await chat.askAndWait("And an island?");
  });

  it("grow by a question that is edited in its place; what comes after it is read, and nothing before it", async () => {
    const first = chat.turns.nth(0);
    await first.hover();
    await workbench().page.screenshot({ path: "out/screenshots/turn-bar.png" });
    await chat.button(first, "Edit the question").click();
    const editor = chat.frame.getByRole("textbox", { name: "Edit the question" });
    await editor.fill("What is a depot?");
    await workbench().screenshot("edit-question");
    await editor.press("Enter");
    await chat.question("What is a depot?").waitFor();
    await chat.waitForAnswer();
    assert.equal(await chat.turns.count(), 1);
    await chat.turns.first().getByText("2/2", { exact: true }).waitFor();
    const { reused, read } = await chat.stats();
    assert.ok(reused > 0 && read < reused, `${reused} reused, ${read} read`);
    await workbench().screenshot("branch-edited");
  });

  it("are shown one or the other by the arrows, by keyboard too", async () => {
    await chat.button(chat.turns.first(), "Previous version").click();
    await chat.question("And an island?").waitFor();
    assert.equal(await chat.turns.count(), 2);
    await chat.button(chat.turns.first(), "Next version").press("Enter");
    await chat.question("What is a depot?").waitFor();
    assert.equal(await chat.turns.count(), 1);
    await workbench().page.keyboard.press("Enter");
    await chat.question("And an island?").waitFor();
  });

  it("grow by an answer that is given again, which reads almost nothing", async () => {
    const before = await chat.askAndWait("And a hill?");
    await chat.button(chat.lastTurn, "Answer again").click();
    await chat.lastTurn.getByText("2/2", { exact: true }).waitFor();
    await chat.waitForAnswer();
    const { reused, read, generated } = await chat.stats();
    assert.ok(generated > 0 && reused + read === before.reused + before.read && read <= before.read, `${reused} reused, ${read} read, before ${before.read}`);
  });

  it("go on in a tab of their own, which reads nothing again", async () => {
    const turns = await chat.turns.count();
    const tab = await workbench().newChat(() => chat.button(chat.turns.nth(0), "Go on from here in a new tab").click());
    await tab.turns.first().waitFor();
    assert.deepEqual([await tab.turns.count(), await chat.turns.count()], [1, turns]);
    const { reused, read } = await tab.askAndWait("And a depot?");
    assert.ok(reused > read, `${reused} reused, ${read} read`);
    await workbench().screenshot("branch-tab");
  });

  it("hold answers that can be computed again, with the same tokens", async () => {
    await chat.turns.first().getByRole("button", { name: /^Reproduce/ }).click();
    await chat.shows(/^Reproduced: \d+ tokens, all the same\.$/);
    await workbench().screenshot("reproduced");
  });
});
