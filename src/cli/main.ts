import process from "node:process";
import { version } from "../../package.json";
import { processCores } from "./core";
import { exitCodes } from "./exitCodes";
import { runCli } from "./runCli";
import { createTerminal } from "./terminal";

/** A second Ctrl+C, or a command that does not end by itself in this time after the first one, ends the process hard. */
const graceMs = 10_000;
/** One Ctrl+C may come twice, from the terminal and passed on by a launcher such as npx; so quickly no person presses it. */
const doubledWithinMs = 250;

const stop = new AbortController();
let stoppedAt = 0;
let hardEnd: NodeJS.Timeout | undefined;

function endHardAfter(ms: number): void {
  clearTimeout(hardEnd);
  hardEnd = setTimeout(() => process.exit(exitCodes.stopped), ms).unref();
}

function interrupt(): void {
  if (stop.signal.aborted) {
    if (Date.now() - stoppedAt > doubledWithinMs) process.exit(exitCodes.stopped);
    return;
  }
  stoppedAt = Date.now();
  stop.abort();
  endHardAfter(graceMs);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);

/** A fault of the program itself, which nobody can mend at a terminal: its place is for a report. */
process.on("uncaughtException", (error) => {
  const details = process.argv.includes("--verbose") ? `${error.stack ?? ""}\n` : "";
  process.stderr.write(`hearth: Something went wrong in Hearth itself: ${error.message}\n${details || "Run it with --verbose to see where, and report it.\n"}`);
  process.exit(exitCodes.failure);
});

/** Whoever read our output is gone (`| head`): that is no error, and there is nothing left to do. */
const output = { gone: false };
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
    output.gone = true;
    if (!stop.signal.aborted) interrupt();
  });
}

const terminal = createTerminal({ input: process.stdin, output: process.stdout, error: process.stderr, env: process.env });
const surroundings = { env: process.env, cwd: process.cwd() };
const code = await runCli(process.argv.slice(2), { terminal, surroundings, cores: processCores, version, stop: stop.signal, extendGrace: (ms) => endHardAfter(ms + graceMs) });
terminal.status(undefined);
await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
process.exit(output.gone ? exitCodes.success : code);
