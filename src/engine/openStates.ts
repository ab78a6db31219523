import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { describeError, systemCode } from "../common/errors";
import type { Log } from "../common/log";
import type { ModelInfo } from "./ports";
import type { ChatRuntime } from "./runtime";
import { openSavedStates } from "./states/openSavedStates";
import type { SavedStates } from "./states/savedStates";

interface OpenedStates {
  readonly states: SavedStates;
  /** Where a row's state stands for some seconds on its way to another row. */
  readonly forkFolder: string;
}

/** What is older was left by a process that was killed. */
const longestForkMs = 10 * 60_000;

/**
 * The KV states that are kept for a loaded model. Undefined without a folder, and where it cannot be used: a
 * conversation is read again then, and no question fails for it.
 */
export async function openStates(directory: string, info: ModelInfo, runtime: ChatRuntime, budgetBytes: () => number, log: Log): Promise<OpenedStates | undefined> {
  if (directory === "") return undefined;
  const { hash: modelHash, libraryVersion, sequences, contextSize, kvCacheType, flashAttention, device, gpuLayers } = info;
  const forkFolder = path.join(directory, "forks");
  try {
    await removeOldForks(forkFolder);
    const states = await openSavedStates({
      ...{ directory, budgetBytes, log, vocabularySize: runtime.vocabulary.size, bytesPerToken: runtime.kvBytesPerToken },
      identity: { modelHash, libraryVersion, sequences, contextSize, kvCacheType, flashAttention, device, gpuLayers },
    });
    return { states, forkFolder };
  } catch (error) {
    log.write("warn", `Conversations are not kept in ${directory}: ${describeError(error)}`);
    return undefined;
  }
}

async function removeOldForks(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  });
  for (const name of names.filter((name) => name.endsWith(".fork"))) {
    const file = path.join(folder, name);
    const changedAt = await stat(file).then(({ mtimeMs }) => mtimeMs, () => Date.now());
    if (Date.now() - changedAt > longestForkMs) await rm(file, { force: true });
  }
}
