import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import { useWorkbench } from "./useWorkbench";

describe("two chats (random weights)", () => {
  const workbench = useWorkbench(async () => ({ settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 24, "hearth.seed": 7 } }));

  it("take turns, and each reads only what is new to it", async () => {
    const side = await workbench().openChat();
    const tab = await workbench().newChat(() => workbench().runCommand("Hearth: Open Chat in Editor"));
    for (const chat of [side, tab]) await chat.askAndWait("What does a heavy parcel cost?");
    await workbench().screenshot("two-chats");
    for (const chat of [side, tab, side, tab]) {
      const before = await chat.stats();
      const now = await chat.askAndWait("And a light one?");
      assert.ok(now.reused >= before.reused + before.read + before.generated - 1, `reused ${now.reused} after ${JSON.stringify(before)}`);
    }
    assert.equal(await side.turns.count(), 3);
    assert.equal(await tab.turns.count(), 3);
  });
});
