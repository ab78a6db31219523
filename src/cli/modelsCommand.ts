import path from "node:path";
import type { Engine, ModelListing } from "../engine/ports";
import { type CommandAction, type CommandRun, engineConfig, using } from "./command";
import { exitCodes } from "./exitCodes";

/** `hearth models`: what can be used and what is here; with --download one of them is fetched. */
export function modelsCommand(download: string | undefined): CommandAction {
  return (run) =>
    using(run.log, run.cores.openEngine(engineConfig(run, 1), run.log), async (engine) => {
      if (download !== undefined) return fetchModel(engine, download, run);
      const models = await engine.models();
      run.reporter.report({ type: "models", models, chosen: chosenId(models, run.options.engine.model) });
      return exitCodes.success;
    });
}

/** The id of the row that `model` means: by its id, its path, or the bare name of its file. */
function chosenId(models: readonly ModelListing[], model: string): string {
  const found =
    models.find(({ id }) => id === model) ??
    models.find(({ file }) => file === model) ??
    models.find(({ file }) => file !== undefined && path.basename(file) === model);
  return found?.id ?? model;
}

async function fetchModel(engine: Engine, model: string, { reporter, stop }: CommandRun): Promise<number> {
  for await (const progress of engine.download(model, stop)) reporter.report({ type: "download", model, progress });
  if (stop.aborted) return exitCodes.stopped;
  reporter.report({ type: "downloaded", model });
  return exitCodes.success;
}
