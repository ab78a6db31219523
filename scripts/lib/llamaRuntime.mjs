// The part of node-llama-cpp that runs: its modules, the modules they reach, and one platform's binaries. What builds
// llama.cpp from source, other platforms' binaries, the command line, types and source maps stay behind.
import { build } from "esbuild";
import { cpSync, globSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { llamaBinaries } from "./llamaBinaries.mjs";
import { root } from "./project.mjs";

/**
 * Copies the runtime into a node_modules folder.
 * @param {string} target is created
 * @param {string} [platform] such as linux-x64; default: this machine's
 */
export async function copyLlamaRuntime(target, platform = `${process.platform}-${process.arch}`) {
  const binaries = await llamaBinaries(platform);
  for (const file of [...(await reachedFiles()), ...ownFiles()]) copyFile(file, target);
  for (const { name, folder } of binaries) copyBinaries(name, folder, target);
}

/** Every module that node-llama-cpp reaches, found by following its imports, and its package's manifest and licence. */
async function reachedFiles() {
  const { metafile } = await build({
    stdin: { contents: 'import "node-llama-cpp"', resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    external: ["@node-llama-cpp/*", "@reflink/*"],
  });
  const modules = Object.keys(metafile.inputs).filter((file) => file.startsWith("node_modules/"));
  const folders = new Set(modules.flatMap(foldersOf));
  return [...modules, ...[...folders].flatMap(papersOf)];
}

/** The folders from a module's up to its package's: a package.json in any of them decides how the module is read. */
function foldersOf(/** @type {string} */ file) {
  const [top = ""] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
  const folders = [];
  for (let folder = path.posix.dirname(file); folder.length > top.length; folder = path.posix.dirname(folder)) folders.push(folder);
  return [...folders, top];
}

function papersOf(/** @type {string} */ folder) {
  return readdirSync(path.join(root, folder))
    .filter((name) => name === "package.json" || /^licen[cs]e/i.test(name))
    .map((name) => path.posix.join(folder, name));
}

/** What node-llama-cpp opens by path: modules that it starts as processes, grammars and its release's name. */
function ownFiles() {
  const folder = "node_modules/node-llama-cpp";
  const found = globSync([`${folder}/dist/**/*.js`, `${folder}/llama/*.json`, `${folder}/llama/grammars/**`], { cwd: root, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((file) => !file.startsWith(`${folder}/dist/cli/`));
}

function copyFile(/** @type {string} */ file, /** @type {string} */ target) {
  const to = path.join(target, file.slice("node_modules/".length));
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(path.join(root, file), to);
}

function copyBinaries(/** @type {string} */ name, /** @type {string} */ from, /** @type {string} */ target) {
  cpSync(from, path.join(target, "@node-llama-cpp", name), { recursive: true, filter: (file) => !/\.(d\.ts|map|md)$/.test(file) });
}
