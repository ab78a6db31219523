// Tells whether files changed since a result was made from them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./project.mjs";

/**
 * A short text that differs when a file below the places was added, removed or written.
 * @param {readonly string[]} places files and folders, relative to the root; missing ones count as empty
 */
export function fingerprint(places) {
  const hash = createHash("sha256");
  for (const file of places.flatMap(listFiles).sort()) {
    const { mtimeMs, size } = statSync(path.join(root, file));
    hash.update(`${file}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest("hex");
}

/** @returns {string[]} */
function listFiles(/** @type {string} */ place) {
  const stats = statSync(path.join(root, place), { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return [place];
  const names = readdirSync(path.join(root, place), { recursive: true, encoding: "utf8" });
  return names.map((name) => path.join(place, name)).filter((file) => statSync(path.join(root, file)).isFile());
}

/** @returns {string | undefined} what was last written to the stamp, or undefined when there is none */
export function readStamp(/** @type {string} */ file) {
  try {
    return readFileSync(path.join(root, file), "utf8").trim();
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return undefined;
    throw error;
  }
}

export function writeStamp(/** @type {string} */ file, /** @type {string} */ text) {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${text}\n`);
}
