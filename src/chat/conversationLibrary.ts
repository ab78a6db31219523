import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { describeError, systemCode } from "../common/errors";
import type { Log } from "../common/log";
import { replaceFile } from "../common/replaceFile";
import { fileStore } from "./fileStore";
import type { ConversationStore } from "./store";
import { takeOverFolder } from "./takeOverFolder";

export interface LibraryDeps {
  /** The folder that holds a folder of conversations for each workspace. */
  readonly root: string;
  /** Names this workspace's folder: letters, digits, "-" and "_". */
  readonly key: string;
  /** What the workspace is called in the lists of others. */
  readonly name: string;
  /** Where earlier versions kept this workspace's conversations; they are moved once. */
  readonly earlier?: string;
  readonly log: Log;
  /** Called with a sentence for the person each time a file is set aside that cannot be read. */
  readonly onDamaged?: (notice: string) => void;
}

/** The conversations of one workspace. */
export interface Shelf {
  readonly store: ConversationStore;
  /** Absent: this workspace's. */
  readonly workspace?: string;
}

const keyPattern = /^[\w-]{1,64}$/;
const note = ".workspace.json";
const noteShape = v.object({ version: v.literal(1), name: v.string() });

/**
 * The conversations of all workspaces of this person, a folder for each under one root, so that none is lost with the
 * editor's own storage of a workspace, and each can be found from every other one. Touches no file before it is used.
 */
export class ConversationLibrary {
  readonly #deps: LibraryDeps;
  readonly #own: ConversationStore;
  readonly #others = new Map<string, ConversationStore>();
  #prepared: Promise<void> | undefined;
  #named = false;
  /** This workspace's conversations. */
  readonly store: ConversationStore;

  constructor(deps: LibraryDeps) {
    this.#deps = deps;
    this.#own = fileStore(this.#folder(deps.key), deps.log, deps.onDamaged);
    this.store = this.#preparedStore();
  }

  /** Those of the other workspaces. */
  async others(): Promise<readonly Shelf[]> {
    await this.#prepare();
    const keys = (await foldersIn(this.#deps.root)).filter((key) => keyPattern.test(key) && key !== this.#deps.key);
    return Promise.all(keys.map(async (key) => ({ store: this.#other(key), workspace: await this.#nameOf(key) })));
  }

  /** Where the conversation lies; this workspace's own first. */
  async find(id: string): Promise<Shelf | undefined> {
    for (const shelf of [{ store: this.store }, ...(await this.others())]) if (await shelf.store.load(id)) return shelf;
    return undefined;
  }

  #other(key: string): ConversationStore {
    const known = this.#others.get(key) ?? fileStore(this.#folder(key), this.#deps.log, this.#deps.onDamaged);
    this.#others.set(key, known);
    return known;
  }

  #preparedStore(): ConversationStore {
    const own = async () => {
      await this.#prepare();
      return this.#own;
    };
    return {
      load: async (id) => (await own()).load(id),
      save: async (conversation, known) => {
        await this.#writeName();
        return (await own()).save(conversation, known);
      },
      remove: async (id) => (await own()).remove(id),
      removeTurns: async (id, turns) => (await own()).removeTurns(id, turns),
      trash: async (id) => (await own()).trash(id),
      restore: async (id) => (await own()).restore(id),
      list: async () => (await own()).list(),
    };
  }

  /** What cannot be moved now stays where it is until the next window. */
  #prepare(): Promise<void> {
    const { earlier, key, log } = this.#deps;
    this.#prepared ??= (earlier === undefined ? Promise.resolve() : takeOverFolder(earlier, this.#folder(key), this.#own)).catch((error: unknown) => {
      log.write("warn", `Earlier conversations could not be moved: ${describeError(error)}`);
    });
    return this.#prepared;
  }

  /** A workspace without conversations leaves no trace. */
  async #writeName(): Promise<void> {
    if (this.#named) return;
    this.#named = true;
    const { key, name, log } = this.#deps;
    const text = `${JSON.stringify({ version: 1, name } satisfies v.InferOutput<typeof noteShape>)}\n`;
    await replaceFile(path.join(this.#folder(key), note), text).catch((error: unknown) => {
      log.write("warn", `The name of the workspace could not be kept: ${describeError(error)}`);
    });
  }

  async #nameOf(key: string): Promise<string> {
    try {
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), noteShape), await readFile(path.join(this.#folder(key), note), "utf8"));
      return parsed.success ? parsed.output.name : key;
    } catch (error) {
      if (systemCode(error) === "ENOENT") return key;
      throw error;
    }
  }

  #folder(key: string): string {
    return path.join(this.#deps.root, key);
  }
}

async function foldersIn(root: string): Promise<readonly string[]> {
  try {
    return (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}
