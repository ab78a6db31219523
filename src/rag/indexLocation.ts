import { createHash } from "node:crypto";
import path from "node:path";
import { hearthHome } from "../common/hearthHome";

/** Where the terminal keeps the index of one folder or of several together: `index/<hash of their paths>` under Hearth's own folder. */
export function defaultIndexStorage(folders: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const absolute = folders.map((folder) => path.resolve(folder)).join("\0");
  const key = process.platform === "win32" ? absolute.toLowerCase() : absolute;
  return path.join(hearthHome(env), "index", createHash("sha256").update(key).digest("hex").slice(0, 16));
}
