import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { useWorkbench } from "./useWorkbench";

/** More than any test waits for. */
const maxTokens = 20_000;

describe("stopping (random weights)", () => {
  const workbench = useWorkbench(async () => {
    const model = await testModel("phi3", { contextLength: 32_768, endOfTurn: "never" });
    return { settings: { "hearth.model": model, "hearth.contextSize": 32_768, "hearth.maxTokens": maxTokens } };
  });
  let chat: ChatView;

  before(async () => {
    chat = await workbench().openChat();
  });

  it("stops an answer and keeps what came", async () => {
    await chat.ask("Tell me everything about parcels.");
    await chat.answerText.getByText(/\S/).first().waitFor();
    await chat.stop();
    await chat.waitForAnswer();
    await chat.shows("Stopped.");
    const { generated } = await chat.stats();
    assert.ok(generated > 0 && generated < maxTokens, `${generated} tokens were generated`);
    assert.notEqual((await chat.answerText.innerText()).trim(), "");
  });

  it("stops while the prompt is still being read", async () => {
    const question = `Summarise this: ${"the parcel goes to the islands by way of the second depot, ".repeat(400)}`;
    await chat.ask(question);
    await chat.lastAnswer.getByText(/Reading [\d,]+ of [\d,]+ tokens/).waitFor();
    await chat.stop();
    await chat.waitForAnswer();
    await chat.shows("Stopped.");
    assert.equal((await chat.stats()).generated, 0);
  });

  it("answers again after a stop", async () => {
    await chat.ask("Still there?");
    await chat.answerText.getByText(/\S/).first().waitFor();
    await chat.stop();
    await chat.waitForAnswer();
    assert.ok((await chat.stats()).generated > 0);
    await workbench().screenshot("stopped");
  });
});
