import { byteSize } from "../../common/byteSize";
import { t } from "../../common/l10n";
import type { FitVerdict, MemoryNeed } from "../modelReports";
import type { FitDecision, FitWish } from "./decideFit";
import type { Room } from "./room";

export interface SummaryParts {
  readonly decision: FitDecision;
  readonly wish: FitWish;
  readonly layers: number;
  readonly room: Room;
  readonly estimated: boolean;
}

/** The verdict in sentences: what it is, what that rests on, and what would change it. */
export function fitSummary(parts: SummaryParts): string {
  return [verdictSentence(parts), ...(parts.estimated ? [t("Estimated before the download.")] : [])].join(" ");
}

function verdictSentence(parts: SummaryParts): string {
  const { verdict } = parts.decision;
  switch (verdict.kind) {
    case "fits":
      return fitsText(parts, amounts(parts, parts.decision.placement.total));
    case "fitsWithLayers":
      return layersText(verdict.gpuLayers, parts, amounts(parts, parts.decision.placement.total));
    case "fitsWithSequences":
    case "fitsWithContext":
      return `${refusal(parts)} ${wayOut(verdict, parts)}`;
    case "doesNotFit":
      return `${refusal(parts)} ${instead(parts)}`;
    default:
      return verdict satisfies never;
  }
}

/** Nothing to say where there is no GPU, or none was asked for. */
function fitsText({ decision, layers, room }: SummaryParts, needs: string): string {
  const { gpuLayers } = decision.placement;
  if (room.device === "cpu" || gpuLayers === 0) return t("Fits: it needs {0}.", needs);
  return gpuLayers >= layers ? t("Fits on the GPU: it needs {0}.", needs) : t("Fits, with {0} of {1} layers on the GPU: it needs {2}.", gpuLayers, layers, needs);
}

function layersText(gpuLayers: number, { layers }: SummaryParts, needs: string): string {
  if (gpuLayers === 0) return t("Fits on the processor, as the GPU has no memory for it: it needs {0}.", needs);
  return t("Fits with {0} of {1} layers on the GPU: it needs {2}.", gpuLayers, layers, needs);
}

function refusal(parts: SummaryParts): string {
  return t("Does not fit: it needs {0}.", amounts(parts, parts.decision.placement.total));
}

type Change = Extract<FitVerdict, { readonly kind: "fitsWithSequences" | "fitsWithContext" }>;

function wayOut(verdict: Change, parts: SummaryParts): string {
  const total = parts.decision.instead?.total;
  const needs = total && amounts(parts, total);
  return verdict.kind === "fitsWithContext" ? contextText(verdict.contextSize, parts.wish, needs) : sequencesText(verdict.sequences, parts.wish, needs);
}

function contextText(size: number, { contextSize }: FitWish, needs: string | undefined): string {
  if (needs === undefined) return t("It fits with a context of {0} tokens instead of {1}.", size, contextSize);
  return t("It fits with a context of {0} tokens instead of {1}, for {2}.", size, contextSize, needs);
}

function sequencesText(held: number, { sequences }: FitWish, needs: string | undefined): string {
  if (needs === undefined) {
    return held === 1 ? t("It fits with 1 conversation at once instead of {0}.", sequences) : t("It fits with {0} conversations at once instead of {1}.", held, sequences);
  }
  return held === 1
    ? t("It fits with 1 conversation at once instead of {0}, for {1}.", sequences, needs)
    : t("It fits with {0} conversations at once instead of {1}, for {2}.", held, sequences, needs);
}

function instead({ decision }: SummaryParts): string {
  const smaller = decision.setting?.key === "model" ? decision.setting.value : undefined;
  return smaller === undefined ? t("A smaller context does not help; take a smaller model.") : t("A smaller context does not help; the model {0} fits.", smaller);
}

/** "3.1 GB of memory (8.0 GB can be used)", and the same of the GPU's. */
function amounts({ room }: SummaryParts, { ram, vram }: MemoryNeed): string {
  const memory = (need: number) => t("{0} of memory ({1} can be used)", byteSize(need), byteSize(room.ram));
  if (vram === 0) return memory(ram);
  if (room.unified) return memory(ram + vram);
  return t("{0} of the GPU's memory ({1} can be used) and {2}", byteSize(vram), byteSize(room.vram), memory(ram));
}
