import { readFile } from "node:fs/promises";
import path from "node:path";
import type { WorkspaceRoot } from "./ports";

/** A folder of the workspace, as the paths of the index name it. */
export interface WorkspaceFolder {
  /** Absolute. */
  readonly path: string;
  /** Begins the paths of its files: "" where it is the only folder, else its name and a slash. */
  readonly prefix: string;
  /** The globs that are left out of it instead of the config's, where it has its own. */
  readonly exclude?: readonly string[];
}

export interface LocatedPath {
  readonly folder: WorkspaceFolder;
  /** Relative to the folder, with forward slashes. */
  readonly inner: string;
}

/** The folders of a workspace: which file a path of the index stands for, and back. */
export class WorkspaceFolders {
  readonly all: readonly WorkspaceFolder[];

  constructor(roots: readonly WorkspaceRoot[]) {
    const isAlone = roots.length === 1;
    this.all = roots.map(({ path: folder, name, exclude }) => ({ path: path.resolve(folder), prefix: isAlone ? "" : `${name}/`, ...(exclude && { exclude }) }));
  }

  /** Undefined for a path that begins with no folder's name, or leads out of the folder. */
  locate(file: string): LocatedPath | undefined {
    if (file.split("/").includes("..")) return undefined;
    const folder = this.all.filter(({ prefix }) => file.startsWith(prefix)).sort(byPrefixLength)[0];
    return folder && { folder, inner: file.slice(folder.prefix.length) };
  }

  /** Undefined where `locate` is. */
  absolute(file: string): string | undefined {
    const located = this.locate(file);
    return located && path.join(located.folder.path, located.inner);
  }

  /** The path in the index of an absolute one, by the innermost folder; undefined outside of all. The folder itself is its prefix. */
  relative(absolute: string): string | undefined {
    const inside = this.all.flatMap((folder) => {
      const inner = relativeTo(folder.path, absolute);
      const isOutside = inner === ".." || inner.startsWith(`..${path.sep}`) || path.isAbsolute(inner);
      return isOutside ? [] : [folder.prefix + inner.replaceAll(path.sep, "/")].map((file) => ({ file, inner }));
    });
    return inside.sort((a, b) => a.inner.length - b.inner.length)[0]?.file;
  }

  /** Where other folders lie inside of this one: relative to it, with a slash at the end. */
  within({ path: outer }: WorkspaceFolder): readonly string[] {
    return this.all.flatMap((other) => {
      const inner = path.relative(outer, other.path);
      return inner === "" || inner.startsWith("..") || path.isAbsolute(inner) ? [] : [`${inner.replaceAll(path.sep, "/")}/`];
    });
  }

  /** The bytes of a file; undefined when it cannot be read. */
  async read(file: string): Promise<Buffer | undefined> {
    const absolute = this.absolute(file);
    return absolute === undefined ? undefined : readFile(absolute).catch(() => undefined);
  }
}

function byPrefixLength(a: WorkspaceFolder, b: WorkspaceFolder): number {
  return b.prefix.length - a.prefix.length;
}

/** As `path.relative`, which takes long enough that thousands of file events would hold the editor up. */
function relativeTo(folder: string, absolute: string): string {
  const start = folder + path.sep;
  return absolute.startsWith(start) && !absolute.includes("..") && !absolute.endsWith(path.sep) ? absolute.slice(start.length) : path.relative(folder, absolute);
}
