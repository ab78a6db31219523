import { open, rename } from "node:fs/promises";
import type { SequencePort } from "../runtime";
import { fileSha256 } from "./fileSha256";
import { saveRow } from "./saveRow";
import { serializeSidecar, type Sidecar } from "./sidecar";
import type { StateFolder } from "./stateFolder";

export interface StateWriting {
  readonly folder: StateFolder;
  readonly id: string;
  readonly sequence: SequencePort;
  readonly content: Omit<Sidecar, "bytes" | "sha256">;
  readonly onRowFree: () => void;
  /** Aborted when nobody wants the state any more. */
  readonly signal: AbortSignal;
}

/**
 * Writes a pair. Killed at any point it leaves a whole pair or files that `removeLeftovers` knows; an error leaves
 * nothing. Throws what the library and the disk throw, and an AbortError.
 */
export async function writeState(writing: StateWriting): Promise<Sidecar> {
  try {
    const written = await writeTemporary(writing);
    const sidecar = { ...writing.content, ...written };
    await writeSidecar(writing, sidecar);
    writing.signal.throwIfAborted();
    await publish(writing);
    return sidecar;
  } catch (error) {
    await discard(writing);
    throw error;
  }
}

async function writeTemporary({ folder, id, sequence, onRowFree, signal }: StateWriting): Promise<{ bytes: number; sha256: string }> {
  const file = folder.file(id, "kv.tmp");
  const bytes = await saveRow(sequence, file).finally(onRowFree);
  await syncFile(file);
  signal.throwIfAborted();
  return { bytes, sha256: await fileSha256(file) };
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, "r+");
  await handle.sync().finally(() => handle.close());
}

async function writeSidecar({ folder, id }: StateWriting, sidecar: Sidecar): Promise<void> {
  const handle = await open(folder.file(id, "json.tmp"), "w", 0o600);
  try {
    await handle.writeFile(serializeSidecar(sidecar));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The state first: without its sidecar it is no pair yet. */
async function publish({ folder, id }: StateWriting): Promise<void> {
  await rename(folder.file(id, "kv.tmp"), folder.file(id, "kv"));
  await rename(folder.file(id, "json.tmp"), folder.file(id, "json"));
  await folder.sync();
}

async function discard({ folder, id }: StateWriting): Promise<void> {
  for (const kind of ["json", "json.tmp", "kv.tmp", "kv"] as const) await folder.remove(folder.file(id, kind));
}
