import { HearthError } from "../common/errors";
import type { CodeIndex } from "../rag/ports";
import { reportBriefUpdate } from "./answer";
import { type CommandAction, type CommandRun, engineConfig, namedRoot, using } from "./command";
import { exitCodes } from "./exitCodes";
import { readLines } from "./lines";

export interface SearchRequest {
  /** Undefined: one question a line comes from the input. */
  readonly query: string | undefined;
  readonly folder: string | undefined;
  readonly limit: number;
}

/** With --stdin the one argument is the folder; otherwise the question stands before it. Throws "bad-use". */
export function searchRequest(words: readonly string[], { stdin = false, limit }: { stdin?: boolean; limit: number }): SearchRequest {
  const [first, second, ...rest] = words;
  if (rest.length > 0 || (stdin && second !== undefined)) {
    throw new HearthError("bad-use", "There are too many arguments.", { remedy: 'Put the question in quotes: hearth search "…" [DIR].' });
  }
  if (stdin) return { query: undefined, folder: first, limit };
  if (first === undefined || first.trim() === "") {
    throw new HearthError("bad-use", "There is no question.", { remedy: 'Search with hearth search "…" [DIR], or hearth search --stdin [DIR].' });
  }
  return { query: first, folder: second, limit };
}

/** `hearth search`: brings the index up to date and prints what it finds, best first. */
export function searchCommand(request: SearchRequest): CommandAction {
  return async (run) => {
    const root = namedRoot(run, request.folder);
    return using(run.log, run.cores.openIndex({ engine: engineConfig(run, 1), root, log: run.log }), async ({ index }) => {
      await reportBriefUpdate(index, quietProgress(run), run.stop);
      const { query } = request;
      if (query === undefined) return answerLines(index, request.limit, run);
      run.reporter.report({ type: "found", chunks: await index.retrieve({ text: query, limit: request.limit }, run.stop) });
      return exitCodes.success;
    });
  };
}

/** Each line has its answer, an empty one too, so that a program can count on it. */
async function answerLines(index: CodeIndex, limit: number, run: CommandRun): Promise<number> {
  for await (const query of readLines(run.terminal.input, run.stop)) {
    const chunks = query.trim() === "" ? [] : await index.retrieve({ text: query, limit }, run.stop);
    run.reporter.report({ type: "foundFor", query, chunks });
  }
  return run.stop.aborted ? exitCodes.stopped : exitCodes.success;
}

/** With --json the rows are the whole output: a reader of `search` is spared the rows of the update. */
function quietProgress({ options, reporter }: CommandRun) {
  return options.json ? { report() {} } : reporter;
}
