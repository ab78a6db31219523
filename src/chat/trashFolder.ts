import { mkdir, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "../common/errors";
import { parseConversation } from "./conversationFile";
import type { Conversation } from "./types";

const keptMs = 30 * 24 * 3600 * 1000;

/**
 * Where the conversations of a folder lie that were thrown away; a file's time is when that was. What excludes other
 * writers is the caller's.
 */
export class TrashFolder {
  readonly #path: string;

  constructor(readonly folder: string) {
    this.#path = path.join(folder, ".trash");
  }

  async put(id: string): Promise<void> {
    await mkdir(this.#path, { recursive: true });
    await rename(path.join(this.folder, `${id}.json`), this.#file(id));
    const now = new Date();
    await utimes(this.#file(id), now, now);
  }

  async read(id: string): Promise<Conversation | undefined> {
    try {
      return parseConversation(await readFile(this.#file(id), "utf8"), id);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /** Removes for good what has lain there for 30 days. */
  async empty(): Promise<void> {
    for (const name of await namesIn(this.#path)) {
      const file = path.join(this.#path, name);
      if (Date.now() - (await stat(file)).mtimeMs > keptMs) await rm(file, { force: true });
    }
  }

  #file(id: string): string {
    return path.join(this.#path, `${id}.json`);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}
