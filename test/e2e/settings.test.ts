import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import { eventually } from "./eventually";
import { useWorkbench } from "./useWorkbench";

describe("the settings page (random weights)", () => {
  const workbench = useWorkbench(async () => ({ settings: { "hearth.model": await testModel("phi3", { endOfTurn: "never" }) } }));

  it("shows Hearth's settings, and a change there counts for the next answer", async () => {
    await workbench().runCommand("Hearth: Open Settings");
    await workbench().page.locator(".settings-editor .action-label", { hasText: "Workspace" }).first().click();
    const setting = await workbench().setting("hearth.maxTokens");
    await workbench().screenshot("settings");
    await setting.locator("input").fill("7");
    await eventually("the setting in the workspace's file", () => (workbench().storedSettings()["hearth.maxTokens"] === 7 ? true : undefined));
    const chat = await workbench().openChat();
    await chat.shows("Ask Hearth");
    assert.equal((await chat.askAndWait("Short, please.")).generated, 7);
  });

  it("names what is wrong with a value", async () => {
    const setting = await workbench().setting("hearth.contextSize");
    await setting.locator("input").fill("7");
    await setting.getByText(/512/).first().waitFor();
    await workbench().screenshot("settings-problem");
  });
});
