import ignore, { type Ignore } from "ignore";
import picomatch from "picomatch";
import { HearthError } from "../common/errors";

/** The ignore files of one folder and, behind it, those of the folders above. */
export interface IgnoreLevel {
  /** Relative to the root, with a slash at its end; "" for the root. */
  readonly folder: string;
  readonly rules: Ignore;
  readonly parent: IgnoreLevel | undefined;
}

/** Adds a folder's ignore files, given in rising precedence; the parent's level comes back when there are none. */
export function ignoreLevel(folder: string, files: readonly string[], parent: IgnoreLevel | undefined): IgnoreLevel | undefined {
  if (files.length === 0) return parent;
  const rules = ignore({ allowRelativePaths: true });
  for (const text of files) rules.add(text);
  return { folder, rules, parent };
}

export type IgnoreVerdict = "ignored" | "unignored" | "unnamed";

/** The deepest ignore file that names the path, or a folder it lies in, decides as in git. A folder's path ends with a slash. */
export function ignoreVerdict(file: string, level: IgnoreLevel | undefined): IgnoreVerdict {
  for (let at = level; at; at = at.parent) {
    for (let inner = file.slice(at.folder.length); inner !== ""; inner = containingFolder(inner)) {
      const result = at.rules.test(inner);
      if (result.ignored) return "ignored";
      if (result.unignored) return "unignored";
    }
  }
  return "unnamed";
}

/** The folder of a path, with a slash at its end; "" at the top. */
function containingFolder(file: string): string {
  return file.slice(0, file.lastIndexOf("/", file.length - 2) + 1);
}

/**
 * Matches paths against the exclude globs of the settings; a glob that matches a folder takes in all below it.
 * Throws "bad-setting" for a glob that cannot be read.
 */
export function excludeMatcher(globs: readonly string[]): (file: string) => boolean {
  const bare = globs.map((glob) => glob.trim().replace(/^\.?\//, "").replace(/\/(?:\*\*)?$/, "")).filter((glob) => glob !== "");
  if (bare.length === 0) return () => false;
  try {
    const isMatch = picomatch(bare.flatMap((glob) => [glob, `${glob}/**`]), { dot: true });
    return (file) => isMatch(file);
  } catch (cause) {
    throw new HearthError("bad-setting", "An exclude glob of the index settings cannot be read.", {
      remedy: "Correct hearth.index.exclude.",
      cause,
    });
  }
}
