import { estimateTokens } from "../rag/chunkBreaks";
import type { CodeIndex, MapEntry } from "../rag/ports";
import { reportUpdate } from "./answer";
import { type CommandAction, type CommandRun, engineConfig, namedRoots, using } from "./command";
import { exitCodes } from "./exitCodes";
import { withoutEmbeddings } from "./serverOptions";

export interface MapOptions {
  /** Most tokens of the map, as they are estimated. */
  readonly tokens: number;
}

/** A file with one signature takes at least so many. */
const leastTokens = 4;

/** `hearth map [DIR]`: brings the index up to date and prints the files that others refer to most, with their signatures. */
export function mapCommand(folder: string | undefined, { tokens }: MapOptions): CommandAction {
  return async (run) => {
    // The map is made of definitions: no model is needed, and vectors are not waited for.
    const engine = withoutEmbeddings(engineConfig(run, 1));
    return using(run.log, run.cores.openIndex({ engine, roots: namedRoots(run, folder), log: run.log }), async ({ index }) => {
      await bringUpToDate(index, run);
      const entries = await index.map(Math.ceil(tokens / leastTokens));
      run.reporter.report({ type: "map", entries: withinTokens(entries, tokens) });
      return exitCodes.success;
    });
  };
}

/** Definitions come with the syntax of all files, which is waited for. With --json the map is the whole output. */
async function bringUpToDate(index: CodeIndex, { options, reporter, stop }: CommandRun): Promise<void> {
  await reportUpdate(index, options.json ? { report() {} } : reporter, stop);
}

/** The first files that have room, the last of them perhaps with some of its signatures only. */
function withinTokens(entries: readonly MapEntry[], tokens: number): readonly MapEntry[] {
  const kept: MapEntry[] = [];
  let left = tokens;
  for (const entry of entries) {
    left -= estimateTokens(entry.path);
    const signatures = entry.signatures.filter((signature) => (left -= tokensOf(signature)) >= 0);
    if (signatures.length > 0) kept.push({ ...entry, signatures });
    if (left <= 0) break;
  }
  return kept;
}

function tokensOf(signature: string): number {
  return signature.split("\n").reduce((sum, line) => sum + estimateTokens(line), 0);
}
