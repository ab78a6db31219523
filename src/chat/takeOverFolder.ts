import { copyFile, mkdir, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "../common/errors";
import { temporarySuffix } from "../common/replaceFile";
import { parseConversation } from "./conversationFile";
import { withFolderLock } from "./folderLock";
import { addRemovedTurns, readRemovedTurns } from "./removedTurns";
import type { ConversationStore } from "./store";

const conversationFile = /^[\w-]{1,64}\.json$/;
const removalsFile = /^[\w-]{1,64}\.removed$/;

/**
 * Moves the conversations of a folder into another one, file by file, so that a crash in between leaves the rest to the
 * next time. Windows that begin at the same time take turns. What stands in both places is merged by `store`, which is
 * that of the new folder. Folders inside stay where they are.
 */
export async function takeOverFolder(from: string, to: string, store: Pick<ConversationStore, "save">): Promise<void> {
  if ((await filesIn(from)).length === 0) return;
  try {
    await withFolderLock(from, async () => {
      await mkdir(to, { recursive: true });
      for (const name of await filesIn(from)) await takeOver(from, to, name, store);
    });
    await rmdir(from);
  } catch (error) {
    // Another window was quicker, or something else lies there.
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(systemCode(error) ?? "")) throw error;
  }
}

/** Removals go first: without them what was removed could come back. */
async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const wanted = names.filter((name) => !name.startsWith(".") && !name.endsWith(temporarySuffix));
    return [...wanted.filter((name) => removalsFile.test(name)), ...wanted.filter((name) => !removalsFile.test(name))];
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}

async function takeOver(from: string, to: string, name: string, store: Pick<ConversationStore, "save">): Promise<void> {
  const [old, wanted] = [path.join(from, name), path.join(to, name)];
  if (!(await exists(wanted))) return move(old, wanted);
  if (conversationFile.test(name)) await store.save(parseConversation(await readFile(old, "utf8"), path.basename(name, ".json")));
  else if (removalsFile.test(name)) await addRemovedTurns(wanted, [...(await readRemovedTurns(old))]);
  else return move(old, `${wanted}-${Date.now()}`);
  await rm(old, { force: true });
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (systemCode(error) !== "EXDEV") throw error;
    await copyFile(from, `${to}${temporarySuffix}`);
    await rename(`${to}${temporarySuffix}`, to);
    await rm(from);
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}
