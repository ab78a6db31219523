import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import { useWorkbench } from "./useWorkbench";

describe("an engine that dies (random weights)", () => {
  const workbench = useWorkbench(async () => {
    const model = await testModel("phi3", { contextLength: 32_768, endOfTurn: "never" });
    return { settings: { "hearth.model": model, "hearth.contextSize": 32_768, "hearth.maxTokens": 20_000 } };
  });

  it("in mid-answer is told in the chat; what came stays, and the next question has the history", async () => {
    const chat = await workbench().openChat();
    await chat.ask("Tell me everything about parcels.");
    await chat.answerText.getByText(/\S/).first().waitFor();
    await workbench().killEngine();
    await chat.waitForAnswer();
    await chat.shows(/engine/i);
    assert.notEqual((await chat.answerText.innerText()).trim(), "");
    await workbench().screenshot("engine-died");
    await workbench().changeSettings({ "hearth.maxTokens": 24 });
    const { reused, read, generated } = await chat.askAndWait("And now?");
    assert.ok(generated > 0 && read > 0, `${reused} reused, ${read} read, ${generated} generated`);
    assert.equal(await chat.turns.count(), 2);
  });
});
