import { writeSync } from "node:fs";
import fsPromises, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";

/** Which writes are counted: of the log of files and chunks, of the vectors, or of anything beside the index. */
export type CrashTarget = "log" | "vectors" | "any";

/** The one moment at which a process is to end. */
export interface CrashPoint {
  readonly target: CrashTarget;
  /** Which of the target's operations, from 1. An operation writes bytes, renames or removes a file. */
  readonly operation: number;
  readonly moment: "within" | "after";
  /** How much of the bytes comes to the file when a write is cut, 0 to 1. */
  readonly share: number;
}

/** What a process was doing when it ended. */
export interface Crash {
  readonly during: CrashKind;
  /** Relative to the folder of the index. */
  readonly file: string;
}

export const crashKinds = ["in a write", "between write and rename", "after a rename", "after a write in place", "at a removal"] as const;
export type CrashKind = (typeof crashKinds)[number];

/**
 * Ends this process with SIGKILL at one operation on the files below `folder`: the functions that change files are
 * wrapped, and a write that is to be cut puts only its first bytes into the file. `tell` is called just before.
 */
export function crashAt(folder: string, point: CrashPoint, tell: (crash: Crash) => void): void {
  const trap = new Trap(folder, point, tell);
  const { open, rename, rm, writeFile } = fsPromises;
  Object.assign(fsPromises, {
    open: async (file: string, flags?: string, mode?: number) => trap.guard(file, await open(file, flags, mode)),
    rename: (from: string, to: string) => trap.around(to, ["between write and rename", "after a rename"], () => rename(from, to)),
    rm: (file: string, options?: Parameters<typeof rm>[1]) => trap.around(file, ["at a removal", "at a removal"], () => rm(file, options)),
    writeFile: (file: string, data: string) => trap.around(file, ["in a write", "after a write in place"], () => writeFile(file, data)),
  });
  // The bindings that other modules have imported follow.
  syncBuiltinESMExports();
}

class Trap {
  readonly #folder: string;
  readonly #point: CrashPoint;
  readonly #tell: (crash: Crash) => void;
  #count = 0;

  constructor(folder: string, point: CrashPoint, tell: (crash: Crash) => void) {
    this.#folder = folder;
    this.#point = point;
    this.#tell = tell;
  }

  guard(file: string, handle: FileHandle): FileHandle {
    const write = handle.write.bind(handle);
    const writeFile = handle.writeFile.bind(handle);
    const after = file.endsWith(".tmp") ? "between write and rename" : "after a write in place";
    return Object.assign(handle, {
      write: (bytes: Uint8Array, offset: number, length: number, position: number) => {
        const cut = () => writeSync(handle.fd, bytes, offset, this.#shareOf(length), position);
        return this.around(file, ["in a write", after], () => write(bytes, offset, length, position), cut);
      },
      writeFile: (data: string | Uint8Array) => {
        const bytes = Buffer.from(data);
        return this.around(file, ["in a write", after], () => writeFile(data), () => writeSync(handle.fd, bytes, 0, this.#shareOf(bytes.length)));
      },
    });
  }

  /** Does one operation, or ends in it or behind it. `cut` does a part of it. */
  async around<T>(file: string, [within, after]: readonly [CrashKind, CrashKind], act: () => Promise<T>, cut?: () => void): Promise<T> {
    if (!this.#isTarget(file) || ++this.#count !== this.#point.operation) return act();
    if (this.#point.moment === "within") {
      cut?.();
      this.#end(within, file);
    }
    const result = await act();
    this.#end(after, file);
    return result;
  }

  #isTarget(file: string): boolean {
    const inner = path.relative(this.#folder, file);
    if (inner.startsWith("..")) return false;
    const { target } = this.#point;
    return target === "any" || inner.startsWith(target === "log" ? "index.log" : "vectors");
  }

  #shareOf(length: number): number {
    return Math.floor(length * this.#point.share);
  }

  #end(during: CrashKind, file: string): void {
    this.#tell({ during, file: path.relative(this.#folder, file) });
    process.kill(process.pid, "SIGKILL");
  }
}
