import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { eventually } from "./eventually";
import { QuickPick } from "./quickPick";
import { useWorkbench } from "./useWorkbench";

/** A notebook whose cells are code, one function each. */
function notebook(names: readonly string[]): string {
  const cells = names.map((name) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source: [`def ${name}(parcels):\n`, "    return sum(parcel.weight for parcel in parcels)"] }));
  return JSON.stringify({ cells, metadata: { language_info: { name: "python" } }, nbformat: 4, nbformat_minor: 5 }, null, 1);
}

describe("the search for code", () => {
  const workbench = useWorkbench(() => ({ settings: { "hearth.model": "/no/such/model.gguf" } }));
  const list = () => new QuickPick(workbench().page);

  const tabs = async () => (await workbench().page.locator(".tabs-container .tab .label-name").allInnerTexts()).filter((name) => name !== "");

  /** Opens the search by its keys and waits for a result of the text. */
  async function search(text: string, result: string | RegExp): Promise<void> {
    await workbench().page.keyboard.press("Control+K");
    await workbench().page.keyboard.press("Control+G");
    await list().input.waitFor();
    await list().input.fill(text);
    await list().rows(result).first().waitFor();
  }

  before(async () => {
    writeFileSync(path.join(workbench().folder, "weights.ipynb"), notebook(["first_total", "weigh_the_parcels", "last_total"]));
    const chat = await workbench().openChat();
    await chat.indexReady();
  });

  it("lists definitions and passages, and shows the marked one in an editor", async () => {
    await workbench().openFile("src/zones.ts");
    await workbench().goToLine(7);
    await search("check digit", /trackingNumber\.ts:/);
    assert.deepEqual(await list().headings(), ["Definitions", "Passages"]);
    await list().mark(/rateCard|desk/);
    const shown = /(\w+\.(?:test\.)?ts):\d/.exec(await list().marked.innerText())?.[1] ?? "";
    await workbench().activeTab(shown);
    await list().mark(/src\/trackingNumber\.ts:/);
    await workbench().activeTab("trackingNumber.ts");
    await workbench().page.locator(".statusbar").getByText(/selected\)/).waitFor();
    await workbench().screenshot("code-search");
  });

  it("goes back to where one was on Escape", async () => {
    await list().leave();
    await workbench().activeTab("zones.ts");
    await workbench().page.locator(".statusbar").getByText(/Ln 7, Col/).waitFor();
    await eventually("the preview's end", async () => ((await tabs()).length === 1 ? true : undefined));
  });

  it("goes back within a file, too", async () => {
    await search("postcode zone", /src\/zones\.ts:/);
    await list().mark(/src\/zones\.ts:/);
    await workbench().page.locator(".statusbar").getByText(/selected\)/).waitFor();
    await list().leave();
    await workbench().page.locator(".statusbar").getByText(/^Ln 7, Col \d+$/).waitFor();
  });

  it("opens what is chosen at its lines", async () => {
    await search("checkDigit", /trackingNumber\.ts:/);
    await list().mark(/checkDigit/);
    await workbench().page.keyboard.press("Enter");
    await list().closed();
    await workbench().activeTab("trackingNumber.ts");
    await workbench().page.locator(".statusbar").getByText(/selected\)/).waitFor();
  });

  it("opens the cell of a notebook", async () => {
    await search("weigh_the_parcels", /weights\.ipynb:/);
    await list().mark(/weights\.ipynb:/);
    await workbench().activeTab("weights.ipynb");
    await workbench().page.keyboard.press("Enter");
    await list().closed();
    const focused = workbench().page.locator(".notebookOverlay .cell-list-container .monaco-list-row.focused");
    await focused.getByText("weigh_the_parcels").waitFor();
    await workbench().screenshot("code-search-notebook");
  });

  it("attaches code to the chat, and stays open", async () => {
    await search("quickest route between depots", /routePlanner\.ts:/);
    const row = list().rows(/routePlanner\.ts:/).first();
    await row.hover();
    await row.getByRole("button", { name: "Attach to Chat" }).click();
    await eventually("the title", async () => (/^Attached to the chat: src\/routePlanner\.ts/.test(await list().title()) ? true : undefined));
    await workbench().screenshot("code-search-attach");
    await list().leave();
    const [chat] = await workbench().chats();
    await chat?.frame.getByText(/routePlanner\.ts:\d/).first().waitFor();
  });

  it("says so when nothing is found", async () => {
    await search("zzyzxqwv", "Nothing found");
    await workbench().screenshot("code-search-nothing");
    await list().leave();
  });

  const themes = { dark: "Dark Modern", light: "Light Modern", "high-contrast": "Default High Contrast" };
  for (const [name, theme] of Object.entries(themes)) {
    it(`marks the matching row in ${name}`, async () => {
      await workbench().changeSettings({ "workbench.colorTheme": theme });
      await search("check digit", /trackingNumber\.ts:/);
      assert.equal(await list().marked.count(), 1);
      await workbench().screenshot(`code-search-${name}`);
      await list().leave();
      await list().open("Hearth: Index Status", "Index Status");
      await list().rows("Kept in").waitFor();
      await workbench().screenshot(`index-status-${name}`);
      await list().leave();
    });
  }

  it("closes the preview where no editor was open", async () => {
    await workbench().runCommand("View: Close All Editors");
    await search("postcode zone", /zones\.ts:/);
    await list().mark(/zones\.ts:/);
    await workbench().activeTab("zones.ts");
    await list().leave();
    await eventually("no editor", async () => ((await tabs()).length === 0 ? true : undefined));
  });
});
