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
  await write(file, new Set([...(await readRemovedTurns(file)), ...turns]));
}

/** They may come back. */
export async function takeBackRemovals(file: string, turns: readonly string[]): Promise<void> {
  const left = new Set(await readRemovedTurns(file));
  for (const turn of turns) left.delete(turn);
  if (left.size === 0) await rm(file, { force: true });
  else await write(file, left);
}

async function write(file: string, turns: ReadonlySet<string>): Promise<void> {
  await replaceFile(file, `${JSON.stringify({ version: 1, turns: [...turns] } satisfies v.InferOutput<typeof shape>)}\n`);
}

export async function forgetOldRemovals(file: string): Promise<void> {
  if (Date.now() - (await stat(file)).mtimeMs > keptMs) await rm(file, { force: true });
}
