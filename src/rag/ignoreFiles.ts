import { readFile } from "node:fs/promises";
import path from "node:path";
import { containingFolder, type IgnoreDecision, ignoreDecision, ignoreLevel, type IgnoreLevel, type IgnoreSource } from "./ignoreRules";

/** The ignore files on the way to single paths; each is read once. */
export class IgnoreFiles {
  readonly #root: string;
  readonly #names: readonly string[];
  readonly #levels = new Map<string, Promise<IgnoreLevel | undefined>>();

  /** Names of the ignore files, in rising precedence. */
  constructor(root: string, names: readonly string[]) {
    this.#root = root;
    this.#names = names;
  }

  /** A folder's path ends with a slash. */
  async decision(file: string): Promise<IgnoreDecision> {
    return ignoreDecision(file, await this.#level(containingFolder(file)));
  }

  #level(folder: string): Promise<IgnoreLevel | undefined> {
    const known = this.#levels.get(folder) ?? this.#read(folder);
    this.#levels.set(folder, known);
    return known;
  }

  async #read(folder: string): Promise<IgnoreLevel | undefined> {
    const parent = folder === "" ? undefined : await this.#level(containingFolder(folder));
    const sources = await Promise.all(this.#names.map((name) => this.#source(folder, name)));
    return ignoreLevel(folder, sources.filter((source) => source !== undefined), parent);
  }

  /** Most folders have no ignore file. */
  async #source(folder: string, name: string): Promise<IgnoreSource | undefined> {
    const text = await readFile(path.join(this.#root, folder, name), "utf8").catch(() => undefined);
    return text === undefined ? undefined : { name, text };
  }
}
