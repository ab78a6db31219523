import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { WorkspaceRoot } from "../rag/ports";
import { assertPromptSize, decodeText, type FolderText, markdownNames, rulePlaces, rulesOf } from "./folderTexts";
import type { Rules } from "./types";

interface ReadFile {
  readonly stamp: string;
  /** Undefined: it cannot be used. */
  readonly text: string | undefined;
}

/** The rules that folders on disk hold: `AGENTS.md`, and all of `.hearth/rules`. A file is read again when it has changed. */
export class WorkspaceRules {
  readonly #roots: readonly WorkspaceRoot[];
  readonly #log: Log;
  /** By absolute path. */
  readonly #read = new Map<string, ReadFile>();

  constructor(roots: readonly WorkspaceRoot[], log: Log) {
    this.#roots = roots;
    this.#log = log;
  }

  /** As they are now, in the order of the folders, then of the names. */
  get current(): readonly Rules[] {
    return rulesOf(this.#roots.flatMap((root) => this.#ofFolder(root)));
  }

  #ofFolder({ path: folder, name }: WorkspaceRoot): readonly FolderText[] {
    const { files, folders } = rulePlaces;
    const listed = folders.flatMap((inner) => markdownNames(namesIn(path.join(folder, inner))).map((file) => `${inner}/${file}`));
    const prefix = this.#roots.length > 1 ? `${name}/` : "";
    return [...files, ...listed].flatMap((file) => {
      const text = this.#text(path.join(folder, file), `${prefix}${file}`);
      return text === undefined ? [] : [{ path: `${prefix}${file}`, text }];
    });
  }

  /** Undefined for a file that is not there, and for one that cannot be used, which the log names once. */
  #text(file: string, label: string): string | undefined {
    const stats = statsOf(file);
    if (!stats?.isFile()) return undefined;
    const stamp = `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
    const known = this.#read.get(file);
    if (known?.stamp === stamp) return known.text;
    const text = this.#readText(file, stats.size, label);
    this.#read.set(file, { stamp, text });
    return text;
  }

  #readText(file: string, size: number, label: string): string | undefined {
    try {
      assertPromptSize(size);
      const text = decodeText(readFileSync(file));
      this.#log.write("info", `rules: ${label}`);
      return text;
    } catch (error) {
      this.#log.write("warn", `${label} is not used: ${describeError(error)}`);
      return undefined;
    }
  }
}

/** Most workspaces have no such folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Undefined where there is nothing, or nothing that may be looked at. */
function statsOf(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
