import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./project.mjs";

/**
 * Copies the sample workspace for a test to change, as a git repository, with a folder that its .gitignore names.
 * @param {string} target is created
 * @param {Readonly<Record<string, unknown>>} settings the workspace's, for .vscode/settings.json
 * @returns {string} the target
 */
export function copySampleWorkspace(target, settings) {
  cpSync(path.join(root, "samples", "workspace"), target, { recursive: true });
  mkdirSync(path.join(target, "local"));
  writeFileSync(path.join(target, "local", "ignoredSecret.ts"), "export const ignoredSecretCheckDigit = 'never to be indexed';\n");
  writeWorkspaceSettings(target, settings);
  // Without git the workspace is a plain folder, which is fine too.
  spawnSync("git", ["init", "--quiet", target], { stdio: "ignore" });
  return target;
}

/** Writes .vscode/settings.json, in the place of what was there. */
export function writeWorkspaceSettings(/** @type {string} */ folder, /** @type {Readonly<Record<string, unknown>>} */ settings) {
  mkdirSync(path.join(folder, ".vscode"), { recursive: true });
  writeFileSync(path.join(folder, ".vscode", "settings.json"), JSON.stringify(settings, undefined, 2));
}
