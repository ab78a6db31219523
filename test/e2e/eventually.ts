import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks until there is an answer. Throws after `limitMs`, with the name of what was waited for.
 * @param find resolves with undefined while it is not there yet
 */
export async function eventually<T>(name: string, find: () => Promise<T | undefined> | T | undefined, limitMs = 60_000): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt) throw new Error(`Waited ${limitMs / 1000} s for ${name}.`);
    await sleep(50);
  }
}
