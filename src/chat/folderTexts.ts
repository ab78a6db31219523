import type { Rules } from "./types";

/** Longer files are no text that somebody wrote for a prompt. Bytes. */
const mostBytes = 256_000;

/** Text of a file in one of the workspace's folders. */
export interface FolderText {
  /** Relative to its folder, after the folder's name where there are several. */
  readonly path: string;
  readonly text: string;
}

/** Which files of a folder, relative to it: single ones, and all markdown files of some folders. */
export interface TextPlaces {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Where a workspace's folders hold their rules. */
export const rulePlaces: TextPlaces = { files: ["AGENTS.md"], folders: [".hearth/rules"] };

/** The markdown files of a folder, in the order in which they count. */
export function markdownNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.toLowerCase().endsWith(".md")).sort();
}

/** Throws an error that says so for a file that is too long to be used. */
export function assertPromptSize(bytes: number): void {
  if (bytes > mostBytes) throw new Error(`It has ${bytes} bytes, of ${mostBytes} at most.`);
}

export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replaceAll("\r\n", "\n");
}

/** Empty files are no rules. */
export function rulesOf(texts: readonly FolderText[]): readonly Rules[] {
  return texts.filter(({ text }) => text.trim() !== "");
}
