import { counted } from "../common/counted";
import { language, t } from "../common/l10n";
import type { FitReport } from "../engine/modelReports";

/** A row's verdict in a few words, with an icon. */
export function fitLabel({ verdict }: FitReport): string {
  switch (verdict.kind) {
    case "fits":
      return `$(check) ${t("fits")}`;
    case "fitsWithLayers":
      return verdict.gpuLayers === 0 ? `$(check) ${t("fits on the processor")}` : `$(check) ${t("fits with {0} layers on the GPU", verdict.gpuLayers)}`;
    case "fitsWithContext":
      return `$(warning) ${t("fits with a context of {0} tokens", verdict.contextSize.toLocaleString(language()))}`;
    case "fitsWithSequences":
      return `$(warning) ${counted(verdict.sequences, t("fits with {0} conversation in memory"), t("fits with {0} conversations in memory"))}`;
    case "doesNotFit":
      return `$(error) ${t("does not fit")}`;
    default:
      return verdict satisfies never;
  }
}

/** What a person who picks a model is asked first; undefined where it can be loaded as things are set. */
export function fitQuestion(report: FitReport): { readonly message: string; readonly detail: string } | undefined {
  const { verdict, summary, setting } = report;
  if (verdict.kind === "fits" || verdict.kind === "fitsWithLayers") return undefined;
  return { message: summary, detail: setting === undefined ? t("Loading it may fail.") : settingHelp(setting) };
}

function settingHelp({ key, value }: NonNullable<FitReport["setting"]>): string {
  return key === "model"
    ? t("The model {0} would fit. Without it, loading may fail.", value)
    : t("It would fit with the setting {0} at {1}. Without it, loading may fail.", `hearth.${key}`, value);
}

/** The button that takes the setting over. */
export function fitButton({ setting }: FitReport): string | undefined {
  if (setting === undefined) return undefined;
  return setting.key === "model" ? t("Use {0} Instead", setting.value) : t("Set {0} to {1}", setting.key, setting.value);
}
