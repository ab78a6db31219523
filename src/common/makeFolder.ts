import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "./errors";

/**
 * Makes a folder, and those around it where they are missing. Throws what the system says where it cannot be made:
 * `mkdir` with `recursive` tries forever below a link to a folder that is gone, and takes a read-only place for a missing
 * one (nodejs/node#47098).
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeOne(folder);
  } catch (error) {
    const parent = path.dirname(folder);
    if (systemCode(error) !== "ENOENT" || parent === folder) throw error;
    await makeFolder(parent);
    await makeOne(folder);
  }
}

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    // What a drive, or a read-only place, says of a folder that is there is not always EEXIST.
    if (await isFolder(folder)) return;
    throw error;
  }
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
