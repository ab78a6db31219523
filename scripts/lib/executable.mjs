import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Whether the file is there and this user may run it. */
export function isExecutable(/** @type {string} */ file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // missing, or not a program
  }
}

/** Where each of the programs would be on PATH, in PATH's order. */
export function placesOnPath(/** @type {NodeJS.ProcessEnv} */ env, /** @type {readonly string[]} */ names) {
  const folders = (env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
}
