import { type Command, CommanderError } from "commander";
import { abortError, HearthError } from "../common/errors";
import type { Log } from "../common/log";
import { logLevels } from "../common/log";
import { type CommandAction, reportFailure } from "./command";
import type { Cores } from "./core";
import type { Reporter } from "./events";
import { exitCodes } from "./exitCodes";
import { jsonReporter } from "./jsonReporter";
import { givenOptions, readOptions, type Surroundings } from "./options";
import { PlainReporter } from "./plainReporter";
import { createProgram } from "./program";
import type { Terminal } from "./terminal";

export interface CliParts {
  readonly terminal: Terminal;
  readonly surroundings: Surroundings;
  readonly cores: Cores;
  readonly version: string;
  readonly stop: AbortSignal;
}

/** Runs one command line and resolves with its exit code; it never rejects. */
export async function runCli(args: readonly string[], parts: CliParts): Promise<number> {
  let code: number = exitCodes.success;
  const dispatch = async (command: Command, action: CommandAction) => {
    code = await runCommand(command, action, parts);
  };
  const program = createProgram({ version: parts.version, dispatch, out: parts.terminal.out });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    return parsingFailed(error, program, args, parts.terminal);
  }
  return code;
}

async function runCommand(command: Command, action: CommandAction, parts: CliParts): Promise<number> {
  const { terminal, surroundings, cores, stop } = parts;
  const { json = false, verbose = false } = givenOptions(command);
  const reporter = createReporter(terminal, { json, verbose });
  try {
    const options = readOptions(command, surroundings);
    return await action({ options, surroundings, terminal, reporter, cores, stop, log: terminalLog(terminal, verbose) });
  } catch (error) {
    return reportFailure(reporter, stop.aborted ? abortError() : error);
  }
}

/** Help and version come as errors from commander, too. */
function parsingFailed(error: unknown, program: Command, args: readonly string[], terminal: Terminal): number {
  const reporter = createReporter(terminal, { json: args.includes("--json"), verbose: false });
  if (!(error instanceof CommanderError)) return reportFailure(reporter, error);
  if (error.exitCode === 0) return exitCodes.success;
  if (error.code === "commander.help") {
    terminal.err(program.helpInformation());
    return exitCodes.badUse;
  }
  const message = error.message.replace(/^error: /, "");
  return reportFailure(reporter, new HearthError("bad-use", message, { remedy: "See hearth --help." }));
}

function createReporter(terminal: Terminal, { json, verbose }: { readonly json: boolean; readonly verbose: boolean }): Reporter {
  return json ? jsonReporter(terminal.out) : new PlainReporter(terminal, { verbose });
}

/** The log stays out of sight without --verbose, but for errors. */
function terminalLog(terminal: Terminal, verbose: boolean): Log {
  const from = logLevels.indexOf(verbose ? "info" : "error");
  return {
    write(level, message) {
      if (logLevels.indexOf(level) >= from) terminal.err(`[${level}] ${message}\n`);
    },
  };
}
