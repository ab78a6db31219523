import { mkdir } from "node:fs/promises";
import path from "node:path";
import { lock } from "proper-lockfile";
import { systemCode } from "../common/errors";
import type { Log } from "../common/log";

/** A process that ended without giving its lock back holds others up for so long. */
const staleMs = 10_000;

/** One process writes an index; others read it, and take over when it is gone. */
export class WriterLock {
  readonly #folder: string;
  readonly #log: Log;
  #release: (() => Promise<void>) | undefined;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Takes the lock unless another process has it. */
  async tryAcquire(): Promise<boolean> {
    if (this.#release) return true;
    await mkdir(this.#folder, { recursive: true });
    try {
      this.#release = await lock(this.#folder, {
        lockfilePath: path.join(this.#folder, "writer.lock"),
        realpath: false,
        stale: staleMs,
        onCompromised: (error) => this.#lose(error),
      });
      return true;
    } catch (error) {
      if (systemCode(error) === "ELOCKED") return false;
      throw error;
    }
  }

  async release(): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    await release?.();
  }

  #lose(error: Error): void {
    this.#release = undefined;
    this.#log.write("info", `Another process took over writing the index: ${error.message}`);
  }
}
