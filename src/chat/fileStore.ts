import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";
import { describeError, systemCode } from "../common/errors";
import type { Log } from "../common/log";
import { parseConversation, serializeConversation } from "./conversationFile";
import { summaryOf } from "./memoryStore";
import type { ConversationStore, ConversationSummary } from "./store";
import type { Conversation } from "./types";

/** Conversation ids become file names; anything else is refused. */
const idPattern = /^[\w-]{1,64}$/;

/**
 * One JSON file for each conversation in `folder`, written to a temporary name and renamed, so that a crash leaves the
 * old file or the new one. A file that cannot be read is set aside as `<id>.json.damaged` and said in the log.
 */
export function fileStore(folder: string, log: Log): ConversationStore {
  const fileOf = (id: string) => path.join(folder, `${id}.json`);
  const load = async (id: string): Promise<Conversation | undefined> => {
    if (!idPattern.test(id)) return undefined;
    const text = await readIfThere(fileOf(id));
    return text === undefined ? undefined : parseOrSetAside(fileOf(id), text, log);
  };
  return {
    load,
    async save(conversation) {
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(fileOf(conversation.id), serializeConversation(conversation));
    },
    async remove(id) {
      if (idPattern.test(id)) await rm(fileOf(id), { force: true });
    },
    async list() {
      const ids = (await namesIn(folder)).filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
      const loaded = await Promise.all(ids.map(load));
      return loaded
        .filter((conversation) => conversation !== undefined)
        .map((conversation): ConversationSummary => summaryOf(conversation))
        .sort((a, b) => b.updatedAt - a.updatedAt);
    },
  };
}

async function parseOrSetAside(file: string, text: string, log: Log): Promise<Conversation | undefined> {
  try {
    return parseConversation(text);
  } catch (error) {
    await rename(file, `${file}.damaged`);
    log.write("warn", `The conversation ${file} could not be read and was set aside: ${describeError(error)}`);
    return undefined;
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}
