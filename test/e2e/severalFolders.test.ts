import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eventually } from "./eventually";
import { QuickPick } from "./quickPick";
import { useWorkbench } from "./useWorkbench";

/** Beside the sample, and with its name: only a number tells the two apart. */
const other = "../other/workspace";

describe("a workspace of several folders", () => {
  const workbench = useWorkbench(() => ({ settings: { "hearth.model": "/no/such/model.gguf" }, moreFolders: [other] }));
  const list = () => new QuickPick(workbench().page);

  function write(folder: string, name: string, text: string): void {
    const file = path.join(workbench().folder, folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Searches until the row is there: an index that is being made does not have it yet. */
  async function find(text: string, row: string | RegExp): Promise<void> {
    await list().open("Hearth: Search Code", /^Search Code/);
    await eventually(`${String(row)} in the results`, async () => {
      await list().input.fill("");
      await list().input.fill(text);
      await list().rows().first().waitFor();
      const found = () => list().rows(row).first().waitFor({ timeout: 1500 });
      return found().then(
        () => true,
        () => undefined,
      );
    });
  }

  before(async () => {
    write(other, "zones.ts", "/** Paints the zones of a map in colours. */\nexport function paintZones(): void {}\n");
    write(other, ".vscode/settings.json", JSON.stringify({ "hearth.index.exclude": ["**/drafts/**"] }));
    for (const folder of [".", other]) write(folder, "drafts/quilts.ts", "export function stitchQuilts(): void {}\n");
    const chat = await workbench().openChat();
    await chat.indexReady();
  });

  it("finds code in each of them, named by its folder, and opens the right file", async () => {
    await find("zoneOf", /workspace\/src\/zones\.ts:/);
    await list().leave();
    await find("paintZones", /workspace-2\/zones\.ts:/);
    await workbench().screenshot("several-folders");
    await list().rows(/workspace-2\/zones\.ts:/).first().click();
    await list().closed();
    await workbench().activeTab("zones.ts");
    await workbench().page.locator(".editor-instance .view-lines").getByText("Paints the zones").waitFor();
  });

  it("leaves out of each folder what its own settings exclude", async () => {
    await find("stitchQuilts", /workspace\/drafts\/quilts\.ts:/);
    await list().leave();
    await list().open("Hearth: Search Code", /^Search Code/);
    await eventually("nothing of the other folder's drafts", async () => {
      await list().input.fill("");
      await list().input.fill("stitchQuilts");
      await list().rows(/workspace\/drafts\/quilts\.ts:/).first().waitFor();
      return (await list().rows(/workspace-2\/drafts/).count()) === 0 ? true : undefined;
    });
    await list().leave();
  });

  it("names attached code by its folder, and opens it from the chat", async () => {
    await workbench().selectLines(1, 2);
    const chat = await workbench().openChat();
    await workbench().runCommand("Hearth: Attach Selection to Chat");
    await chat.frame.getByText(/zones\.ts:1-2/).first().waitFor();
    await chat.ask("Who paints the zones?");
    await chat.waitForAnswer();
    await workbench().runCommand("View: Close All Editors");
    await chat.lastTurn.locator(".citations summary").click();
    await chat.citations.filter({ hasText: "workspace-2/zones.ts:" }).first().click();
    await workbench().page.locator(".editor-instance .view-lines").getByText("Paints the zones").waitFor();
  });

  it("attaches a file of each of them by its name", async () => {
    const chat = await workbench().openChat();
    for (const [folder, label] of [["workspace-2", "workspace-2/zones.ts:"], ["workspace/src", "workspace/src/zones.ts:"]] as const) {
      await chat.input.fill("");
      await chat.input.pressSequentially("@zones");
      await chat.frame.getByRole("option", { name: new RegExp(`^zones\\.ts.*${folder}`) }).first().click();
      await chat.frame.locator(`.composer .chip[title^="${label}"]`).waitFor();
    }
    await workbench().screenshot("several-folders-attached");
    const chips = chat.frame.locator(".composer .chip-close");
    for (let left = await chips.count(); left > 0; left--) {
      await chips.first().click();
      await eventually("a chip less", async () => ((await chips.count()) < left ? true : undefined));
    }
  });

  it("follows files in a folder that is not the first one", async () => {
    write(other, "moths.ts", "export function chaseMothsAway(): void {}\n");
    await find("chaseMothsAway", /workspace-2\/moths\.ts:/);
    await list().leave();
  });

  it("takes in a folder that is added, and forgets one that leaves", async () => {
    write("../third", "kites.ts", "export function flyAllKites(): void {}\n");
    workbench().changeFolders([other, "../third"]);
    await find("flyAllKites", /third\/kites\.ts:/);
    await list().leave();
    workbench().changeFolders(["../third"]);
    await list().open("Hearth: Search Code", /^Search Code/);
    await eventually("no code of the folder that left", async () => {
      await list().input.fill("");
      await list().input.fill("chaseMothsAway");
      await list().rows("Nothing found").or(list().rows(/\.ts:/)).first().waitFor();
      return (await list().rows(/moths\.ts/).count()) === 0 ? true : undefined;
    });
    await list().leave();
    await find("zoneOf", /workspace\/src\/zones\.ts:/);
    assert.equal(await list().rows(/workspace-2/).count(), 0);
    await list().leave();
  });
});
