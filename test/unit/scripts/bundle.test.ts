import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundle } from "../../../scripts/bundle.mjs";
import { llamaBinaries, platforms } from "../../../scripts/lib/llamaBinaries.mjs";

describe("the offline bundle", () => {
  const home = mkdtempSync(path.join(tmpdir(), "hearth-bundle-"));
  after(() => rmSync(home, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(path.join(home, name), text);
    return path.join(home, name);
  };

  it("holds extension, models, instructions, and a checksum of each", async () => {
    const outDir = path.join(home, "out");
    const vsix = file("hearth-linux-x64-0.1.0.vsix", "extension");
    await bundle({ models: [file("a.gguf", "weights")], outDir, target: "linux-x64", vsix });
    assert.deepEqual(readdirSync(outDir, { recursive: true }).sort(), ["README.md", "SHA256SUMS", "hearth-linux-x64-0.1.0.vsix", "models", path.join("models", "a.gguf")]);
    const lines = readFileSync(path.join(outDir, "SHA256SUMS"), "utf8").trim().split("\n");
    assert.equal(lines.length, 3);
    for (const line of lines) {
      const [sum, name = ""] = line.split("  ");
      assert.equal(sum, createHash("sha256").update(readFileSync(path.join(outDir, name))).digest("hex"), name);
    }
    assert.match(readFileSync(path.join(outDir, "README.md"), "utf8"), /--install-extension hearth-linux-x64-0\.1\.0\.vsix[\s\S]*- a\.gguf/);
  });

  it("names a model file that is not there", async () => {
    await assert.rejects(bundle({ models: [path.join(home, "none.gguf")], outDir: path.join(home, "other"), vsix: "x" }), /no model file .*none\.gguf/);
  });
});

describe("the platforms' binaries", () => {
  it("are refused for a platform that has none", async () => {
    await assert.rejects(llamaBinaries("sunos-sparc"), /no node-llama-cpp binaries for sunos-sparc/);
    assert.ok(platforms.includes("win32-x64"));
  });
});
