import { readFile, rm, stat } from "node:fs/promises";
import * as v from "valibot";
import { systemCode } from "../common/errors";
import { replaceFile } from "../common/replaceFile";

/** By then every window that had the conversation open when it was removed has been closed. */
const keptMs = 30 * 24 * 3600 * 1000;

const shape = v.object({ version: v.literal(1), turns: v.array(v.string()) });

/**
 * The ids of a conversation's turns that were removed, and nothing else of them. Another window that still shows them
 * would store them again with its next answer.
 */
export async function readRemovedTurns(file: string): Promise<ReadonlySet<string>> {
  try {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), shape), await readFile(file, "utf8"));
    return new Set(parsed.success ? parsed.output.turns : []);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return new Set();
    throw error;
  }
}

export async function addRemovedTurns(file: string, turns: readonly string[]): Promise<void> {
  const all = [...(await readRemovedTurns(file)), ...turns];
  await replaceFile(file, `${JSON.stringify({ version: 1, turns: all } satisfies v.InferOutput<typeof shape>)}\n`);
}

export async function forgetOldRemovals(file: string): Promise<void> {
  if (Date.now() - (await stat(file)).mtimeMs > keptMs) await rm(file, { force: true });
}
