import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import { useWorkbench } from "./useWorkbench";

describe("guided answers in the chat panel (random weights)", () => {
  const workbench = useWorkbench(async () => ({
    settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 20, "hearth.seed": 7, "hearth.guidance": "bayesian", "hearth.guidanceScale": 6, "hearth.guidanceQuery": "context" },
  }));

  it("say in the message's details what steered them", async () => {
    const chat = await workbench().openChat();
    await chat.indexReady();
    await chat.askAndWait("Where is the parser?");
    await chat.lastTurn.locator(".stats summary").click();
    const details = await chat.lastTurn.locator(".stats dl").innerText();
    await workbench().screenshot("guided");
    assert.match(details, /Guidance\s+bayesian, scale 6, near the retrieved code, 256 candidates, less where the model is sure/);
  });
});
