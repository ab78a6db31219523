import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** Enough for most source files; longer ones get a buffer of their own. Bytes. */
const room = 256 * 1024;
/** Something that took the place of a file and gives its bytes when it likes must not be waited for. Windows has no such flag. */
const flags = process.platform === "win32" ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Reads files one after the other into one buffer. Of a dozen small files, each of which takes some 20 µs, waiting for
 * other threads takes most of the time, and buffers of their own leave the memory in pieces.
 */
export class FileBytes {
  readonly #buffer = Buffer.allocUnsafeSlow(room);

  /** The bytes of a file as it is now, valid until the next call; undefined when it cannot be read. */
  read(absolute: string): Buffer | undefined {
    try {
      const file = openSync(absolute, flags);
      try {
        return this.#readAll(file);
      } finally {
        closeSync(file);
      }
    } catch {
      // Gone, a folder by now, or not for this user: there is nothing to show of it.
      return undefined;
    }
  }

  /** A file that grows meanwhile is read to the length that it had. */
  #readAll(file: number): Buffer | undefined {
    const stat = fstatSync(file);
    if (!stat.isFile()) return undefined;
    const buffer = stat.size > room ? Buffer.allocUnsafeSlow(stat.size) : this.#buffer;
    let length = 0;
    while (length < stat.size) {
      const read = readSync(file, buffer, length, stat.size - length, length);
      if (read === 0) break;
      length += read;
    }
    return buffer.subarray(0, length);
  }
}
