import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import path from "node:path";
import { t } from "../common/l10n";
import type { CodeCorpus } from "./codeCorpus";
import { matchingGlob } from "./ignoreRules";
import { type IgnoringPattern, ignoringPattern } from "./ignoringPattern";
import type { FileVerdict, IndexConfig } from "./ports";
import { vcsFolders } from "./scanner";
import { mostBytes, type SkipReason } from "./skipRules";
import type { LocatedPath, WorkspaceFolders } from "./workspaceFolders";
import { inspectPath } from "./workspaceScan";

export interface FileVerdictsDeps {
  readonly config: Pick<IndexConfig, "exclude" | "useGit">;
  readonly folders: WorkspaceFolders;
  readonly corpus: () => CodeCorpus;
  /** How many chunks of a file have a vector. */
  readonly embedded: (file: string) => number;
  /** What the last scan left out, with the reasons. */
  readonly leftOut: () => ReadonlyMap<string, string>;
}

interface Cause {
  readonly reason: string;
  readonly detail: string;
}

const details: Readonly<Record<SkipReason, () => string>> = {
  binary: () => t("It is not text."),
  "too-large": () => t("It is too large."),
  generated: () => t("A tool wrote it: a lock file, a source map, minified code, or a file with a generator's mark."),
  minified: () => t("Its lines are longer than anybody writes them."),
  secret: () => t("Its name or its content is that of a secret, such as a key or a password file."),
  symlink: () => t("Symbolic links are not followed."),
  unreadable: () => t("It cannot be read."),
  "over-limit": () => t("The index is full, and other files were worked on more recently."),
};

/** Tells why files are in the index or not. */
export class FileVerdicts {
  readonly #deps: FileVerdictsDeps;

  constructor(deps: FileVerdictsDeps) {
    this.#deps = deps;
  }

  /** `asked` is a path of the index, or absolute. */
  async explain(asked: string): Promise<FileVerdict> {
    const { folders, corpus, embedded } = this.#deps;
    const absolute = path.isAbsolute(asked) ? asked : folders.absolute(asked);
    const file = absolute === undefined ? undefined : folders.relative(absolute);
    const located = file === undefined ? undefined : folders.locate(file);
    if (absolute === undefined || file === undefined || !located) return leftOut(asked, { reason: "outside", detail: t("It lies in none of the workspace's folders.") });
    const cause = await this.#causeOf(file, located);
    if (cause) return leftOut(file, cause);
    const language = corpus().files.get(file)?.language ?? "plaintext";
    return { kind: "indexed", path: file, chunks: corpus().chunkNumbersOf(file).length, language, embedded: embedded(file) };
  }

  /** Files that name, size, content or the file system keep out, by path. */
  leftOut(limit: number): readonly FileVerdict[] {
    const all = new Map(this.#deps.leftOut());
    for (const { path: file, skipped } of this.#deps.corpus().files.values()) if (skipped !== undefined) all.set(file, skipped);
    const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit);
    return sorted.map(([file, reason]) => leftOut(file, { reason, detail: detailOf(file, reason) }));
  }

  /** Undefined for a file that is in the index. */
  async #causeOf(file: string, located: LocatedPath): Promise<Cause | undefined> {
    const stats = await statsOf(path.join(located.folder.path, located.inner));
    if (!stats) return { reason: "missing", detail: t("There is no such file.") };
    if (stats.isDirectory()) return { reason: "folder", detail: t("It is a folder: ask for one of its files.") };
    const known = this.#deps.corpus().files.get(file);
    if (known) return known.skipped && because(file, known.skipped);
    return (await this.#ruleAgainst(located)) ?? (await this.#problemWith(file, located, stats));
  }

  /** What the person, or the repository, has said about the file. */
  async #ruleAgainst({ folder, inner }: LocatedPath): Promise<Cause | undefined> {
    const { exclude, useGit = true } = this.#deps.config;
    const vcs = inner.split("/").find((part) => vcsFolders.has(part));
    if (vcs !== undefined) return { reason: "excluded", detail: t("It belongs to version control ({0}).", vcs) };
    const glob = matchingGlob(inner, folder.exclude ?? exclude);
    if (glob !== undefined) return { reason: "excluded", detail: t("The settings exclude {0}.", glob) };
    const link = await linkAbove(folder.path, inner);
    if (link !== undefined) return { reason: "symlink", detail: t("{0} is a symbolic link; those are not followed.", link) };
    const found = await ignoringPattern(folder.path, inner, useGit);
    if (!found) return undefined;
    return { reason: "ignored", detail: ignoredText(found) };
  }

  /** What the file itself is, or that it is only not read yet. */
  async #problemWith(file: string, { inner }: LocatedPath, stats: Stats): Promise<Cause> {
    const found = await inspectPath(this.#deps.folders, file);
    if (found === "too-large") return { reason: found, detail: t("It has {0}; the most is {1}.", megabytes(stats.size), megabytes(mostBytes(inner))) };
    if (typeof found === "string" && found !== "folder") return because(file, found);
    if (!stats.isFile()) return { reason: "unreadable", detail: t("It is no plain file.") };
    const reason = this.#deps.leftOut().get(file);
    if (reason !== undefined) return because(file, reason);
    return { reason: "waiting", detail: t("It comes in with the next update.") };
  }
}

function because(file: string, reason: string): Cause {
  return { reason, detail: detailOf(file, reason) };
}

function detailOf(file: string, reason: string): string {
  if (reason === "unreadable" && file.endsWith("/")) return t("The folder cannot be read.");
  return Object.entries(details).find(([name]) => name === reason)?.[1]() ?? "";
}

function ignoredText({ file, line, pattern }: IgnoringPattern): string {
  return line === undefined ? t("{0}, ignores {1}.", file, pattern) : t("{0}, line {1}, ignores {2}.", file, line, pattern);
}

function leftOut(file: string, cause: Cause): FileVerdict {
  return { kind: "left-out", path: file, ...cause };
}

/** The folder on the way to a file that is a symbolic link. */
async function linkAbove(root: string, inner: string): Promise<string | undefined> {
  const parts = inner.split("/").slice(0, -1);
  for (const at of parts.keys()) {
    const folder = parts.slice(0, at + 1).join("/");
    if ((await statsOf(path.join(root, folder)))?.isSymbolicLink()) return folder;
  }
  return undefined;
}

async function statsOf(file: string): Promise<Stats | undefined> {
  return lstat(file).catch(() => undefined);
}

function megabytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MB`;
}
