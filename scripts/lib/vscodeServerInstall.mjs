// Installs the VS Code Server from the package registry, apart from the project's own dependencies.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { npm } from "./npm.mjs";
import { isRunning } from "./processes.mjs";
import { PlainError, step } from "./progress.mjs";
import { cacheDir, readManifest } from "./project.mjs";

/** The npm package `code-server` carries the VS Code Server; this version holds VS Code 1.139.1. */
const version = "4.139.1";
const serversDir = path.join(cacheDir, "vscode-server");
/** Its native modules fit one platform and one Node only: the project's. */
const installDir = path.join(serversDir, `${version}-${process.platform}-${process.arch}-node${readManifest().devDependencies.node}`);
const partial = "installing-";

/** The program to run in the project's Node, once it is installed. */
export const serverMain = path.join(installDir, "node_modules", "code-server", "lib", "vscode", "out", "server-main.js");

/** What the server's native modules are compiled with on Debian and Ubuntu. */
export const buildPackages = ["g++", "make", "python3", "pkg-config", "libkrb5-dev", "libx11-dev", "libxkbfile-dev", "libsecret-1-dev"];

/** @type {Promise<void> | undefined} */
let installed;

/** Installs the server when it is not there. A failure is the same for everybody who asks in this process. */
export function installServer() {
  installed ??= install();
  return installed;
}

/**
 * The server gets its place only when it is whole: one that was cut short is begun anew in an empty folder, and two
 * processes that install at once do no harm.
 */
async function install() {
  if (existsSync(installDir)) return;
  removeLeftovers();
  await step(`Installing VS Code Server (npm package code-server ${version}; about 2 minutes, once)`, async () => {
    const folder = path.join(serversDir, `${partial}${process.pid}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(serverManifest(), undefined, 2));
    const { code, output } = await npm(["install", "--loglevel=error", "--no-audit", "--no-fund", "--no-progress"], {
      cwd: folder,
      env: { npm_config_dangerously_allow_all_scripts: "true" },
    });
    if (code !== 0) throw installError(output);
    putInPlace(folder);
  });
}

/** Folders of installs whose process is gone. */
function removeLeftovers() {
  mkdirSync(serversDir, { recursive: true });
  const left = readdirSync(serversDir).filter((name) => name.startsWith(partial) && !isRunning(Number(name.slice(partial.length))));
  for (const name of left) rmSync(path.join(serversDir, name), { recursive: true, force: true });
}

function putInPlace(/** @type {string} */ folder) {
  try {
    renameSync(folder, installDir);
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(installDir)) throw error;
    rmSync(folder, { recursive: true, force: true });
  }
}

function serverManifest() {
  const allowScripts = { "code-server": true, argon2: true, "@vscode/spdlog": true };
  return { name: "hearth-vscode-server", private: true, allowScripts, dependencies: { "code-server": version } };
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
