// What the scripts tell: one line for each step, with the time it took.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @param {number} startedAt as performance.now() gave it */
export function secondsSince(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

/**
 * Says what is being done, does it, and says how long it took.
 * @template T
 * @param {string} title such as "Installing the project's packages"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const startedAt = performance.now();
  process.stdout.write(`${title} ... `);
  try {
    const result = await work();
    process.stdout.write(`done in ${secondsSince(startedAt)}\n`);
    return result;
  } catch (error) {
    process.stdout.write(`failed after ${secondsSince(startedAt)}\n`);
    throw error;
  }
}

/** A failure that is told to the person as it is, without a stack trace. */
export class PlainError extends Error {
  /** @override */
  name = "PlainError";
}

/** Whether a script was started by itself rather than imported. */
export function isMain(/** @type {string} its import.meta.url */ url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
}

/**
 * Runs a script's main function; a failure is printed and ends the process with code 1.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof PlainError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
