import { randomUUID } from "node:crypto";
import { access, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeError, systemCode } from "../common/errors";
import type { Log } from "../common/log";

const prefix = "update-wanted";

/**
 * How processes that read an index ask the one that writes it for an update: each request is a file of its own beside
 * the index, which is gone once an update that began after it is saved. In a file that they shared, the answer to one
 * request could take away another that had just come.
 */
export class UpdateRequests {
  readonly #folder: string;
  readonly #log: Log;

  constructor(storage: string, log: Log) {
    this.#folder = storage;
    this.#log = log;
  }

  /** The request, for `isAnswered`; undefined when it could not be left. */
  async ask(): Promise<string | undefined> {
    const request = `${prefix}-${randomUUID()}`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(path.join(this.#folder, request), "");
      return request;
    } catch (error) {
      this.#log.write("info", `The process that writes the index could not be asked for an update: ${describeError(error)}`);
      return undefined;
    }
  }

  /** One that cannot be looked at may be open still. */
  isAnswered(request: string): Promise<boolean> {
    return access(path.join(this.#folder, request)).then(
      () => false,
      (error: unknown) => systemCode(error) === "ENOENT",
    );
  }

  /** What is asked for now, to be handed to `answer`. */
  async open(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => name.startsWith(prefix));
  }

  /** Those that were made in the meantime stay open. */
  async answer(requests: readonly string[]): Promise<void> {
    await Promise.all(requests.map((request) => rm(path.join(this.#folder, request), { force: true })));
  }
}
