import path from "node:path";
import { HearthError } from "../common/errors";
import type { CodeIndex, WorkspaceRoot } from "../rag/ports";
import { reportUpdate } from "./answer";
import { type CommandAction, type CommandRun, engineConfig, namedRoots, using } from "./command";
import { exitCodeOf, exitCodes } from "./exitCodes";

export interface IndexOptions {
  /** The file that is asked about, as given. */
  readonly explain?: string;
  readonly leftOut?: boolean;
}

/** `hearth index [DIR]`: brings the index of a folder, or of several, up to date and says what is in it, or what became of a file. */
export function indexCommand(folder: string | undefined, options: IndexOptions = {}): CommandAction {
  return async (run) => {
    assertOne(options);
    const roots = namedRoots(run, folder);
    return using(run.log, run.cores.openIndex({ engine: engineConfig(run, 1), roots, log: run.log }), ({ index }) => {
      if (options.explain !== undefined) return explainFile(index, path.resolve(run.surroundings.cwd, options.explain), run);
      return options.leftOut === true ? listLeftOut(index, run) : updateIndex(index, roots, run);
    });
  };
}

function assertOne({ explain, leftOut }: IndexOptions): void {
  if (explain === undefined || leftOut !== true) return;
  throw new HearthError("bad-use", "--explain tells of one file, --left-out of all.", { remedy: "Give one of the two." });
}

/** An embedding model that fails fails the command. */
async function updateIndex(index: CodeIndex, roots: readonly WorkspaceRoot[], { reporter, stop }: CommandRun): Promise<number> {
  const summary = await reportUpdate(index, reporter, stop);
  reporter.report({ type: "indexSummary", roots: roots.map((root) => root.path), summary });
  return summary.embeddingError ? exitCodeOf(summary.embeddingError.code) : exitCodes.success;
}

/** The exit code tells a script whether the file is in the index. */
async function explainFile(index: CodeIndex, file: string, run: CommandRun): Promise<number> {
  await bringUpToDate(index, run);
  const verdict = await index.explain(file);
  run.reporter.report({ type: "verdict", verdict });
  return verdict.kind === "indexed" ? exitCodes.success : exitCodes.failure;
}

async function listLeftOut(index: CodeIndex, run: CommandRun): Promise<number> {
  await bringUpToDate(index, run);
  run.reporter.report({ type: "leftOut", verdicts: await index.leftOut(Number.MAX_SAFE_INTEGER) });
  return exitCodes.success;
}

/** Without waiting for vectors, which do not matter here. With --json the answer is the whole output. */
async function bringUpToDate(index: CodeIndex, { options, reporter, stop }: CommandRun): Promise<void> {
  const following = index.onDidChangeStatus((status) => {
    if (!options.json) reporter.report({ type: "indexStatus", status });
  });
  try {
    await index.update(stop);
  } finally {
    following.dispose();
  }
}
