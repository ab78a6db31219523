import type { FitReport } from "../engine/modelReports";

/** A row's verdict in a few words, with an icon. */
export function fitLabel({ verdict }: FitReport): string {
  switch (verdict.kind) {
    case "fits":
      return "$(check) fits";
    case "fitsWithLayers":
      return verdict.gpuLayers === 0 ? "$(check) fits on the processor" : `$(check) fits with ${verdict.gpuLayers} layers on the GPU`;
    case "fitsWithContext":
      return `$(warning) fits with a context of ${verdict.contextSize.toLocaleString("en")} tokens`;
    case "fitsWithSequences":
      return `$(warning) fits with ${verdict.sequences === 1 ? "1 conversation" : `${verdict.sequences} conversations`} in memory`;
    case "doesNotFit":
      return "$(error) does not fit";
    default:
      return verdict satisfies never;
  }
}

/** What a person who picks a model is asked first; undefined where it can be loaded as things are set. */
export function fitQuestion(report: FitReport): { readonly message: string; readonly detail: string } | undefined {
  const { verdict, summary, setting } = report;
  if (verdict.kind === "fits" || verdict.kind === "fitsWithLayers") return undefined;
  return { message: summary, detail: setting === undefined ? "Loading it may fail." : settingHelp(setting) };
}

function settingHelp({ key, value }: NonNullable<FitReport["setting"]>): string {
  const change = key === "model" ? `The model ${value} would fit.` : `It would fit with the setting hearth.${key} at ${value}.`;
  return `${change} Without it, loading may fail.`;
}

/** The button that takes the setting over. */
export function fitButton({ setting }: FitReport): string | undefined {
  if (setting === undefined) return undefined;
  return setting.key === "model" ? `Use ${setting.value} Instead` : `Set ${setting.key} to ${setting.value}`;
}
