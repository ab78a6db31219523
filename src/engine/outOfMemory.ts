import { HearthError } from "../common/errors";
import { byteSize } from "../common/byteSize";
import { t } from "../common/l10n";
import type { FitReport } from "./modelReports";
import type { MachineMemory } from "./runtime";

/**
 * Share of a machine's memory by which a model may need more than is free now: what the system can still make room
 * for by compressing and swapping, and what the estimate may be off.
 */
const slack = 0.1;

/** Throws "out-of-memory" for a model that would take so much that the system had to end programs for it. */
export function refuseTooLarge(report: FitReport, { ram, unified }: MachineMemory): void {
  const needed = report.total.ram + (unified ? report.total.vram : 0);
  if (needed > ram.free + slack * ram.total) throw outOfMemory(report);
}

/**
 * An error of loading, with what was needed and what is free where it is about memory. The library's own words seldom
 * tell: a load that fails without them is taken for one for want of memory where the figures say that it does not fit.
 */
export function withFigures(error: unknown, report: FitReport | undefined): unknown {
  if (!report || !(error instanceof HearthError)) return error;
  const failed = error.code === "model-load-failed" && !fits(report);
  return failed || error.code === "out-of-memory" ? outOfMemory(report, error) : error;
}

function fits({ verdict }: FitReport): boolean {
  return verdict.kind === "fits" || verdict.kind === "fitsWithLayers";
}

function outOfMemory(report: FitReport, cause?: HearthError): HearthError {
  const said = cause === undefined ? "" : ` ${cause.message}`;
  return new HearthError("out-of-memory", `${t("There is not enough memory for {0}: it needs {1}.", report.model, amounts(report))}${said}`, {
    remedy: remedies(report).join(" "),
    cause,
  });
}

function amounts({ total, free }: FitReport): string {
  const ram = t("{0} of memory, of which {1} can be had", byteSize(total.ram), byteSize(free.ram));
  return total.vram === 0 ? ram : t("{0} of the GPU's memory, of which {1} can be had, and {2}", byteSize(total.vram), byteSize(free.vram), ram);
}

function remedies({ setting, total }: FitReport): string[] {
  return [change(setting), ...(total.vram > 0 ? [t("With gpuLayers set to 0 it runs on the processor.")] : []), t("Closing other programs helps too.")];
}

function change(setting: FitReport["setting"]): string {
  if (!setting) return t("Set a smaller context size, or pick a smaller model.");
  return setting.key === "model" ? t("The model {0} would fit.", setting.value) : t("It would fit with {0} set to {1}.", setting.key, setting.value);
}
