// `npm run package:npm [-- --out=FOLDER]`: makes hearth-VERSION.tgz, the terminal program and the HTTP service as an npm
// package, without what is the editor's. `npm install -g FILE` installs it, `npm publish FILE` publishes it.
import { chmodSync, cpSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { npm } from "./lib/npm.mjs";
import { run } from "./lib/processes.mjs";
import { isMain, PlainError, runMain, step } from "./lib/progress.mjs";
import { cacheDir, projectNode, readManifest, root } from "./lib/project.mjs";

/** The programs that it consists of. */
const bundles = ["cli", "engine", "index"];
const papers = ["README.md", "CHANGELOG.md", "LICENSE"];

/**
 * Builds and packs the package.
 * @param {{ outDir?: string }} [options] default: the project's folder
 * @returns {Promise<string>} the path of the .tgz
 */
export async function packForNpm({ outDir = root } = {}) {
  const stage = path.join(cacheDir, `npm-package-${process.pid}`);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  mkdirSync(outDir, { recursive: true });
  try {
    await build(path.join(stage, "dist"));
    for (const name of papers) cpSync(path.join(root, name), path.join(stage, name));
    writeFileSync(path.join(stage, "package.json"), `${JSON.stringify(npmManifest(readManifest()), undefined, 2)}\n`);
    return path.join(outDir, await pack(stage, outDir));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

async function build(/** @type {string} */ dist) {
  const { code, output } = await run(projectNode, ["esbuild.mjs", "--production", `--only=${bundles.join(",")}`, `--dist=${dist}`], { quiet: true });
  if (code !== 0) throw new PlainError(`The build failed:\n${output}`);
  chmodSync(path.join(dist, "cli.mjs"), 0o755);
}

/** @returns {Promise<string>} the file's name */
async function pack(/** @type {string} */ stage, /** @type {string} */ outDir) {
  const { code, output } = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", outDir], { cwd: stage });
  if (code !== 0) throw new PlainError(`npm could not pack it:\n${output}`);
  const name = /"filename": "([^"]+\.tgz)"/.exec(output)?.[1];
  if (name === undefined) throw new PlainError(`npm packed it without saying where:\n${output}`);
  return name;
}

/**
 * The manifest of the npm package: the same name, version and dependencies, and nothing of the editor's.
 * @param {any} manifest package.json
 */
function npmManifest({ name, version, license, repository, engines, bin, dependencies }) {
  return {
    ...{ name, version, license, repository },
    description: "A coding assistant that runs on your own machine: chat with a local model in the terminal, over HTTP, about your code.",
    keywords: ["ai", "assistant", "chat", "cli", "gguf", "llama.cpp", "llm", "local", "openai-api", "rag"],
    type: "module",
    bin,
    files: ["dist", "CHANGELOG.md"],
    engines: { node: engines.node },
    dependencies,
  };
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  const file = await step("Packing the npm package", () => packForNpm({ outDir: path.resolve(values.out ?? root) }));
  console.log(`npm package: ${file}\n${(statSync(file).size / 1e6).toFixed(1)} MB`);
}

if (isMain(import.meta.url)) await runMain(main);
