import { readFile } from "node:fs/promises";
import { describeError } from "../../common/errors";
import type { Log } from "../../common/log";
import { readSidecar } from "./sidecar";
import { StateFolder } from "./stateFolder";

/** Removes the states of a conversation that is over, of whatever model, from a folder that no loaded model has open. */
export async function forgetStates(directory: string, conversation: string, log: Log): Promise<void> {
  if (directory === "") return;
  const folder = new StateFolder(directory, log);
  const sidecars = (await folder.scan()).filter(({ kind }) => kind === "json");
  for (const { id } of sidecars) {
    if ((await conversationOf(folder, id)) === conversation) await folder.removePair(id);
  }
}

/** Undefined for a sidecar that is gone, damaged or of another version; opening the folder sees to those. */
async function conversationOf(folder: StateFolder, id: string): Promise<string | undefined> {
  try {
    const reading = readSidecar(await readFile(folder.file(id, "json"), "utf8"));
    return reading.kind === "sound" ? reading.sidecar.conversation : undefined;
  } catch (error) {
    folder.log.write("debug", `A KV state's sidecar cannot be read: ${describeError(error)}`);
    return undefined;
  }
}
