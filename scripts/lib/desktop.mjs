// Desktop VS Code: the one that is installed, and the one that the tests can download.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isExecutable, placesOnPath } from "./executable.mjs";
import { cacheDir } from "./project.mjs";

const rememberFor = 24 * 60 * 60 * 1000;
const memory = path.join(cacheDir, "vscode-desktop", "unavailable.json");

/** @returns {string | undefined} the path of the `code` command, when it is on PATH */
export function findDesktopCode(env = process.env) {
  return placesOnPath(env, [process.platform === "win32" ? "code.cmd" : "code"]).find(isExecutable);
}

/**
 * @typedef {{ kind: "desktop", executable: string, reason: string }} DesktopEditor
 * @typedef {{ kind: "server", reason: string }} ServerEditor
 */

/**
 * Chooses the VS Code that runs the host tests: the one that VSCODE_EXECUTABLE names, else a downloaded desktop one,
 * else the server. A download that failed is not tried again for a day.
 * @param {object} deps
 * @param {NodeJS.ProcessEnv} deps.env
 * @param {() => Promise<string>} deps.download resolves with the program's path
 * @param {() => string | undefined} [deps.recall] why the last download failed, when that was lately
 * @param {(reason: string) => void} [deps.remember]
 * @param {(file: string) => boolean} [deps.exists]
 * @returns {Promise<DesktopEditor | ServerEditor>}
 */
export async function chooseHostEditor({ env, download, recall = recallFailure, remember = rememberFailure, exists = existsSync }) {
  const named = env["VSCODE_EXECUTABLE"];
  if (named) {
    if (!exists(named)) throw new Error(`VSCODE_EXECUTABLE names ${named}, which is not there.`);
    return { kind: "desktop", executable: named, reason: "named by VSCODE_EXECUTABLE" };
  }
  if (!hasDisplay(env)) return { kind: "server", reason: "there is no display for a desktop VS Code" };
  const known = recall();
  if (known !== undefined) return { kind: "server", reason: `no desktop VS Code could be downloaded lately (${known})` };
  try {
    return { kind: "desktop", executable: await download(), reason: "downloaded" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    remember(reason);
    return { kind: "server", reason: `no desktop VS Code can be downloaded (${reason})` };
  }
}

function hasDisplay(/** @type {NodeJS.ProcessEnv} */ env) {
  return process.platform !== "linux" || Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
}

/** Downloads the stable desktop VS Code into the cache; an earlier one is used again. Fails soon where there is no way to it. */
export async function downloadDesktop() {
  const { downloadAndUnzipVSCode, SilentReporter } = await import("@vscode/test-electron");
  return downloadAndUnzipVSCode({
    version: "stable",
    cachePath: path.join(cacheDir, "vscode-desktop"),
    reporter: new SilentReporter(),
    timeout: 10_000,
  });
}

function recallFailure() {
  if (!existsSync(memory)) return undefined;
  const { reason, at } = JSON.parse(readFileSync(memory, "utf8"));
  return Date.now() - at < rememberFor ? String(reason) : undefined;
}

function rememberFailure(/** @type {string} */ reason) {
  mkdirSync(path.dirname(memory), { recursive: true });
  writeFileSync(memory, JSON.stringify({ reason, at: Date.now() }));
}
