import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import { eventually } from "./eventually";
import { useWorkbench } from "./useWorkbench";

describe("a workspace's own model, and a reload (random weights)", () => {
  const workbench = useWorkbench(async () => ({ settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 24, "hearth.seed": 7 } }));

  it("switches when .vscode/settings.json names another model, and keeps the conversation", async () => {
    const chat = await workbench().openChat();
    await chat.askAndWait("What is a zone?");
    const question = chat.turns.first().getByText("What is a zone?");
    assert.match(await chat.modelName.innerText(), /phi3/);
    await workbench().changeSettings({ "hearth.model": await testModel("qwen2") });
    await eventually("the new model's name", async () => (/qwen2/.test(await chat.modelName.innerText()) ? true : undefined));
    assert.equal(await question.count(), 1);
    const first = await chat.askAndWait("And the next?");
    assert.equal(first.reused, 0, "another model evaluates the conversation anew");
    assert.equal(await chat.turns.count(), 2);
    const second = await chat.askAndWait("And after that?");
    assert.ok(second.reused >= first.read + first.generated - 1);
    await workbench().screenshot("model-switched");
  });

  it("ends a running answer when the model is switched", async () => {
    const chat = await workbench().openChat();
    await workbench().changeSettings({ "hearth.maxTokens": 3000 });
    await chat.ask("Tell a long story.");
    await chat.answerText.getByText(/\S/).first().waitFor();
    await workbench().changeSettings({ "hearth.model": await testModel("phi3"), "hearth.maxTokens": 24 });
    await chat.waitForAnswer();
    await chat.shows("Ended because the model was changed.");
    await chat.askAndWait("And now?");
  });

  it("shows the conversation again after the window was reloaded", async () => {
    const before = await (await workbench().openChat()).turns.count();
    await workbench().load();
    const chat = await workbench().openChat();
    await chat.turns.nth(before - 1).waitFor();
    assert.equal(await chat.turns.count(), before);
    await chat.turns.first().getByText("What is a zone?").waitFor();
    await chat.askAndWait("Do you remember?");
    assert.equal(await chat.turns.count(), before + 1);
  });
});
