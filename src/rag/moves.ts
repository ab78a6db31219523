import { languageOf } from "./languages";
import type { FoundFile } from "./scanner";

/** What is known of a file that is gone from its path. */
export interface GoneFile {
  readonly path: string;
  readonly bytes: number;
  /** Short hash of its bytes. */
  readonly hash: string;
  readonly language: string;
}

export interface Move {
  readonly from: string;
  readonly to: FoundFile;
}

/**
 * Pairs files that are gone with new ones of the same content and language, each with one at most; one that kept its
 * name goes first. Only new files of the size of one that is gone are read.
 */
export async function findMoves(
  gone: readonly GoneFile[],
  fresh: readonly FoundFile[],
  hashOf: (path: string) => Promise<string | undefined>,
): Promise<readonly Move[]> {
  const waiting = new Map<string, GoneFile[]>();
  for (const file of gone) if (file.bytes > 0) append(waiting, sizeKey(file.bytes, file.language), file);
  const moves: Move[] = [];
  for (const to of fresh) {
    const alike = waiting.get(sizeKey(to.bytes, languageOf(to.path)));
    const hash = alike && alike.length > 0 ? await hashOf(to.path) : undefined;
    const same = alike?.filter((file) => file.hash === hash) ?? [];
    const from = same.find((file) => nameOf(file.path) === nameOf(to.path)) ?? same[0];
    if (!alike || !from) continue;
    alike.splice(alike.indexOf(from), 1);
    moves.push({ from: from.path, to });
  }
  return moves;
}

function sizeKey(bytes: number, language: string): string {
  return `${bytes} ${language}`;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
