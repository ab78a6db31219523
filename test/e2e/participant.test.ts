import { testModel } from "../fixtures/models";
import { useWorkbench } from "./useWorkbench";

describe("the editor's own chat (random weights)", () => {
  const workbench = useWorkbench(async () => ({
    settings: { "hearth.model": await testModel("phi3"), "hearth.index.enabled": false, "chat.disableAIFeatures": false },
  }));

  // Without an account the editor offers only its agent, for which no local model can be chosen, and refuses the question
  // before it reaches anybody. So the answer itself is tried in the unit tests alone.
  it("knows @hearth by its name", async () => {
    const { page } = workbench();
    await page.keyboard.press("Control+Alt+I");
    const input = page.locator(".interactive-session .interactive-input-part");
    await input.waitFor();
    await input.locator(".view-lines").click();
    await page.keyboard.type("@hearth What is late?");
    await page.keyboard.press("Enter");
    await page.locator(".interactive-response .username").getByText("Hearth", { exact: true }).waitFor();
    await workbench().screenshot("editor-chat");
  });
});
