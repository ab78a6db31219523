import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

const chunkBytes = 4 << 20;

/** Yields the number of bytes read so far and returns the file's SHA-256 in hex. */
export async function* sha256OfFile(file: string, signal: AbortSignal): AsyncGenerator<number, string, undefined> {
  const hash = createHash("sha256");
  const handle = await open(file, "r");
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (let done = 0; ; ) {
      signal.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, chunkBytes, done);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
      done += bytesRead;
      yield done;
    }
  } finally {
    await handle.close();
  }
}
