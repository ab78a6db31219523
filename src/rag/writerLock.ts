import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { lock } from "proper-lockfile";
import { systemCode } from "../common/errors";
import type { Log } from "../common/log";

/** A process that was stopped or cut off from the disk holds others up for so long. Milliseconds. */
const staleMs = 10_000;
/** A lock of a process that ended is free after this; by then a new owner has left its name. Milliseconds. */
const orphanMs = 1_000;

/** One process writes an index; others read it, and take over when it is gone. */
export class WriterLock {
  readonly #folder: string;
  readonly #log: Log;
  #release: (() => Promise<void>) | undefined;
  #acquiring: Promise<boolean> | undefined;
  #turn = 0;
  #isLost = false;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Which time it is that this process has, or had, the lock; 0 before the first. Between two turns others may have written. */
  get turn(): number {
    return this.#turn;
  }

  /** Whether another process took the lock away, as after a long sleep of the machine. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Takes the lock unless another process has it. Parts of one process that try at once do not hinder each other. */
  async tryAcquire(): Promise<boolean> {
    if (this.#release) return true;
    this.#acquiring ??= this.#acquire().finally(() => (this.#acquiring = undefined));
    return this.#acquiring;
  }

  async release(): Promise<void> {
    await this.#acquiring?.catch(() => false);
    const release = this.#release;
    this.#release = undefined;
    await release?.();
  }

  get #file(): string {
    return path.join(this.#folder, "writer.lock");
  }

  get #ownerFile(): string {
    return path.join(this.#folder, "writer.owner");
  }

  async #acquire(): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true });
    return (await this.#tryLock()) || ((await this.#isOrphaned()) && (await this.#takeOrphaned()));
  }

  async #tryLock(): Promise<boolean> {
    try {
      this.#release = await lock(this.#folder, {
        lockfilePath: this.#file,
        realpath: false,
        stale: staleMs,
        onCompromised: (error) => this.#lose(error),
      });
    } catch (error) {
      if (systemCode(error) === "ELOCKED") return false;
      throw error;
    }
    this.#turn++;
    this.#isLost = false;
    await writeFile(this.#ownerFile, `${process.pid} ${os.hostname()}`);
    return true;
  }

  /** Whether the lock was left behind by a process of this machine that has ended. */
  async #isOrphaned(): Promise<boolean> {
    const owner = await readFile(this.#ownerFile, "utf8").catch(() => "");
    const [pid = "", host] = owner.split(" ");
    if (host !== os.hostname() || isAlive(Number(pid))) return false;
    const age = await stat(this.#file).then(({ mtimeMs }) => Date.now() - mtimeMs, () => 0);
    return age > orphanMs;
  }

  /** Of several processes that find an orphaned lock one at a time looks again and removes it. */
  async #takeOrphaned(): Promise<boolean> {
    const options = { lockfilePath: `${this.#file}.orphan`, realpath: false, stale: staleMs, onCompromised: () => undefined };
    const release = await lock(this.#file, options).catch(() => undefined);
    if (!release) return false;
    try {
      if (await this.#isOrphaned()) await rm(this.#file, { recursive: true, force: true });
      return await this.#tryLock();
    } finally {
      await release().catch((error: unknown) => this.#log.write("debug", `A lock was not given back: ${String(error)}`));
    }
  }

  #lose(error: Error): void {
    this.#release = undefined;
    this.#isLost = true;
    this.#log.write("info", `Another process took over writing the index: ${error.message}`);
  }
}

/** One of another user counts as alive. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) !== "ESRCH";
  }
}
