import ignore, { type Ignore } from "ignore";
import picomatch from "picomatch";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";

/** The ignore files of one folder and, behind it, those of the folders above. */
export interface IgnoreLevel {
  /** Relative to the root, with a slash at its end; "" for the root. */
  readonly folder: string;
  readonly rules: Ignore;
  readonly parent: IgnoreLevel | undefined;
}

export interface IgnoreSource {
  /** Name of the ignore file in its folder. */
  readonly name: string;
  readonly text: string;
}

/** git tells names apart by case where the file system does. */
const ignorecase = process.platform === "win32" || process.platform === "darwin";

/** Adds a folder's ignore files, given in rising precedence; the parent's level comes back when there are none. */
export function ignoreLevel(folder: string, sources: readonly IgnoreSource[], parent: IgnoreLevel | undefined): IgnoreLevel | undefined {
  if (sources.length === 0) return parent;
  const rules = ignore({ allowRelativePaths: true, ignorecase });
  for (const { name, text } of sources) rules.add(text.split(/\r?\n/).map((pattern) => ({ pattern, mark: name })));
  return { folder, rules, parent };
}

export type IgnoreVerdict = "ignored" | "unignored" | "unnamed";

export type IgnoreDecision =
  /** By this pattern of this ignore file, whose path is relative to the root. */
  | { readonly verdict: "ignored"; readonly file: string; readonly pattern: string }
  | { readonly verdict: "unignored" | "unnamed" };

/** The deepest ignore file that names the path, or a folder it lies in, decides as in git. A folder's path ends with a slash. */
export function ignoreDecision(file: string, level: IgnoreLevel | undefined): IgnoreDecision {
  for (let at = level; at; at = at.parent) {
    for (let inner = file.slice(at.folder.length); inner !== ""; inner = containingFolder(inner)) {
      const { ignored, unignored, rule } = at.rules.test(inner);
      if (ignored) return { verdict: "ignored", file: at.folder + (rule?.mark ?? ""), pattern: rule?.pattern ?? "" };
      if (unignored) return { verdict: "unignored" };
    }
  }
  return { verdict: "unnamed" };
}

export function ignoreVerdict(file: string, level: IgnoreLevel | undefined): IgnoreVerdict {
  return ignoreDecision(file, level).verdict;
}

/** The folder of a path, with a slash at its end; "" at the top. */
export function containingFolder(file: string): string {
  return file.slice(0, file.lastIndexOf("/", file.length - 2) + 1);
}

/** The first of the exclude globs that matches a path, as it is written in the settings. */
export function matchingGlob(file: string, globs: readonly string[]): string | undefined {
  return globs.find((glob) => excludeMatcher([glob])(file));
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
    throw new HearthError("bad-setting", t("An exclude glob of the index settings cannot be read."), {
      remedy: t("Correct hearth.index.exclude."),
      cause,
    });
  }
}
