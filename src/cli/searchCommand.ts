import { HearthError } from "../common/errors";
import type { CodeIndex } from "../rag/ports";
import { reportBriefUpdate } from "./answer";
import { type CommandAction, type CommandRun, engineConfig, namedRoots, using } from "./command";
import type { CliEvent } from "./events";
import { exitCodes } from "./exitCodes";
import { readLines } from "./lines";

/** What a question is looked for in: passages that it is about, with their scores by source on request, or names of definitions. */
export type SearchKind = "passages" | "explainedPassages" | "symbols";

export interface SearchRequest {
  /** Undefined: one question a line comes from the input. */
  readonly query: string | undefined;
  readonly folder: string | undefined;
  readonly limit: number;
  readonly kind: SearchKind;
}

export interface SearchOptions {
  readonly stdin?: boolean;
  readonly explain?: boolean;
  readonly symbols?: boolean;
  readonly limit: number;
}

/** With --stdin the one argument is the folder; otherwise the question stands before it. Throws "bad-use". */
export function searchRequest(words: readonly string[], options: SearchOptions): SearchRequest {
  const [first, second, ...rest] = words;
  const { stdin = false, limit } = options;
  const kind = searchKind(options);
  if (rest.length > 0 || (stdin && second !== undefined)) {
    throw new HearthError("bad-use", "There are too many arguments.", { remedy: 'Put the question in quotes: hearth search "…" [DIR].' });
  }
  if (stdin) return { query: undefined, folder: first, limit, kind };
  if (first === undefined || first.trim() === "") {
    throw new HearthError("bad-use", "There is no question.", { remedy: 'Search with hearth search "…" [DIR], or hearth search --stdin [DIR].' });
  }
  return { query: first, folder: second, limit, kind };
}

function searchKind({ explain = false, symbols = false }: SearchOptions): SearchKind {
  if (symbols && explain) {
    throw new HearthError("bad-use", "Names have no scores to explain.", { remedy: "Give --symbols or --explain, not both." });
  }
  if (symbols) return "symbols";
  return explain ? "explainedPassages" : "passages";
}

/** `hearth search`: brings the index up to date and prints what it finds, best first. */
export function searchCommand(request: SearchRequest): CommandAction {
  return async (run) => {
    const roots = namedRoots(run, request.folder);
    return using(run.log, run.cores.openIndex({ engine: engineConfig(run, 1), roots, log: run.log }), async ({ index }) => {
      await reportBriefUpdate(index, quietProgress(run), run.stop);
      const { query } = request;
      if (query === undefined) return answerLines(index, request, run);
      const found = await answer(index, query, request, run.stop);
      run.reporter.report(found);
      if (isEmpty(found) && !run.options.json) run.reporter.report({ type: "notice", text: "Nothing was found." });
      return exitCodes.success;
    });
  };
}

type Answer = Extract<CliEvent, { type: "found" | "symbols" }>;

function isEmpty(found: Answer): boolean {
  return (found.type === "symbols" ? found.symbols : found.chunks).length === 0;
}

async function answer(index: CodeIndex, text: string, { kind, limit }: SearchRequest, stop: AbortSignal): Promise<Answer> {
  if (kind === "symbols") return { type: "symbols", symbols: await index.symbols({ text, limit }) };
  const explain = kind === "explainedPassages";
  return { type: "found", chunks: await index.retrieve({ text, limit, ...(explain && { explain }) }, stop) };
}

/** Each line has its answer, an empty one too, so that a program can count on it. */
async function answerLines(index: CodeIndex, request: SearchRequest, run: CommandRun): Promise<number> {
  for await (const query of readLines(run.terminal.input, run.stop)) {
    run.reporter.report(await answerLine(index, query, request, run.stop));
  }
  return run.stop.aborted ? exitCodes.stopped : exitCodes.success;
}

async function answerLine(index: CodeIndex, query: string, request: SearchRequest, stop: AbortSignal): Promise<CliEvent> {
  if (query.trim() === "") return request.kind === "symbols" ? { type: "symbolsFor", query, symbols: [] } : { type: "foundFor", query, chunks: [] };
  const found = await answer(index, query, request, stop);
  return found.type === "symbols" ? { type: "symbolsFor", query, symbols: found.symbols } : { type: "foundFor", query, chunks: found.chunks };
}

/** With --json the rows are the whole output: a reader of `search` is spared the rows of the update. */
function quietProgress({ options, reporter }: CommandRun) {
  return options.json ? { report() {} } : reporter;
}
