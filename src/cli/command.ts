import os from "node:os";
import path from "node:path";
import { describeError, errorCode, serializeError } from "../common/errors";
import type { Log } from "../common/log";
import type { EngineConfig } from "../engine/ports";
import { folderNames } from "../rag/folderNames";
import type { WorkspaceRoot } from "../rag/ports";
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
  /** After Ctrl+C: the command may take so much longer to end, in milliseconds. Absent: nothing ends it hard. */
  readonly extendGrace?: (ms: number) => void;
}

/** Does the work of a command and resolves with the exit code. */
export type CommandAction = (run: CommandRun) => Promise<number>;

/** @param sequences unless --sequences says otherwise */
export function engineConfig({ options }: CommandRun, sequences: number): EngineConfig {
  return { ...options.engine, sequences: options.sequences ?? sequences };
}

/** The folders that a command about the index works on: the argument, else those of --workspace, else the current one. */
export function namedRoots({ options, surroundings }: CommandRun, folder: string | undefined): readonly WorkspaceRoot[] {
  const given = folder === undefined ? options.workspace : [folder];
  const named = given.length === 0 ? ["."] : given;
  return workspaceRoots(named.map((name) => existingFolder(name, surroundings.cwd)));
}

/**
 * The folders whose code goes into answers. A home folder or the root of the disk is indexed only when it is named:
 * nobody who asks a question there means all of it.
 */
export function contextRoots(run: CommandRun): readonly WorkspaceRoot[] {
  if (!run.options.settings.useContext) return [];
  const roots = namedRoots(run, undefined);
  if (run.options.workspace.length > 0) return roots;
  return roots.filter((root) => root.path !== os.homedir() && root.path !== "/");
}

/** Each folder once, in an order of their own: whatever the order they are given in, the index is the same. */
function workspaceRoots(folders: readonly string[]): readonly WorkspaceRoot[] {
  const paths = [...new Set(folders)].sort();
  const names = folderNames(paths.map((folder) => path.basename(folder) || "root"));
  return paths.map((folder, at) => ({ path: folder, name: names[at] ?? "" }));
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
