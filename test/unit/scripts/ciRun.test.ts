import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../../../scripts/lib/project.mjs";
import { buildPackages } from "../../../scripts/lib/vscodeServerInstall.mjs";

describe(".ci/run", () => {
  it("installs what VS Code Server is built with", () => {
    const words = new Set(readFileSync(path.join(root, ".ci", "run"), "utf8").split(/\s+/));
    assert.deepEqual(buildPackages.filter((name) => !words.has(name)), []);
  });
});
