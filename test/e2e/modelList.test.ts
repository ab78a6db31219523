import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import { eventually } from "./eventually";
import { useWorkbench } from "./useWorkbench";

describe("the list of models (random weights)", () => {
  const workbench = useWorkbench(async () => ({
    settings: { "hearth.model": await testModel("phi3"), "hearth.index.enabled": false },
    machineSettings: { "hearth.sequences": 64 },
  }));

  const row = (id: string) => workbench().page.locator(".quick-input-list .monaco-list-row").filter({ hasText: new RegExp(`^${id.replace(".", "\\.")}`) });

  async function open(): Promise<void> {
    const chat = await workbench().openChat();
    await chat.modelName.click();
    await row("phi3-mini").waitFor();
  }

  it("says of each model of the catalog whether it fits this machine", async () => {
    await open();
    await workbench().screenshot("model-list");
    for (const id of ["phi3-mini", "qwen2-1.5b", "codellama-7b", "llama3.1-8b"]) {
      const text = await eventually(`a verdict on ${id}`, async () => {
        const shown = (await row(id).allInnerTexts()).join(" ");
        return /fit/.test(shown) ? shown : undefined;
      });
      assert.match(text, /fits|does not fit/);
    }
    await workbench().screenshot("model-list-fits");
    await workbench().page.keyboard.press("Escape");
  });

  it("asks before it takes one that does not fit, and names what would help", async () => {
    // No machine has the terabyte that this takes.
    await workbench().changeSettings({ "hearth.contextSize": 131_072 });
    const dialog = workbench().page.locator(".monaco-dialog-box");
    const before = workbench().storedSettings()["hearth.model"];
    await open();
    await row("llama3.1-8b").click();
    await dialog.getByText(/^Does not fit/).waitFor();
    await dialog.getByText(/setting hearth\.|The model .* would fit|may fail/).waitFor();
    await workbench().screenshot("model-does-not-fit");
    await workbench().page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.equal(workbench().storedSettings()["hearth.model"], before);
    await open();
    await row("llama3.1-8b").click();
    await dialog.getByRole("button", { name: "Use It Anyway" }).click();
    await eventually("the setting", () => (workbench().storedSettings()["hearth.model"] === "llama3.1-8b" ? true : undefined));
  });
});
