import { existsSync } from "node:fs";
import path from "node:path";
import { describeError, errorCode, isAbortError } from "../common/errors";
import { engineDefaults } from "../engine/engineConfig";
import type { FitReport } from "../engine/modelReports";
import type { Engine, ModelListing } from "../engine/ports";
import { type CommandAction, type CommandRun, engineConfig, using } from "./command";
import type { ModelRow } from "./events";
import { exitCodes } from "./exitCodes";
import { isFit } from "./modelText";
import { modelName } from "./options";

/** `hearth models`: what can be used, what is here and what fits; with --download one of them is fetched. */
export function modelsCommand(download: string | undefined): CommandAction {
  return download === undefined ? withEngine(listModels) : downloadCommand(download);
}

/** `hearth models download MODEL`. */
export function downloadCommand(model: string): CommandAction {
  return withEngine((engine, run) => fetchModel(engine, model, run));
}

/** `hearth models fit [MODEL]`: 4 is the exit code of a model that does not fit as asked for. */
export function fitCommand(model: string | undefined): CommandAction {
  return withEngine(async (engine, run) => {
    const report = await engine.fit(model === undefined ? {} : { model: modelName(model, run.surroundings.cwd) }, run.stop);
    run.reporter.report({ type: "fit", report });
    return isFit(report) ? exitCodes.success : exitCodes.outOfMemory;
  });
}

/** `hearth models inspect FILE`. */
export function inspectCommand(file: string): CommandAction {
  return withEngine(async (engine, run) => {
    run.reporter.report({ type: "inspect", report: await engine.inspect(fileName(file, run.surroundings.cwd), run.stop) });
    return exitCodes.success;
  });
}

function withEngine(work: (engine: Engine, run: CommandRun) => Promise<number>): CommandAction {
  return (run) => using(run.log, run.cores.openEngine(engineConfig(run, engineDefaults.sequences), run.log), (engine) => work(engine, run));
}

/** Whatever lies there under that name is meant, though it may turn out to be no model. */
function fileName(name: string, cwd: string): string {
  const file = path.resolve(cwd, name);
  return existsSync(file) ? file : modelName(name, cwd);
}

async function listModels(engine: Engine, run: CommandRun): Promise<number> {
  const listed = await engine.models();
  const models: ModelRow[] = [];
  for (const model of listed) models.push(await modelRow(engine, model, run));
  run.reporter.report({ type: "models", models, chosen: chosenId(listed, run.options.engine.model) });
  return exitCodes.success;
}

async function modelRow(engine: Engine, model: ModelListing, run: CommandRun): Promise<ModelRow> {
  const fit = model.role === "chat" ? await fitOf(engine, model, run) : undefined;
  return { model, ...(fit && { fit }) };
}

/** A damaged file says what is wrong with it in its own row; a setting that cannot be is everybody's. */
async function fitOf(engine: Engine, { id, file, source }: ModelListing, { log, stop }: CommandRun): Promise<FitReport | undefined> {
  try {
    return await engine.fit({ model: file !== undefined && file === source ? file : id }, stop);
  } catch (error) {
    if (stop.aborted || errorCode(error) === "bad-setting") throw error;
    log.write("warn", `Whether ${id} fits is not known: ${describeError(error)}`);
    return undefined;
  }
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
  try {
    for await (const progress of engine.download(model, stop)) reporter.report({ type: "download", model, progress });
  } catch (error) {
    if (!stop.aborted || !isAbortError(error)) throw error;
  }
  if (stop.aborted) {
    reporter.report({ type: "notice", text: "The download is paused: what has come is kept, and the same command goes on from there." });
    return exitCodes.stopped;
  }
  reporter.report({ type: "downloaded", model });
  return exitCodes.success;
}
