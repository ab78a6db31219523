import { createHash } from "node:crypto";
import os from "node:os";
import path from "node:path";

/** The folder for Hearth's own data: `HEARTH_HOME`, by default `.hearth` in the home folder. */
export function hearthHome(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env["HEARTH_HOME"];
  return chosen ? path.resolve(chosen) : path.join(os.homedir(), ".hearth");
}

/** Where the terminal keeps the index of a workspace: `index/<hash of its path>` under Hearth's own folder. */
export function defaultIndexStorage(root: string, env: NodeJS.ProcessEnv = process.env): string {
  const absolute = path.resolve(root);
  const key = process.platform === "win32" ? absolute.toLowerCase() : absolute;
  return path.join(hearthHome(env), "index", createHash("sha256").update(key).digest("hex").slice(0, 16));
}
