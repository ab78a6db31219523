import { appendFileSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "../../common/errors";
import { replaceFile } from "../../common/replaceFile";

/** Inputs that are kept. */
const mostKept = 1000;

/** What was entered in earlier chats, oldest first: one JSON string a line, since an input may have several lines. */
export async function readHistory(file: string): Promise<readonly string[]> {
  const lines = (await textOf(file)).split("\n").filter((line) => line !== "");
  if (lines.length > 2 * mostKept) await replaceFile(file, `${lines.slice(-mostKept).join("\n")}\n`);
  return lines.slice(-mostKept).flatMap(entryOf);
}

/**
 * Adds an input, before anything is done with it: it may end the program. Chats at several terminals may do so at once.
 * What begins with a space is not kept, as in shells.
 */
export function appendHistory(file: string, input: string): void {
  if (input.startsWith(" ")) return;
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(input)}\n`, { mode: 0o600 });
}

/** The file in Hearth's own folder. */
export function historyFile(home: string): string {
  return path.join(home, "chat-history.jsonl");
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return "";
    throw error;
  }
}

/** A line that was cut by a crash is left out. */
function entryOf(line: string): readonly string[] {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "string" ? [entry] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
