import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";

/**
 * How a process that reads an index asks the one that writes it for an update: by a file beside the index, which is gone
 * once the update is saved.
 */
export class UpdateRequests {
  readonly #file: string;
  readonly #log: Log;

  constructor(storage: string, log: Log) {
    this.#file = path.join(storage, "update-wanted");
    this.#log = log;
  }

  /** False when the request could not be left. */
  async ask(): Promise<boolean> {
    try {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await writeFile(this.#file, randomUUID());
      return true;
    } catch (error) {
      this.#log.write("info", `The process that writes the index could not be asked for an update: ${describeError(error)}`);
      return false;
    }
  }

  /** What is asked for now, to be handed to `answer`; undefined: nothing. */
  async open(): Promise<string | undefined> {
    return readFile(this.#file, "utf8").catch(() => undefined);
  }

  /** One that was made in the meantime stays open. */
  async answer(request: string): Promise<void> {
    if ((await this.open()) === request) await rm(this.#file, { force: true });
  }
}
