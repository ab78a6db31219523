import { realpath } from "node:fs/promises";
import path from "node:path";
import { git, gitFiles } from "./gitFiles";
import { IgnoreFiles } from "./ignoreFiles";
import { ownIgnoreFile } from "./scanner";

/** What leaves a file out. */
export interface IgnoringPattern {
  /** The ignore file: relative to the workspace folder, or absolute where it lies outside. */
  readonly file: string;
  /** 1-based; where git names it. */
  readonly line?: number;
  readonly pattern: string;
}

/** Which pattern of which ignore file leaves out a file that is there. Undefined: none. Paths are relative to the root. */
export async function ignoringPattern(root: string, file: string, useGit: boolean): Promise<IgnoringPattern | undefined> {
  const own = await new IgnoreFiles(root, [ownIgnoreFile]).decision(file);
  if (own.verdict === "ignored") return own;
  if (own.verdict === "unignored") return undefined;
  if (useGit && (await gitFiles(root)) !== undefined) return gitPattern(await realpath(root), file);
  const walked = await new IgnoreFiles(root, [".gitignore", ownIgnoreFile]).decision(file);
  return walked.verdict === "ignored" ? walked : undefined;
}

/** Asks the innermost repository for the file, then the one around that for the inner repository, up to the root. */
async function gitPattern(root: string, file: string): Promise<IgnoringPattern | undefined> {
  for (let at = path.join(root, file); isInside(root, at); ) {
    const folder = path.dirname(at);
    const found = await checkIgnore(root, folder, path.basename(at));
    if (found) return found;
    const top = (await git(folder, ["rev-parse", "--show-toplevel"]))?.trim();
    if (top === undefined || top === "") return undefined;
    at = path.resolve(top);
  }
  return undefined;
}

async function checkIgnore(root: string, folder: string, name: string): Promise<IgnoringPattern | undefined> {
  const output = await git(folder, ["check-ignore", "-v", "-z", "--stdin"], undefined, `${name}\0`);
  const [source, line, pattern] = output?.split("\0") ?? [];
  if (source === undefined || source === "" || pattern === undefined || pattern.startsWith("!")) return undefined;
  const top = (await git(folder, ["rev-parse", "--show-toplevel"]))?.trim() ?? folder;
  const absolute = path.resolve(top, source);
  const relative = path.relative(root, absolute).replaceAll(path.sep, "/");
  return { file: isInside(root, absolute) ? relative : absolute, line: Number(line), pattern };
}

function isInside(root: string, absolute: string): boolean {
  const inner = path.relative(root, absolute);
  return inner !== "" && !inner.startsWith("..") && !path.isAbsolute(inner);
}
