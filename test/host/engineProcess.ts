import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The id of the engine process that this extension host started. */
export async function engineProcess(): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,args="]);
  const rows = stdout.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
  const own = rows.filter((row) => Number(row?.[2]) === process.pid && /engine\.mjs/.test(row?.[3] ?? ""));
  assert.equal(own.length, 1, `one engine process:\n${stdout}`);
  return Number(own[0]?.[1]);
}
