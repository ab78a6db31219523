import { byteSize } from "../../common/byteSize";
import { t } from "../../common/l10n";
import type { FitReport, MemoryNeed } from "../../engine/modelReports";

/** What a model's memory is for. */
export function memoryText({ weights, kvCache, compute }: FitReport): string {
  return t("{0} for the weights, {1} for conversations, {2} for computing", both(weights), both(kvCache), both(compute));
}

/** Memory of the machine and of the GPU together. */
function both({ ram, vram }: MemoryNeed): string {
  return byteSize(ram + vram);
}
