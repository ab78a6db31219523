import assert from "node:assert/strict";
import { useWorkbench } from "./useWorkbench";

/** Runs in the page. The block has a background; a second one on its code would show as patches behind the lines. */
const backgroundsInCode = `[...document.querySelectorAll(".code-block pre, .code-block pre *")].map((part) => getComputedStyle(part).backgroundColor)`;

describe("without a model file", () => {
  const workbench = useWorkbench(() => ({}));

  it("answers with what the search finds, says so, and offers to get the model", async () => {
    const chat = await workbench().openChat();
    await chat.indexReady();
    await chat.ask("Which parcels count as late?");
    await chat.waitForAnswer();
    await chat.shows("Search results, not an answer");
    await chat.lastAnswer.getByText("delivery_times.py").first().waitFor();
    for (const name of ["Download", "Pick a File…"]) assert.ok((await chat.frame.getByRole("button", { name }).count()) > 0, `a button "${name}"`);
    await workbench().screenshot("no-model");
    const painted = await chat.frame.evaluate<string[]>(backgroundsInCode);
    assert.ok(painted.length > 0, "there is code");
    assert.deepEqual(painted.filter((colour) => colour !== "rgba(0, 0, 0, 0)"), []);
  });
});
