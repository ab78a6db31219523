import type { Dirent } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "../common/errors";
import { gitFiles, gitIgnoredFiles } from "./gitFiles";
import { containingFolder, excludeMatcher, ignoreLevel, type IgnoreLevel, type IgnoreSource, ignoreVerdict } from "./ignoreRules";
import { skipByName, skipBySize, type SkipReason } from "./skipRules";

/** A file that may go into the index. */
export interface FoundFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

export interface Scan {
  readonly files: readonly FoundFile[];
  /** Left out, path to reason. Ignored and excluded files are not in it. */
  readonly skipped: ReadonlyMap<string, SkipReason>;
}

export const ownIgnoreFile = ".hearthignore";
export const vcsFolders: ReadonlySet<string> = new Set([".git", ".hg", ".svn", ".jj"]);

export interface ScanOptions {
  /** Whether git may be run in the folder. True by default. */
  readonly useGit?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Lists what is to be indexed below `root`: git's own list where there is git, a walk with nested ignore files
 * elsewhere, then `.hearthignore`, the exclude globs, and what name and size rule out. Throws when the root itself
 * cannot be read, lest a folder that is away for a moment empties the index.
 */
export async function scan(root: string, exclude: readonly string[], options: ScanOptions = {}): Promise<Scan> {
  await readdir(root);
  const lister = new Lister(root, excludeMatcher(exclude), options);
  const { signal } = options;
  const files: FoundFile[] = [];
  const skipped = new Map<string, SkipReason>();
  // git lists a submodule like a file; only looking at it tells, and then its own files join.
  for (let folders = [""]; folders.length > 0; ) {
    const paths = await lister.list(folders);
    folders = await inspect(root, paths, { files, skipped }, signal);
  }
  for (const folder of lister.unreadable) skipped.set(folder, "unreadable");
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, skipped };
}

class Lister {
  #paths = new Set<string>();
  /** Folders that could not be read. */
  readonly unreadable = new Set<string>();
  /** By folder; those of outer folders go on in the repositories inside. */
  readonly #levels = new Map<string, IgnoreLevel>();
  readonly #root: string;
  readonly #isExcluded: (file: string) => boolean;
  readonly #useGit: boolean;
  readonly #signal: AbortSignal | undefined;

  constructor(root: string, isExcluded: (file: string) => boolean, { useGit = true, signal }: ScanOptions) {
    this.#root = root;
    this.#isExcluded = isExcluded;
    this.#useGit = useGit;
    this.#signal = signal;
  }

  /** Paths of the files below folders, which are relative, with a slash at their end, or "". */
  async list(folders: readonly string[]): Promise<readonly string[]> {
    this.#paths = new Set();
    for (const folder of folders) await this.#list(folder);
    return [...this.#paths].sort();
  }

  async #list(folder: string): Promise<void> {
    const files = this.#useGit ? await gitFiles(path.join(this.#root, folder), this.#signal) : undefined;
    if (files) await this.#takeGitList(folder, files);
    else await this.#walk(folder);
  }

  async #takeGitList(folder: string, files: readonly string[]): Promise<void> {
    const wanted = files.map((file) => folder + file).filter((file) => !this.#isExcluded(file.replace(/\/$/, "")));
    const unignores = await this.#readOwnIgnoreFiles(folder, wanted);
    const inner: string[] = [];
    for (const file of wanted) {
      if (ignoreVerdict(file, this.#levelOf(file)) === "ignored") continue;
      if (file.endsWith("/")) inner.push(file);
      else this.#paths.add(file);
    }
    if (unignores) await this.#takeUnignored(folder);
    for (const repository of inner) await this.#list(repository);
  }

  /** `!` in .hearthignore brings back what git ignores. */
  async #takeUnignored(folder: string): Promise<void> {
    for (const entry of await gitIgnoredFiles(path.join(this.#root, folder), this.#signal)) {
      const file = folder + entry;
      if (!this.#isExcluded(file) && ignoreVerdict(file, this.#levelOf(file)) === "unignored") this.#paths.add(file);
    }
  }

  /** True when one of them brings something back. The one at the top counts even where git ignores it. */
  async #readOwnIgnoreFiles(folder: string, files: readonly string[]): Promise<boolean> {
    const own = files.filter((file) => path.posix.basename(file) === ownIgnoreFile);
    let unignores = false;
    for (const file of [...new Set([folder + ownIgnoreFile, ...own])].sort((a, b) => a.length - b.length)) {
      const text = await readText(path.join(this.#root, file));
      this.#addLevel(file.slice(0, -ownIgnoreFile.length), [{ name: ownIgnoreFile, text }]);
      unignores ||= /^!/m.test(text);
    }
    return unignores;
  }

  async #walk(folder: string): Promise<void> {
    this.#signal?.throwIfAborted();
    const entries = await this.#readFolder(folder);
    const names = new Set(entries.map((entry) => entry.name));
    const sources = [".gitignore", ownIgnoreFile].filter((name) => names.has(name));
    const texts = sources.map(async (name) => ({ name, text: await readText(path.join(this.#root, folder, name)) }));
    this.#addLevel(folder, await Promise.all(texts));
    for (const entry of entries) await this.#visit(folder + entry.name, entry);
  }

  async #visit(file: string, entry: Dirent): Promise<void> {
    if (vcsFolders.has(entry.name) || this.#isExcluded(file)) return;
    const isFolder = entry.isDirectory();
    if (ignoreVerdict(isFolder ? `${file}/` : file, this.#levelOf(file)) === "ignored") return;
    if (!isFolder) this.#paths.add(file);
    else if (await isRepository(path.join(this.#root, file))) await this.#list(`${file}/`);
    else await this.#walk(`${file}/`);
  }

  async #readFolder(folder: string): Promise<Dirent[]> {
    try {
      return await readdir(path.join(this.#root, folder), { withFileTypes: true });
    } catch (error) {
      if (!isGone(error)) this.unreadable.add(folder);
      return [];
    }
  }

  #addLevel(folder: string, sources: readonly IgnoreSource[]): void {
    const level = ignoreLevel(folder, sources, this.#levelOf(folder));
    if (level) this.#levels.set(folder, level);
  }

  /** What rules a path: the ignore files of the folders it lies in. */
  #levelOf(file: string): IgnoreLevel | undefined {
    for (let folder = containingFolder(file); folder !== ""; folder = containingFolder(folder)) {
      const level = this.#levels.get(folder);
      if (level) return level;
    }
    return this.#levels.get("");
  }
}

async function isRepository(folder: string): Promise<boolean> {
  return lstat(path.join(folder, ".git")).then(
    () => true,
    () => false,
  );
}

async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

const statBatch = 64;

interface Findings {
  readonly files: FoundFile[];
  readonly skipped: Map<string, SkipReason>;
}

/** Sorts paths into files and skipped ones; comes back with those that are folders. */
async function inspect(root: string, paths: readonly string[], findings: Findings, signal?: AbortSignal): Promise<string[]> {
  const folders: string[] = [];
  for (let start = 0; start < paths.length; start += statBatch) {
    signal?.throwIfAborted();
    const batch = paths.slice(start, start + statBatch);
    const results = await Promise.all(batch.map((file) => inspectFile(root, file)));
    for (const [i, file] of batch.entries()) {
      const result = results[i];
      if (result === "folder") folders.push(`${file}/`);
      else if (typeof result === "string") findings.skipped.set(file, result);
      else if (result) findings.files.push(result);
    }
  }
  return folders;
}

/** What one path is: a file that may be indexed, why not, a folder, or nothing there. */
export type Inspection = FoundFile | SkipReason | "folder" | undefined;

/** Undefined for a file that is deleted but still in git's list, and for sockets and the like. */
export async function inspectFile(root: string, file: string): Promise<Inspection> {
  const reason = skipByName(file);
  if (reason) return reason;
  try {
    const stat = await lstat(path.join(root, file));
    if (stat.isSymbolicLink()) return "symlink";
    if (stat.isDirectory()) return "folder";
    if (!stat.isFile()) return undefined;
    return skipBySize(file, stat.size) ?? { path: file, bytes: stat.size, mtimeMs: stat.mtimeMs };
  } catch (error) {
    // A name that is no text comes with replacement characters, and nothing is found by it.
    return isGone(error) && !file.includes("\uFFFD") ? undefined : "unreadable";
  }
}

function isGone(error: unknown): boolean {
  const code = systemCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}
