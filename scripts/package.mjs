// `npm run package [-- --out=FOLDER]`: makes hearth-PLATFORM-VERSION.vsix, an extension that needs no install of its own.
import { createVSIX } from "@vscode/vsce";
import { cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { copyLlamaRuntime } from "./lib/llamaRuntime.mjs";
import { run } from "./lib/processes.mjs";
import { isMain, PlainError, runMain, step } from "./lib/progress.mjs";
import { cacheDir, projectNode, readManifest, root } from "./lib/project.mjs";

/** Copied as they are, where they exist. */
const shipped = ["media", "README.md", "CHANGELOG.md", "LICENSE", ".vscodeignore"];

/** The name that VS Code gives to this machine's platform, such as linux-x64. */
const target = `${process.platform}-${process.arch}`;

/**
 * Builds the VSIX for this machine's platform.
 * @param {{ outDir?: string }} [options] default: the project's folder
 * @returns {Promise<string>} its path
 */
export async function packageExtension({ outDir = root } = {}) {
  const stage = path.join(cacheDir, "package");
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  mkdirSync(outDir, { recursive: true });
  await buildForRelease(stage);
  await copyLlamaRuntime(path.join(stage, "dist", "node_modules"));
  writeFileSync(path.join(stage, "package.json"), JSON.stringify(shippedManifest(), undefined, 2));
  const vsix = path.join(outDir, `hearth-${target}-${readManifest().version}.vsix`);
  await createVSIX({ cwd: stage, packagePath: vsix, target, dependencies: false, allowMissingRepository: true, skipLicense: true });
  rmSync(stage, { recursive: true, force: true });
  return vsix;
}

async function buildForRelease(/** @type {string} */ stage) {
  const { code, output } = await run(projectNode, ["esbuild.mjs", "--production", `--dist=${path.join(stage, "dist")}`], { quiet: true });
  if (code !== 0) throw new PlainError(`The build failed:\n${output}`);
  for (const name of shipped) {
    if (existsSync(path.join(root, name))) cpSync(path.join(root, name), path.join(stage, name), { recursive: true });
  }
}

/** The manifest without what concerns this source tree alone. */
function shippedManifest() {
  const { private: _private, scripts: _scripts, devDependencies: _dev, dependencies: _own, allowScripts: _allow, files: _files, ...manifest } = readManifest();
  return manifest;
}

async function main() {
  const out = process.argv.find((argument) => argument.startsWith("--out="))?.slice("--out=".length);
  const vsix = await step(`Packaging the extension for ${target}`, () => packageExtension(out === undefined ? {} : { outDir: path.resolve(out) }));
  console.log(`VSIX: ${vsix}\n${(statSync(vsix).size / 1e6).toFixed(1)} MB`);
}

if (isMain(import.meta.url)) await runMain(main);
