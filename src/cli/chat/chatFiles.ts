import { readFile } from "node:fs/promises";
import path from "node:path";
import { branchOf } from "../../chat/conversation";
import { exportConversation } from "../../chat/exportConversation";
import { importConversation } from "../../chat/importConversation";
import type { Conversation } from "../../chat/types";
import { errorCode, HearthError, systemCode } from "../../common/errors";
import { replaceFile } from "../../common/replaceFile";
import { counted } from "../../common/counted";
import { expandHome } from "../../engine/expandHome";

/** Writes chats to files and reads them. It writes over no file but a chat of Hearth. */
export class ChatFiles {
  readonly #cwd: string;
  /** Written by this chat. */
  readonly #saved = new Set<string>();

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** Markdown for a name that ends with .md, else JSON, which can be loaded again. Resolves with what was done; throws "bad-use". */
  async save(conversation: Conversation, name: string): Promise<string> {
    if (conversation.turns.length === 0) throw new HearthError("bad-use", "There is nothing to save yet.", { remedy: "Ask something first." });
    const file = path.resolve(this.#cwd, expandHome(name));
    await this.#assertFree(file, name);
    const format = /\.(?:md|markdown)$/i.test(file) ? "markdown" : "json";
    await replaceFile(file, exportConversation(conversation, format)).catch((cause: unknown) => {
      throw new HearthError("bad-use", `${name} cannot be written.`, { cause, remedy: "See that the folder is there and that you may write to it." });
    });
    this.#saved.add(file);
    return `Saved ${questionCount(conversation)} to ${name}${format === "json" ? `; /load ${name} goes on with it.` : "."}`;
  }

  /** Throws "bad-use". */
  async load(name: string): Promise<Conversation> {
    return importConversation(await readText(path.resolve(this.#cwd, expandHome(name)), name));
  }

  async #assertFree(file: string, name: string): Promise<void> {
    if (this.#saved.has(file)) return;
    try {
      importConversation(await readFile(file, "utf8"));
    } catch (cause) {
      if (systemCode(cause) === "ENOENT") return;
      if (errorCode(cause) !== "bad-use" && systemCode(cause) === undefined) throw cause;
      throw new HearthError("bad-use", `${name} is there already, and no chat that can be written over.`, { cause, remedy: "Give another name." });
    }
  }
}

/** "3 questions", of the branch that is shown. */
export function questionCount(conversation: Conversation): string {
  return counted(branchOf(conversation).length, "{0} question", "{0} questions");
}

async function readText(file: string, name: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const problem = systemCode(cause) === "ENOENT" ? `There is no file ${name}.` : `${name} cannot be read.`;
    throw new HearthError("bad-use", problem, { cause, remedy: "Give the name of a file that /save wrote." });
  }
}
