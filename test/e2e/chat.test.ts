import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { useWorkbench } from "./useWorkbench";

describe("chat in the side bar (random weights)", () => {
  const workbench = useWorkbench(async () => {
    const model = await testModel("phi3", { endOfTurn: "never" });
    return { settings: { "hearth.model": model, "hearth.maxTokens": 300, "hearth.seed": 7 } };
  });
  let chat: ChatView;

  before(async () => {
    chat = await workbench().openChat();
  });

  it("opens with an empty conversation and the model's name", async () => {
    await chat.shows("Ask Hearth");
    assert.match(await chat.modelName.innerText(), /phi3/);
    await workbench().screenshot("chat-empty");
  });

  it("shows the answer as it comes", async () => {
    const lengths = await chat.recordGrowth();
    const stats = await chat.askAndWait("How is the check digit of a tracking number computed?");
    const seen = (await lengths()).filter((length) => length > 0);
    assert.ok(seen.length >= 5, `the answer came in ${seen.length} steps: ${seen.join(", ")}`);
    assert.equal(stats.generated, 300);
    await workbench().screenshot("chat-answer");
  });

  it("reads only what is new at a follow-up", async () => {
    const first = await chat.stats();
    const second = await chat.askAndWait("And which digits are refused?");
    // The last token of an answer is not evaluated before something follows it.
    const evaluated = first.reused + first.read + first.generated - 1;
    assert.ok(second.reused === evaluated || second.reused === evaluated + 1, `${second.reused} reused of ${evaluated} evaluated before`);
    assert.ok(second.read > 0);
  });

  it("clears the conversation", async () => {
    await workbench().runCommand("Hearth: Clear Chat");
    await chat.shows("Ask Hearth");
    assert.equal(await chat.turns.count(), 0);
  });
});
