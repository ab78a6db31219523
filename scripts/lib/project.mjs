// Where things are in this project. Plain Node built-ins: it is used before anything is installed.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. Looked for upwards, since the tests carry this file inside their bundles. */
export const root = findRoot(path.dirname(fileURLToPath(import.meta.url)));

/** Kept between runs, never committed: the VS Code Server, packages, logs, remembered results. */
export const cacheDir = path.join(root, ".cache");

/** The Node that the scripts continue in after setup; it comes with the project's packages. */
export const projectNode = path.join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

/** @param {string} folder @returns {string} */
function findRoot(folder) {
  return existsSync(path.join(folder, "package.json")) ? folder : findRoot(path.dirname(folder));
}

/** @returns {any} package.json */
export function readManifest() {
  return JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
}

/**
 * The environment for everything that the scripts start: the project's Node goes first on PATH.
 * @param {Record<string, string | undefined>} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function projectEnv(extra = {}) {
  const PATH = existsSync(projectNode) ? `${path.dirname(projectNode)}${path.delimiter}${process.env["PATH"]}` : process.env["PATH"];
  return { ...process.env, PATH, ...extra };
}
