import { access, type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { errorCode, systemCode } from "../common/errors";
import { parseConversation, serializeConversation } from "./conversationFile";
import { replaceFile } from "../common/replaceFile";
import type { Conversation } from "./types";

/** Conversations whose last state is remembered, so that saving one every few seconds does not read it every time. */
const mostRemembered = 16;

/** What is on disk under an id; a sound one without a conversation is not there. */
export type ReadConversation =
  | { readonly kind: "sound"; readonly conversation: Conversation | undefined }
  | { readonly kind: "damaged"; readonly error: unknown };

interface Remembered {
  readonly stamp: string;
  readonly conversation: Conversation;
}

/** The files of a folder of conversations, one each. What excludes other writers is the caller's. */
export class ConversationFolder {
  /** Least recently used first. */
  readonly #remembered = new Map<string, Remembered>();

  constructor(readonly folder: string) {}

  /** The conversation as it is stored, with answers still "running" that were when it was written. Throws "bad-use" for a later version's. */
  async read(id: string): Promise<ReadConversation> {
    const handle = await openIfThere(this.#file(id));
    if (!handle) return { kind: "sound", conversation: undefined };
    try {
      return await this.#readOpen(id, handle);
    } finally {
      await handle.close();
    }
  }

  async write(conversation: Conversation): Promise<void> {
    const file = this.#file(conversation.id);
    await replaceFile(file, serializeConversation(conversation));
    this.#remember(conversation.id, { stamp: stampOf(await stat(file, { bigint: true })), conversation });
  }

  async remove(id: string): Promise<void> {
    this.#remembered.delete(id);
    await rm(this.#file(id), { force: true });
  }

  /** Gives the file another name, which nothing writes to; returns its new path. */
  async setAside(id: string): Promise<string> {
    this.#remembered.delete(id);
    const aside = await freeName(`${this.#file(id)}.damaged`);
    await rename(this.#file(id), aside);
    return aside;
  }

  async #readOpen(id: string, handle: FileHandle): Promise<ReadConversation> {
    const stamp = stampOf(await handle.stat({ bigint: true }));
    const known = this.#remembered.get(id);
    if (known?.stamp === stamp) return { kind: "sound", conversation: known.conversation };
    const text = await handle.readFile("utf8");
    try {
      const conversation = parseConversation(text, id);
      this.#remember(id, { stamp, conversation });
      return { kind: "sound", conversation };
    } catch (error) {
      if (errorCode(error) === "bad-use") throw error;
      return { kind: "damaged", error };
    }
  }

  #remember(id: string, state: Remembered): void {
    this.#remembered.delete(id);
    this.#remembered.set(id, state);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > mostRemembered && oldest !== undefined) this.#remembered.delete(oldest);
  }

  #file(id: string): string {
    return path.join(this.folder, `${id}.json`);
  }
}

/** A file that was replaced is another one, even when it was in the same millisecond. */
export function stampOf({ ino, mtimeNs, size }: { readonly ino: bigint; readonly mtimeNs: bigint; readonly size: bigint }): string {
  return `${ino}:${mtimeNs}:${size}`;
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** An earlier damaged file of the same name stays too. */
export async function freeName(wanted: string): Promise<string> {
  for (let at = 2, name = wanted; ; name = `${wanted}-${at++}`) if (!(await exists(name))) return name;
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}
