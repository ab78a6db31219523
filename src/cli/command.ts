import os from "node:os";
import { describeError, errorCode, serializeError } from "../common/errors";
import type { Log } from "../common/log";
import type { EngineConfig } from "../engine/ports";
import type { Cores } from "./core";
import type { Reporter } from "./events";
import { exitCodeOf } from "./exitCodes";
import { type CliOptions, existingFolder, type Surroundings } from "./options";
import type { Terminal } from "./terminal";

/** All that one run of a command works with. */
export interface CommandRun {
  readonly options: CliOptions;
  readonly surroundings: Surroundings;
  readonly terminal: Terminal;
  readonly reporter: Reporter;
  readonly cores: Cores;
  readonly log: Log;
  /** Ends the command: Ctrl+C where the command does not take it for itself, or nobody reads the output any more. */
  readonly stop: AbortSignal;
}

/** Does the work of a command and resolves with the exit code. */
export type CommandAction = (run: CommandRun) => Promise<number>;

/** @param sequences unless --sequences says otherwise */
export function engineConfig({ options }: CommandRun, sequences: number): EngineConfig {
  return { ...options.engine, sequences: options.sequences ?? sequences };
}

/** The folder that `index` and `search` work on: the argument, else --workspace, else the current one. */
export function namedRoot(run: CommandRun, folder: string | undefined): string {
  return existingFolder(folder ?? run.options.workspace ?? ".", run.surroundings.cwd);
}

/**
 * The folder whose code goes into answers; undefined for none. A home folder or the root of the disk is indexed only
 * when it is named: nobody who asks a question there means all of it.
 */
export function contextRoot(run: CommandRun): string | undefined {
  if (!run.options.settings.useContext) return undefined;
  const root = namedRoot(run, undefined);
  if (run.options.workspace !== undefined) return root;
  return root === os.homedir() || root === "/" ? undefined : root;
}

/** Reports a failure and gives its exit code. */
export function reportFailure(reporter: Reporter, error: unknown): number {
  reporter.report({ type: "error", error: serializeError(error) });
  return exitCodeOf(errorCode(error));
}

/** Opens, works, and ends what was opened whatever happens. A failed ending is logged: it does not unmake the work. */
export async function using<T extends { dispose(): Promise<void> }, R>(log: Log, resource: T, work: (resource: T) => Promise<R>): Promise<R> {
  try {
    return await work(resource);
  } finally {
    await resource.dispose().catch((error: unknown) => log.write("warn", `The end was not clean: ${describeError(error)}`));
  }
}
