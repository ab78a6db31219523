// Installs VS Code Servers from the package registry, apart from the project's own dependencies.
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { npm } from "./npm.mjs";
import { isRunning } from "./processes.mjs";
import { PlainError, step } from "./progress.mjs";
import { cacheDir, projectNode, readManifest } from "./project.mjs";

/**
 * Versions of VS Code: the newest one, and the oldest that the extension is for. The npm package `code-server` of that
 * version carries the server; one that does not run in the project's Node comes with the one it was made for.
 */
const packages = /** @type {const} */ ({
  1.139: { "code-server": "4.139.1" },
  1.104: { "code-server": "4.104.0", node: "22.22.0" },
});
const newest = "1.139";

export const vscodeVersions = /** @type {readonly VscodeVersion[]} */ (Object.keys(packages));

/** @typedef {keyof typeof packages} Numbered */
/** @typedef {`${Numbered}`} VscodeVersion */

const serversDir = path.join(cacheDir, "vscode-server");
const partial = "installing-";

/** What the server's native modules are compiled with on Debian and Ubuntu. */
export const buildPackages = ["g++", "make", "python3", "pkg-config", "libkrb5-dev", "libx11-dev", "libxkbfile-dev", "libsecret-1-dev"];

/** The program to run in the project's Node, once it is installed. */
export function serverMain(/** @type {VscodeVersion} */ version = newest) {
  return path.join(serverFolder(installDir(version)), "out", "server-main.js");
}

/** The Node that runs it. */
export function serverNode(/** @type {VscodeVersion} */ version = newest) {
  const program = process.platform === "win32" ? "node.exe" : "node";
  return "node" in packages[version] ? path.join(installDir(version), "node_modules", "node", "bin", program) : projectNode;
}

/** Its native modules fit one platform only, and the Node that they were compiled in. */
function installDir(/** @type {VscodeVersion} */ version) {
  return path.join(serversDir, `${packages[version]["code-server"]}-${process.platform}-${process.arch}-node${readManifest().devDependencies.node}`);
}

function serverFolder(/** @type {string} */ folder) {
  return path.join(folder, "node_modules", "code-server", "lib", "vscode");
}

/** @type {Map<VscodeVersion, Promise<void>>} */
const installed = new Map();

/** Installs the server when it is not there. A failure is the same for everybody who asks in this process. */
export function installServer(/** @type {VscodeVersion} */ version = newest) {
  const known = installed.get(version) ?? install(version);
  installed.set(version, known);
  return known;
}

/**
 * The server gets its place only when it is whole: one that was cut short is begun anew in an empty folder, and two
 * processes that install at once do no harm.
 */
async function install(/** @type {VscodeVersion} */ version) {
  if (existsSync(installDir(version))) return;
  removeLeftovers();
  // It brings a search program that the older one would have to download.
  if (version !== newest) await installServer(newest);
  await step(`Installing VS Code Server ${version} (npm package code-server ${packages[version]["code-server"]}; some minutes, once)`, async () => {
    const folder = path.join(serversDir, `${partial}${process.pid}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(serverManifest(packages[version]), undefined, 2));
    await (version === newest ? installWhole(folder) : installInParts(folder));
    putInPlace(folder, installDir(version));
  });
}

async function installWhole(/** @type {string} */ folder) {
  await quietNpm(folder, ["install"]);
}

/**
 * An older package's own install wants the Node of its time, and downloads the search program from elsewhere. So its
 * steps are taken one by one: the packages, the search program, and then what has to be compiled.
 */
async function installInParts(/** @type {string} */ folder) {
  await quietNpm(folder, ["install", "--ignore-scripts"]);
  await quietNpm(folder, ["rebuild", "node"]);
  const server = serverFolder(folder);
  await quietNpm(server, ["install", "--omit=dev", "--ignore-scripts"]);
  const ripgrep = path.join(server, "node_modules", "@vscode", "ripgrep", "bin");
  mkdirSync(ripgrep, { recursive: true });
  for (const program of ownRipgrep()) copyFileSync(program, path.join(ripgrep, path.basename(program)));
  await quietNpm(server, ["rebuild"]);
  await quietNpm(path.join(server, "extensions"), ["install", "--omit=dev", "--ignore-scripts"]);
}

/** The newest server's own search program for this platform. */
function ownRipgrep() {
  const bin = path.join(serverFolder(installDir(newest)), "node_modules", "@vscode", "ripgrep-universal", "bin", `${process.platform}-${process.arch}`);
  return readdirSync(bin).map((name) => path.join(bin, name));
}

async function quietNpm(/** @type {string} */ cwd, /** @type {string[]} */ args) {
  const { code, output } = await npm([...args, "--loglevel=error", "--no-audit", "--no-fund", "--no-progress"], {
    cwd,
    env: { npm_config_dangerously_allow_all_scripts: "true", npm_config_yes: "true" },
  });
  if (code !== 0) throw installError(output);
}

/** Folders of installs whose process is gone. */
function removeLeftovers() {
  mkdirSync(serversDir, { recursive: true });
  const left = readdirSync(serversDir).filter((name) => name.startsWith(partial) && !isRunning(Number(name.slice(partial.length))));
  for (const name of left) rmSync(path.join(serversDir, name), { recursive: true, force: true });
}

function putInPlace(/** @type {string} */ folder, /** @type {string} */ place) {
  try {
    renameSync(folder, place);
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(place)) throw error;
    rmSync(folder, { recursive: true, force: true });
  }
}

function serverManifest(/** @type {Record<string, string>} */ dependencies) {
  const allowScripts = { "code-server": true, argon2: true, "@vscode/spdlog": true, node: true };
  return { name: "hearth-vscode-server", private: true, allowScripts, dependencies };
}

function installError(/** @type {string} */ output) {
  const log = path.join(cacheDir, "logs", "vscode-server-install.log");
  mkdirSync(path.dirname(log), { recursive: true });
  writeFileSync(log, output);
  const lastLines = output.trim().split("\n").slice(-15).join("\n");
  return new PlainError(
    `VS Code Server could not be installed:\n${lastLines}\n\nThe whole log: ${log}\n` +
      `It compiles native modules. On Debian or Ubuntu this installs what they need:\n  apt-get install -y ${buildPackages.join(" ")}`,
  );
}
