import { stat, writeFile } from "node:fs/promises";
import { HearthError } from "../../common/errors";
import type { SequencePort } from "../runtime";

/**
 * Writes a row's state into a new file that only its owner may read, and resolves with its bytes; it is not synced.
 * Throws where the disk did not take all of it, of which the library says nothing: loading that would end the process.
 */
export async function saveRow(sequence: SequencePort, file: string): Promise<number> {
  await writeFile(file, "", { flag: "wx", mode: 0o600 });
  const bytes = await sequence.saveState(file);
  const { size } = await stat(file);
  if (size !== bytes) throw new HearthError("internal", `Only ${size} of its ${bytes} bytes are on the disk.`);
  return bytes;
}
