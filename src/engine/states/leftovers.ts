import { systemCode } from "../../common/errors";
import type { ScannedFile, StateFolder } from "./stateFolder";

/** What a live process is writing is younger than this; its number may have belonged to another one before. */
const longestWriteMs = 24 * 3600_000;
/** A pair is incomplete for a moment, between two renames or two removals. */
const longestHalfPairMs = 10 * 60_000;

/** Ids that this process is working on. */
const inWork = new Set<string>();

/** Keeps the files of an id from being taken for leftovers while `work` runs. */
export async function working<T>(id: string, work: () => Promise<T>): Promise<T> {
  inWork.add(id);
  try {
    return await work();
  } finally {
    inWork.delete(id);
  }
}

export function isInWork(id: string): boolean {
  return inWork.has(id);
}

/** Removes what ended processes left: temporary files, and halves of pairs. */
export async function removeLeftovers(folder: StateFolder, now = Date.now()): Promise<void> {
  const files = await folder.scan();
  const names = new Set(files.map(({ name }) => name));
  const leftovers = files.filter((file) => !isComplete(file, names) && isAbandoned(file, now));
  for (const { id, kind } of leftovers) await folder.remove(folder.file(id, kind));
  if (leftovers.length > 0) folder.log.write("debug", `Removed ${leftovers.length} files of KV states that were never finished.`);
}

function isComplete({ id, kind }: ScannedFile, names: ReadonlySet<string>): boolean {
  if (kind === "kv") return names.has(`${id}.json`);
  return kind === "json" && names.has(`${id}.kv`);
}

function isAbandoned({ id, pid, kind, changedAt }: ScannedFile, now: number): boolean {
  if (pid === process.pid) return !inWork.has(id);
  const limit = kind === "kv" || kind === "json" ? longestHalfPairMs : longestWriteMs;
  return !lives(pid) || now - changedAt > limit;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}
