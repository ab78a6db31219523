import { reportUpdate } from "./answer";
import { type CommandAction, engineConfig, namedRoot, using } from "./command";
import { exitCodeOf, exitCodes } from "./exitCodes";

/** `hearth index [DIR]`: brings a folder's index up to date and says what is in it. An embedding model that fails fails the command. */
export function indexCommand(folder: string | undefined): CommandAction {
  return async (run) => {
    const root = namedRoot(run, folder);
    const { reporter, stop, log } = run;
    return using(run.log, run.cores.openIndex({ engine: engineConfig(run, 1), root, log }), async ({ index }) => {
      const summary = await reportUpdate(index, reporter, stop);
      reporter.report({ type: "indexSummary", root, summary });
      return summary.embeddingError ? exitCodeOf(summary.embeddingError.code) : exitCodes.success;
    });
  };
}
