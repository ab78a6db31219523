import { randomBytes } from "node:crypto";
import { open, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError, systemCode } from "../common/errors";
import { t } from "../common/l10n";

/** A holder works for milliseconds. One that shows no end after so long is hung, or on a machine that went away. */
const staleMs = 15_000;
/** A lock that says nothing yet is being written at this moment, or its holder was killed before it could. */
const unfinishedMs = 2000;
/** How long to wait for another process. */
const patienceMs = 30_000;
const [shortestWaitMs, longestWaitMs] = [2, 50];

/** What the lock file says of its holder. */
interface Holder {
  readonly text: string;
  readonly ageMs: number;
}

/**
 * Runs `action` while no other process does so for the same folder, which must exist. A lock whose holder was killed is
 * taken over at once. Throws "internal" when another process holds it for half a minute.
 */
export async function withFolderLock<T>(folder: string, action: () => Promise<T>): Promise<T> {
  const file = path.join(folder, ".lock");
  const own = `${process.pid} ${os.hostname()} ${randomBytes(8).toString("hex")}`;
  await acquire(file, own);
  try {
    return await action();
  } finally {
    if ((await readHolder(file))?.text === own) await rm(file, { force: true });
  }
}

async function acquire(file: string, own: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (let waitMs = shortestWaitMs; !(await create(file, own)); waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    const holder = await readHolder(file);
    if (holder && isStale(holder)) await takeAway(file, holder);
    else if (performance.now() > deadline) throw lockedError(file);
    else await sleep(waitMs * (0.5 + Math.random()));
  }
}

async function create(file: string, text: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(text).finally(() => handle.close());
    return true;
  } catch (error) {
    // On Windows a file that is just being removed refuses to be made again.
    if (systemCode(error) === "EEXIST" || (process.platform === "win32" && systemCode(error) === "EPERM")) return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    return { text, ageMs: Date.now() - mtimeMs };
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A process of this machine that has ended holds nothing; of any other one, and of an unfinished lock, only age tells. */
function isStale({ text, ageMs }: Holder): boolean {
  const [pid, host] = text.split(" ");
  return ageMs > (text === "" ? unfinishedMs : staleMs) || (host === os.hostname() && !isAlive(Number(pid)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== "ESRCH";
  }
}

/**
 * Removes a stale lock. Of several processes that find it stale only one may, and only that very lock: another one's
 * fresh lock may stand there by now.
 */
async function takeAway(file: string, stale: Holder): Promise<void> {
  const breaker = `${file}.break`;
  if (!(await create(breaker, stale.text))) {
    const other = await readHolder(breaker);
    if (other && other.ageMs > staleMs) await rm(breaker, { force: true });
    return sleep(shortestWaitMs);
  }
  try {
    if ((await readHolder(file))?.text === stale.text) await rm(file, { force: true });
  } finally {
    await rm(breaker, { force: true });
  }
}

function lockedError(file: string): HearthError {
  return new HearthError("internal", t("Another process keeps the conversations locked ({0}).", file), {
    remedy: t("Close other windows that have this workspace open, or remove the file."),
  });
}
