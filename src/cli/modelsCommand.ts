import type { Engine } from "../engine/ports";
import { type CommandAction, type CommandRun, engineConfig, using } from "./command";
import { exitCodes } from "./exitCodes";

/** `hearth models`: what can be used and what is here; with --download one of them is fetched. */
export function modelsCommand(download: string | undefined): CommandAction {
  return (run) =>
    using(run.log, run.cores.openEngine(engineConfig(run, 1), run.log), async (engine) => {
      if (download !== undefined) return fetchModel(engine, download, run);
      run.reporter.report({ type: "models", models: await engine.models(), chosen: run.options.engine.model });
      return exitCodes.success;
    });
}

async function fetchModel(engine: Engine, model: string, { reporter, stop }: CommandRun): Promise<number> {
  for await (const progress of engine.download(model, stop)) reporter.report({ type: "download", model, progress });
  if (stop.aborted) return exitCodes.stopped;
  reporter.report({ type: "downloaded", model });
  return exitCodes.success;
}
