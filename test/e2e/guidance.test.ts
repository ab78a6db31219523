import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import { useWorkbench } from "./useWorkbench";

describe("guided answers in the chat panel (random weights)", () => {
  const workbench = useWorkbench(async () => ({
    settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 20, "hearth.seed": 7, "hearth.guidance": "bayesian", "hearth.guidanceScale": 6, "hearth.guidanceQuery": "context" },
  }));

  /** What the details of the answer to a question say. */
  async function detailsOf(question: string): Promise<string> {
    const chat = await workbench().openChat();
    await chat.indexReady();
    await chat.askAndWait(question);
    await chat.lastTurn.locator(".stats summary").click();
    return chat.lastTurn.locator(".stats dl").innerText();
  }

  it("say in the message's details what steered them", async () => {
    const details = await detailsOf("Where is the bulky surcharge of the rate card applied?");
    await workbench().screenshot("guided");
    assert.match(details, /Guidance\s+bayesian, scale 6, near the retrieved code, 256 candidates, less where the model is sure/);
  });

  it("say when there was no retrieved code to be near to", async () => {
    assert.match(await detailsOf("Where is the zeppelin moored?"), /Guidance\s+bayesian, scale 6, near the question, as no code was retrieved, 256/);
  });
});
