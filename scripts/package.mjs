// `npm run package [-- --out=FOLDER] [--target=PLATFORM ...]`: makes hearth-PLATFORM-VERSION.vsix, an extension that needs
// no install of its own. By default for this machine's platform; `--target=all` makes one for each.
import { createVSIX } from "@vscode/vsce";
import { cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { platforms } from "./lib/llamaBinaries.mjs";
import { copyLlamaRuntime } from "./lib/llamaRuntime.mjs";
import { run } from "./lib/processes.mjs";
import { isMain, PlainError, runMain, step } from "./lib/progress.mjs";
import { cacheDir, projectNode, readManifest, root } from "./lib/project.mjs";

/** Copied as they are, where they exist. */
const shipped = ["l10n", "media", "package.nls.json", "package.nls.de.json", "README.md", "CHANGELOG.md", "LICENSE", ".vscodeignore"];

/** The name that VS Code gives to this machine's platform, such as linux-x64. */
export const ownPlatform = `${process.platform}-${process.arch}`;

/**
 * Builds the VSIX for one platform, with that platform's binaries and no others.
 * @param {{ outDir?: string, target?: string }} [options] default: the project's folder, this machine's platform
 * @returns {Promise<string>} its path
 */
export async function packageExtension({ outDir = root, target = ownPlatform } = {}) {
  const stage = path.join(cacheDir, `package-${target}`);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  mkdirSync(outDir, { recursive: true });
  await buildForRelease(stage);
  await copyLlamaRuntime(path.join(stage, "dist", "node_modules"), target);
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

/** The platforms that `--target` names. */
function wantedTargets(/** @type {readonly string[]} */ named) {
  const targets = named.includes("all") ? platforms : named.length === 0 ? [ownPlatform] : named;
  const unknown = targets.find((target) => !platforms.includes(target));
  if (unknown !== undefined) throw new PlainError(`There is no platform "${unknown}". Platforms: ${platforms.join(", ")}, all.`);
  return targets;
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: "string" }, target: { type: "string", multiple: true } } });
  const outDir = path.resolve(values.out ?? root);
  for (const target of wantedTargets(values.target ?? [])) {
    const vsix = await step(`Packaging the extension for ${target}`, () => packageExtension({ outDir, target }));
    console.log(`VSIX: ${vsix}\n${(statSync(vsix).size / 1e6).toFixed(1)} MB`);
  }
}

if (isMain(import.meta.url)) await runMain(main);
