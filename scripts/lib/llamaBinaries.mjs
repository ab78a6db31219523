// The prebuilt binaries of node-llama-cpp, one npm package for each platform and GPU interface. This machine's own are
// among the project's packages; those of other platforms are fetched from the registry, once, for packaging.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { npm } from "./npm.mjs";
import { PlainError } from "./progress.mjs";
import { cacheDir, root } from "./project.mjs";

/** Per platform the CPU's package, and the GPU's that every driver of the platform serves. */
const packages = {
  "linux-x64": ["linux-x64", "linux-x64-vulkan"],
  "linux-arm64": ["linux-arm64"],
  "darwin-arm64": ["mac-arm64-metal"],
  "darwin-x64": ["mac-x64"],
  "win32-x64": ["win-x64", "win-x64-vulkan"],
  "win32-arm64": ["win-arm64"],
};

/** The platforms that a VSIX can be made for, as the editor names them. */
export const platforms = Object.keys(packages);

/**
 * The folders of a platform's binaries, by package name.
 * @param {string} platform such as linux-x64
 * @returns {Promise<readonly { name: string, folder: string }[]>}
 */
export async function llamaBinaries(platform) {
  const names = packages[/** @type {keyof typeof packages} */ (platform)];
  if (!names) throw new PlainError(`There are no node-llama-cpp binaries for ${platform}. Platforms: ${platforms.join(", ")}.`);
  const folders = [];
  for (const name of names) folders.push({ name, folder: await binaryFolder(name, platform) });
  return folders;
}

async function binaryFolder(/** @type {string} */ name, /** @type {string} */ platform) {
  const own = path.join(root, "node_modules", "@node-llama-cpp", name);
  return existsSync(own) ? own : fetched(name, platform);
}

/** Kept in .cache, one folder for each version; npm checks what it fetches. */
async function fetched(/** @type {string} */ name, /** @type {string} */ platform) {
  const { version } = JSON.parse(readFileSync(path.join(root, "node_modules", "node-llama-cpp", "package.json"), "utf8"));
  const home = path.join(cacheDir, "llama-binaries", `${name}-${version}`);
  const folder = path.join(home, "node_modules", "@node-llama-cpp", name);
  if (existsSync(folder)) return folder;
  const partial = `${home}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const manifest = { name: "hearth-llama-binaries", private: true, dependencies: { [`@node-llama-cpp/${name}`]: version } };
  writeFileSync(path.join(partial, "package.json"), JSON.stringify(manifest));
  const [os = "", cpu = ""] = platform.split("-");
  // The packages refuse any other platform than their own.
  const flags = ["--force", `--os=${os}`, `--cpu=${cpu}`, "--ignore-scripts", "--loglevel=error", "--no-audit", "--no-fund", "--no-progress"];
  const { code, output } = await npm(["install", ...flags], { cwd: partial });
  if (code !== 0) throw new PlainError(`The package @node-llama-cpp/${name} ${version} could not be fetched:\n${output}`);
  rmSync(home, { recursive: true, force: true });
  renameSync(partial, home);
  return folder;
}
