import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { describeError, systemCode } from "../../common/errors";
import type { Log } from "../../common/log";

/**
 * Each state is a pair of files, `<id>.kv` and its sidecar `<id>.json`, which is renamed into place last and makes the
 * pair whole. Both are written as `<name>.tmp`; `<id>.link.tmp` is a reader's own name of a state. An id begins with
 * the process that made it, so that what a dead one left can be told from what a live one is about to finish.
 */
const namePattern = /^((\d+)-[0-9a-f]{16})\.(kv|json|kv\.tmp|json\.tmp|link\.tmp)$/;

export type StateFileKind = "kv" | "json" | "kv.tmp" | "json.tmp" | "link.tmp";

export interface StateFile {
  readonly name: string;
  readonly id: string;
  /** Process that made it. */
  readonly pid: number;
  readonly kind: StateFileKind;
}

export interface ScannedFile extends StateFile {
  readonly bytes: number;
  readonly modifiedAt: number;
  /** Renaming counts as a change too. */
  readonly changedAt: number;
}

/** Undefined for a file that is none of ours. */
export function parseName(name: string): StateFile | undefined {
  const match = namePattern.exec(name);
  return match ? { name, id: match[1] ?? "", pid: Number(match[2]), kind: match[3] as StateFileKind } : undefined;
}

/** The folder of the state files; other processes may change it at any time, so nothing here minds what is not there. */
export class StateFolder {
  constructor(
    readonly path: string,
    readonly log: Log,
  ) {}

  newId(): string {
    return `${process.pid}-${randomBytes(8).toString("hex")}`;
  }

  file(id: string, kind: StateFileKind): string {
    return path.join(this.path, `${id}.${kind}`);
  }

  /** For its owner only: states hold what was said. */
  async create(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  async scan(): Promise<readonly ScannedFile[]> {
    const files = (await this.#names()).map(parseName).filter((file) => file !== undefined);
    const scanned = await Promise.all(files.map((file) => this.#scan(file)));
    return scanned.filter((file) => file !== undefined);
  }

  /** Sidecar first: a pair without it is no state any more. Whether both are gone. */
  async removePair(id: string): Promise<boolean> {
    const sidecarGone = await this.remove(this.file(id, "json"));
    return (await this.remove(this.file(id, "kv"))) && sidecarGone;
  }

  /** Whether the file is gone; one that another process holds open may have to stay. */
  async remove(file: string): Promise<boolean> {
    try {
      await rm(file, { force: true });
      return true;
    } catch (error) {
      this.log.write("debug", `A KV state's file cannot be removed: ${describeError(error)}`);
      return false;
    }
  }

  /** Makes renames outlast a power cut, where the system lets a folder be opened. */
  async sync(): Promise<void> {
    try {
      const handle = await open(this.path, "r");
      await handle.sync().finally(() => handle.close());
    } catch (error) {
      if (process.platform !== "win32") this.log.write("debug", `The folder of the KV states cannot be synced: ${describeError(error)}`);
    }
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.path);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") this.log.write("debug", `The folder of the KV states cannot be read: ${describeError(error)}`);
      return [];
    }
  }

  async #scan(file: StateFile): Promise<ScannedFile | undefined> {
    try {
      const { size, mtimeMs, ctimeMs } = await stat(path.join(this.path, file.name));
      return { ...file, bytes: size, modifiedAt: mtimeMs, changedAt: Math.max(mtimeMs, ctimeMs) };
    } catch (error) {
      if (systemCode(error) !== "ENOENT") this.log.write("debug", `A KV state's file cannot be looked at: ${describeError(error)}`);
      return undefined;
    }
  }
}
