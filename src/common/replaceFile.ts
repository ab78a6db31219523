import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemCode } from "./errors";
import { makeFolder } from "./makeFolder";

/** What a crash leaves of `replaceFile`. */
export const temporarySuffix = ".tmp";

const retryDelaysMs = [10, 50, 250];

/**
 * Replaces a file whole: written beside it, flushed to the disk, renamed, and the rename flushed too. A process that is
 * killed at any point leaves the old file or the new one, and perhaps a `.tmp` beside it. Makes the folder where it is missing.
 */
export async function replaceFile(file: string, content: string | readonly Uint8Array[]): Promise<void> {
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString("hex")}${temporarySuffix}`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      for (const part of typeof content === "string" ? [content] : content) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameOver(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** On Windows a virus scanner or a reader may hold the old file for a moment. */
async function renameOver(from: string, to: string): Promise<void> {
  for (const delayMs of retryDelaysMs) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (!["EPERM", "EACCES", "EBUSY"].includes(systemCode(error) ?? "")) throw error;
      await sleep(delayMs);
    }
  }
  return rename(from, to);
}

/** Windows has no such thing, and keeps renames in its journal. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
