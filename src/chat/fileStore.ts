import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { describeError, HearthError, systemCode } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { makeFolder } from "../common/makeFolder";
import { ConversationFolder } from "./conversationFolder";
import { settleTurn } from "./conversationFile";
import { withFolderLock } from "./folderLock";
import { mergeConversations } from "./mergeConversations";
import { addRemovedTurns, forgetOldRemovals, readRemovedTurns, takeBackRemovals } from "./removedTurns";
import { temporarySuffix } from "../common/replaceFile";
import type { ConversationHead, ConversationStore, ConversationSummary } from "./store";
import { SummaryIndex } from "./summaryIndex";
import { newestFirst, summaryOf } from "./summaryOf";
import { TrashFolder } from "./trashFolder";
import { withoutTurns } from "./turnTree";
import type { Conversation, Turn } from "./types";

/** Conversation ids become file names; anything else is refused. */
const idPattern = /^[\w-]{1,64}$/;

/**
 * One JSON file for each conversation in `folder`. Windows and services may share it: a save takes the folder's lock,
 * merges with what is stored and replaces the file whole, so that a crash at any point leaves the old one or the new
 * one. What is thrown away lies in `.trash` for 30 days. A file that cannot be read is set aside as `<id>.json.damaged` and never written over.
 *
 * @param onDamaged called with a sentence for the person each time that happens
 */
export function fileStore(folder: string, log: Log, onDamaged: (notice: string) => void = () => undefined): ConversationStore {
  return new FileStore(folder, log, onDamaged);
}

class FileStore implements ConversationStore {
  readonly #path: string;
  readonly #folder: ConversationFolder;
  readonly #trash: TrashFolder;
  readonly #summaries: SummaryIndex;
  readonly #log: Log;
  readonly #onDamaged: (notice: string) => void;
  /** Turns as they were read or written last. Turns are replaced, never changed, so any other object is news. */
  readonly #stored = new WeakSet<Turn>();
  #last: Promise<unknown> = Promise.resolve();
  #swept = false;

  constructor(folder: string, log: Log, onDamaged: (notice: string) => void) {
    this.#path = folder;
    this.#folder = new ConversationFolder(folder);
    this.#trash = new TrashFolder(folder);
    this.#summaries = new SummaryIndex(folder, (id) => this.#summaryFor(id));
    this.#log = log;
    this.#onDamaged = onDamaged;
  }

  async load(id: string): Promise<Conversation | undefined> {
    if (!idPattern.test(id)) return undefined;
    const read = await this.#folder.read(id);
    // Another window may have mended it since; under the lock nobody writes.
    const conversation = read.kind === "damaged" ? await this.#exclusive(() => this.#readOrSetAside(id)) : read.conversation;
    return conversation && this.#present(conversation, undefined);
  }

  async save(mine: Conversation, known?: ConversationHead): Promise<Conversation> {
    if (!idPattern.test(mine.id)) throw new HearthError("internal", `"${mine.id}" is no conversation's id.`);
    return this.#exclusive(async () => {
      const theirs = (await this.#readOrSetAside(mine.id)) ?? { ...mine, turns: [] };
      const removed = await readRemovedTurns(this.#removals(mine.id));
      const merged = mergeConversations({ mine, theirs, known, removed, isUnchanged: (turn) => this.#stored.has(turn) });
      // A conversation begins with its first turn, and one that was removed elsewhere does not come back empty.
      if (merged.turns.length > 0) await this.#folder.write(merged);
      return this.#present(merged, mine);
    });
  }

  async remove(id: string): Promise<void> {
    if (!idPattern.test(id)) return;
    await this.#exclusive(async () => {
      const read = await this.#folder.read(id);
      const turns = read.kind === "sound" ? (read.conversation?.turns ?? []) : [];
      if (turns.length > 0) await addRemovedTurns(this.#removals(id), turns.map((turn) => turn.id));
      await this.#folder.remove(id);
    });
  }

  async removeTurns(id: string, turns: readonly string[]): Promise<void> {
    if (!idPattern.test(id)) return;
    await this.#exclusive(async () => {
      await addRemovedTurns(this.#removals(id), turns);
      const conversation = await this.#readOrSetAside(id);
      const left = conversation && withoutTurns(conversation, new Set(turns));
      if (left?.turns.length === 0) await this.#folder.remove(id);
      else if (left) await this.#folder.write(left);
    });
  }

  async trash(id: string): Promise<void> {
    if (!idPattern.test(id)) return;
    await this.#exclusive(async () => {
      const conversation = await this.#readOrSetAside(id);
      if (!conversation) return;
      // In this order a crash in between loses nothing.
      await this.#trash.put(id);
      await this.#folder.remove(id);
      await addRemovedTurns(this.#removals(id), idsOf(conversation));
    });
  }

  async restore(id: string): Promise<boolean> {
    if (!idPattern.test(id)) return false;
    return this.#exclusive(async () => {
      const mine = await this.#trash.read(id);
      if (!mine) return false;
      await takeBackRemovals(this.#removals(id), idsOf(mine));
      const theirs = (await this.#readOrSetAside(id)) ?? { ...mine, turns: [] };
      await this.#folder.write(mergeConversations({ mine, theirs, removed: new Set(), isUnchanged: () => true }));
      await this.#trash.remove(id);
      return true;
    });
  }

  async list(): Promise<readonly ConversationSummary[]> {
    const ids = (await this.#names()).filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
    const { summaries, save } = await this.#summaries.of(ids.filter((id) => idPattern.test(id)));
    if (save) await this.#exclusive(save);
    return newestFirst(summaries);
  }

  async #summaryFor(id: string): Promise<ConversationSummary | undefined> {
    try {
      const conversation = await this.load(id);
      return conversation && summaryOf(conversation);
    } catch (error) {
      this.#log.write("warn", `The conversation ${id} is not listed: ${describeError(error)}`);
      return undefined;
    }
  }

  async #readOrSetAside(id: string): Promise<Conversation | undefined> {
    const read = await this.#folder.read(id);
    if (read.kind === "sound") return read.conversation;
    const aside = await this.#folder.setAside(id);
    this.#log.write("warn", `The conversation ${id} could not be read and was set aside as ${aside}: ${describeError(read.error)}`);
    this.#onDamaged(t("A stored conversation could not be read. Its file was set aside as {0}; the other conversations are not affected.", aside));
    return undefined;
  }

  /** What callers see: their own running answers as they are, those that other processes run or left as cut off. */
  #present(conversation: Conversation, mine: Conversation | undefined): Conversation {
    const own = new Map(mine?.turns.map((turn) => [turn.id, turn]));
    const turns = conversation.turns.map((turn) => {
      const held = own.get(turn.id);
      return held?.status.kind === "running" ? held : settleTurn(turn);
    });
    for (const turn of turns) this.#stored.add(turn);
    const isMine = mine?.turns.length === turns.length && turns.every((turn) => own.get(turn.id) === turn);
    return isMine ? mine : { ...conversation, turns };
  }

  /** One at a time: in this process by turns, among processes by the lock. */
  #exclusive<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(async () => {
      await makeFolder(this.#path);
      return withFolderLock(this.#path, async () => {
        await this.#sweep();
        return action();
      });
    });
    this.#last = result.catch(() => undefined); // the caller has the error
    return result;
  }

  /** Nobody else writes now, so any temporary file was left by a process that was killed. */
  async #sweep(): Promise<void> {
    const names = await this.#names();
    for (const name of names) if (name.endsWith(temporarySuffix)) await rm(path.join(this.#path, name), { force: true });
    if (this.#swept) return;
    this.#swept = true;
    for (const name of names) if (name.endsWith(".removed")) await forgetOldRemovals(path.join(this.#path, name));
    await this.#trash.empty();
  }

  #removals(id: string): string {
    return path.join(this.#path, `${id}.removed`);
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.#path);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return [];
      throw error;
    }
  }
}

function idsOf({ turns }: Conversation): readonly string[] {
  return turns.map((turn) => turn.id);
}
