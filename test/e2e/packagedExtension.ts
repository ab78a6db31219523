import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../../scripts/lib/project.mjs";
import { run } from "../../scripts/lib/processes.mjs";
import { installVsix } from "../../scripts/lib/vscodeServer.mjs";

let made: Promise<string> | undefined;

/** A folder of extensions with the VSIX installed in it, as a person gets it. Made once for all suites of a run. */
export function packagedExtension(): Promise<string> {
  return (made ??= makePackage());
}

async function makePackage(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "hearth-vsix-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const { code, output } = await run(process.execPath, [path.join(root, "scripts/package.mjs"), `--out=${folder}`], { quiet: true });
  assert.equal(code, 0, output);
  const [, vsix] = /^VSIX: (.*)$/m.exec(output) ?? [];
  assert.ok(vsix, output);
  const extensionsDir = path.join(folder, "extensions");
  await installVsix({ dataDir: path.join(folder, "data"), extensionsDir }, vsix);
  return extensionsDir;
}
