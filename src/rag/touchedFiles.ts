import path from "node:path";
import { gitIgnored } from "./gitFiles";
import { IgnoreFiles } from "./ignoreFiles";
import { excludeMatcher } from "./ignoreRules";
import type { IndexConfig } from "./ports";
import { ownIgnoreFile, vcsFolders } from "./scanner";
import type { WorkspaceFolder, WorkspaceFolders } from "./workspaceFolders";
import { inspectPath } from "./workspaceScan";

/** What the index knows of paths. */
export interface KnownFiles {
  has(file: string): boolean;
  /** Whether it knows files below a folder. */
  hasBelow(folder: string): boolean;
}

/** What changed paths ask of the index. */
export type TouchedWork =
  | { readonly kind: "nothing" }
  /** Files that it knows are to be read again. */
  | { readonly kind: "files"; readonly paths: readonly string[] }
  /** Only a new scan tells what is to be indexed. */
  | { readonly kind: "scan" };

/** Looking at more paths than this one by one, as after a branch switch, costs more than a scan. */
const mostPaths = 1000;

/** Tells what changed paths mean to an index; those that the rules leave out anyway mean nothing. */
export class TouchedFiles {
  readonly #folders: WorkspaceFolders;
  readonly #useGit: boolean;
  readonly #exclude: readonly string[];
  readonly #known: KnownFiles;

  constructor({ exclude, useGit = true }: Pick<IndexConfig, "exclude" | "useGit">, folders: WorkspaceFolders, known: KnownFiles) {
    this.#folders = folders;
    this.#useGit = useGit;
    this.#exclude = exclude;
    this.#known = known;
  }

  async workFor(touched: readonly string[], signal: AbortSignal): Promise<TouchedWork> {
    const matchers = new Map(this.#folders.all.map((folder) => [folder, excludeMatcher(folder.exclude ?? this.#exclude)]));
    const paths = touched.filter((file) => {
      const located = this.#folders.locate(file);
      return located && matchers.get(located.folder)?.(located.inner) === false && !located.inner.split("/").some((part) => vcsFolders.has(part));
    });
    if (paths.length > mostPaths) return { kind: "scan" };
    const known = paths.filter((file) => this.#known.has(file));
    if (known.some(isIgnoreFile)) return { kind: "scan" };
    const others = await this.#thatMatter(paths.filter((file) => !this.#known.has(file)));
    if (await this.#anyNotIgnored(others, signal)) return { kind: "scan" };
    return known.length > 0 ? { kind: "files", paths: known } : { kind: "nothing" };
  }

  /** Unknown paths that are something to index, or were; an ignore file stands for the folder it rules. */
  async #thatMatter(paths: readonly string[]): Promise<readonly string[]> {
    const wanted = await Promise.all(
      paths.map(async (file) => {
        if (isIgnoreFile(file)) return [file.slice(0, file.lastIndexOf("/") + 1)];
        const found = await inspectPath(this.#folders, file);
        if (found === undefined) return this.#known.hasBelow(`${file}/`) ? [`${file}/`] : [];
        if (found === "folder") return [`${file}/`];
        return typeof found === "string" ? [] : [file];
      }),
    );
    return wanted.flat();
  }

  async #anyNotIgnored(paths: readonly string[], signal: AbortSignal): Promise<boolean> {
    if (paths.length === 0) return false;
    if (paths.some((file) => this.#folders.locate(file)?.inner === "" || (file.endsWith("/") && this.#known.hasBelow(file)))) return true;
    for (const folder of this.#folders.all) {
      const inner = paths.flatMap((file) => {
        const located = this.#folders.locate(file);
        return located?.folder === folder ? [located.inner] : [];
      });
      if (inner.length > 0 && (await this.#anyNotIgnoredIn(folder, inner, signal))) return true;
    }
    return false;
  }

  async #anyNotIgnoredIn(folder: WorkspaceFolder, paths: readonly string[], signal: AbortSignal): Promise<boolean> {
    const ignored = this.#useGit ? await gitIgnored(folder.path, paths, signal) : undefined;
    const rules = new IgnoreFiles(folder.path, ignored ? [ownIgnoreFile] : [".gitignore", ownIgnoreFile]);
    for (const file of paths) {
      const { verdict } = await rules.decision(file);
      if (verdict === "unignored" || (verdict === "unnamed" && ignored?.has(file) !== true)) return true;
    }
    return false;
  }
}

function isIgnoreFile(file: string): boolean {
  return [".gitignore", ownIgnoreFile].includes(path.posix.basename(file));
}
