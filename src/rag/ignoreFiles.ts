import { readFile } from "node:fs/promises";
import path from "node:path";
import { ignoreLevel, type IgnoreLevel, ignoreVerdict, type IgnoreVerdict } from "./ignoreRules";

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
  async verdict(file: string): Promise<IgnoreVerdict> {
    return ignoreVerdict(file, await this.#level(parentOf(file)));
  }

  #level(folder: string): Promise<IgnoreLevel | undefined> {
    const known = this.#levels.get(folder) ?? this.#read(folder);
    this.#levels.set(folder, known);
    return known;
  }

  async #read(folder: string): Promise<IgnoreLevel | undefined> {
    const parent = folder === "" ? undefined : await this.#level(parentOf(folder));
    const texts = await Promise.all(this.#names.map((name) => this.#text(folder + name)));
    return ignoreLevel(folder, texts.filter((text) => text !== undefined), parent);
  }

  /** Most folders have no ignore file. */
  async #text(file: string): Promise<string | undefined> {
    return readFile(path.join(this.#root, file), "utf8").catch(() => undefined);
  }
}

function parentOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/", file.length - 2) + 1);
}
