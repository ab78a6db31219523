import assert from "node:assert/strict";
import { globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { testModel } from "../fixtures/models";
import { packagedExtension } from "./packagedExtension";
import { useWorkbench } from "./useWorkbench";

describe("the packaged extension (random weights)", () => {
  const workbench = useWorkbench(async () => ({
    settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 24, "hearth.seed": 7 },
    extension: "packaged",
  }));

  async function installed(): Promise<string> {
    const extensions = await packagedExtension();
    const [folder, ...others] = globSync("hearth.hearth-*", { cwd: extensions });
    assert.ok(folder !== undefined && others.length === 0, "one version of it");
    return path.join(extensions, folder);
  }

  it("answers and follows up as a person gets it", async () => {
    const chat = await workbench().openChat();
    await chat.indexReady();
    const first = await chat.askAndWait("What is a late parcel?");
    assert.equal(first.generated, 24);
    const second = await chat.askAndWait("Since when?");
    assert.ok(second.reused >= first.read + first.generated - 1);
    await workbench().screenshot("vsix");
  });

  it("keeps to the sizes that it promises, and has both languages", async () => {
    const folder = await installed();
    const size = (file: string) => statSync(path.join(folder, file)).size;
    assert.ok(size("dist/extension.js") < 300_000, `${size("dist/extension.js")} bytes of dist/extension.js`);
    assert.ok(size("dist/webview/webview.js") < 500_000, `${size("dist/webview/webview.js")} bytes of dist/webview/webview.js`);
    for (const file of ["package.nls.json", "package.nls.de.json", "l10n/bundle.l10n.de.json"]) JSON.parse(readFileSync(path.join(folder, file), "utf8"));
  });
});
