import { createHash } from "node:crypto";
import path from "node:path";
import { hearthHome } from "../common/hearthHome";

/** Where the terminal keeps the index of a workspace: `index/<hash of its path>` under Hearth's own folder. */
export function defaultIndexStorage(root: string, env: NodeJS.ProcessEnv = process.env): string {
  const absolute = path.resolve(root);
  const key = process.platform === "win32" ? absolute.toLowerCase() : absolute;
  return path.join(hearthHome(env), "index", createHash("sha256").update(key).digest("hex").slice(0, 16));
}
