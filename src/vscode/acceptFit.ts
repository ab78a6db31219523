import { window } from "vscode";
import { describeError } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import type { FitReport } from "../engine/modelReports";
import type { Engine } from "../engine/ports";
import { fitButton, fitQuestion } from "./fitText";
import { setMemorySetting } from "./memorySettings";

/** How long a person who has picked a model waits to be told that it does not fit. */
const limitMs = 3000;

/**
 * Asks first when a model does not fit this machine's memory, and offers the setting that would help. Resolves with the
 * model to use; undefined: the person thought better of it.
 */
export async function acceptFit(model: string, { engine, log }: { engine: Pick<Engine, "fit">; log: Log }): Promise<string | undefined> {
  const report = await reportOf(model, engine, log);
  const question = report && fitQuestion(report);
  if (!question) return model;
  const help = fitButton(report);
  const anyway = t("Use It Anyway");
  const buttons = help === undefined ? [anyway] : [help, anyway];
  const chosen = await window.showWarningMessage(question.message, { modal: true, detail: question.detail }, ...buttons);
  if (chosen === undefined) return undefined;
  return chosen === anyway ? model : take(report, model);
}

/** A verdict that cannot be had stops nobody. */
async function reportOf(model: string, engine: Pick<Engine, "fit">, log: Log): Promise<FitReport | undefined> {
  try {
    return await engine.fit({ model }, AbortSignal.timeout(limitMs));
  } catch (error) {
    log.write("info", `Whether ${model} fits is not known: ${describeError(error)}`);
    return undefined;
  }
}

async function take({ setting }: FitReport, model: string): Promise<string> {
  if (setting === undefined) return model;
  if (setting.key === "model") return String(setting.value);
  await setMemorySetting(setting.key, setting.value);
  return model;
}
