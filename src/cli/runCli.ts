import { type Command, CommanderError } from "commander";
import { abortError, HearthError } from "../common/errors";
import type { Log } from "../common/log";
import { logLevels } from "../common/log";
import { type CommandAction, reportFailure } from "./command";
import { completeCommandLine } from "./commandLine";
import type { Cores } from "./core";
import type { CliEvent, Reporter } from "./events";
import { exitCodes } from "./exitCodes";
import { fullName } from "./helpText";
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
  /** See `CommandRun.extendGrace`. */
  readonly extendGrace?: (ms: number) => void;
}

/** Runs one command line and resolves with its exit code; it never rejects. */
export async function runCli(args: readonly string[], parts: CliParts): Promise<number> {
  let code: number = exitCodes.success;
  const dispatch = async (command: Command, action: CommandAction) => {
    code = await runCommand(command, action, parts);
  };
  const program = createProgram({ version: parts.version, dispatch, out: parts.terminal.out });
  try {
    await program.parseAsync(completeCommandLine(args, program, parts.terminal), { from: "user" });
  } catch (error) {
    return parsingFailed(error, program, args, parts.terminal);
  }
  return code;
}

async function runCommand(command: Command, action: CommandAction, parts: CliParts): Promise<number> {
  const { terminal, surroundings, cores, stop, extendGrace } = parts;
  const { json = false, verbose = false, quiet = false } = givenOptions(command);
  const reporter = createReporter(terminal, { json, verbose, quiet });
  try {
    const options = readOptions(command, surroundings);
    return await action({ options, surroundings, terminal, reporter, cores, stop, log: terminalLog(terminal, verbose), ...(extendGrace && { extendGrace }) });
  } catch (error) {
    return reportFailure(reporter, stop.aborted ? abortError() : error);
  }
}

/** Help and version come as errors from commander, too. */
function parsingFailed(error: unknown, program: Command, args: readonly string[], terminal: Terminal): number {
  const reporter = createReporter(terminal, { json: args.includes("--json"), verbose: false, quiet: false });
  if (!(error instanceof CommanderError)) return reportFailure(reporter, error);
  if (error.exitCode === 0) return exitCodes.success;
  if (error.code === "commander.help") {
    terminal.err(program.helpInformation());
    return exitCodes.badUse;
  }
  const message = unknownSubcommand(error.code, args, program) ?? error.message.replace(/^error: /, "");
  return reportFailure(reporter, new HearthError("bad-use", message, { remedy: parsingRemedy(error.code, args, program) }));
}

/** A word behind a command that has others below it is meant for one of them. */
function unknownSubcommand(code: string, args: readonly string[], program: Command): string | undefined {
  const command = namedCommand(args, program);
  if (code !== "commander.excessArguments" || command.commands.length === 0) return undefined;
  return `${fullName(command)} takes no words but ${command.commands.map((one) => one.name()).join(", ")}.`;
}

/** A question is what most command lines are, and its words may look like options. */
function parsingRemedy(code: string, args: readonly string[], program: Command): string {
  const command = namedCommand(args, program);
  const see = `See ${fullName(command)} --help.`;
  const isQuestion = code === "commander.unknownOption" && (command === program || command.name() === "ask");
  return isQuestion ? `In a question, put it in quotes with other words, or -- in front of them all. ${see}` : see;
}

/** The deepest command that the words name; the program itself where they name none. */
function namedCommand(args: readonly string[], program: Command): Command {
  return args.reduce((command, word) => command.commands.find((one) => one.name() === word) ?? command, program);
}

interface Manner {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

function createReporter(terminal: Terminal, { json, verbose, quiet }: Manner): Reporter {
  if (!json) return new PlainReporter(terminal, { verbose, quiet });
  const reporter = jsonReporter(terminal.out);
  return quiet ? { report: (event) => !isProgress(event) && reporter.report(event) } : reporter;
}

/** What --quiet leaves out of the rows. */
function isProgress({ type }: CliEvent): boolean {
  return type === "loading" || type === "prefill" || type === "compacting" || type === "indexStatus" || type === "download" || type === "notice";
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
