import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../../scripts/lib/project.mjs";
import { run } from "../../scripts/lib/processes.mjs";
import { testModel } from "../fixtures/models";
import { useWorkbench } from "./useWorkbench";

describe("the packaged extension (random weights)", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "hearth-vsix-"));
  const workbench = useWorkbench(async () => {
    const { code, output } = await run(process.execPath, [path.join(root, "scripts/package.mjs"), `--out=${folder}`], { quiet: true });
    assert.equal(code, 0, output);
    const [, vsix = ""] = /^VSIX: (.*)$/m.exec(output) ?? [];
    return { settings: { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 24, "hearth.seed": 7 }, extension: vsix };
  });

  after(() => rmSync(folder, { recursive: true }));

  it("answers and follows up as a person gets it", async () => {
    const chat = await workbench().openChat();
    await chat.indexReady();
    const first = await chat.askAndWait("What is a late parcel?");
    assert.equal(first.generated, 24);
    const second = await chat.askAndWait("Since when?");
    assert.ok(second.reused >= first.read + first.generated - 1);
    await workbench().screenshot("vsix");
  });
});
