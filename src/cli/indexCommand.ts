import { reportUpdate } from "./answer";
import { type CommandAction, engineConfig, namedRoot, using } from "./command";
import { exitCodes } from "./exitCodes";

/** `hearth index [DIR]`: brings a folder's index up to date and says what is in it. */
export function indexCommand(folder: string | undefined): CommandAction {
  return async (run) => {
    const root = namedRoot(run, folder);
    const { reporter, stop, log } = run;
    return using(run.log, run.cores.openIndex({ engine: engineConfig(run, 1), root, log }), async ({ index }) => {
      reporter.report({ type: "indexSummary", root, summary: await reportUpdate(index, reporter, stop) });
      return exitCodes.success;
    });
  };
}
