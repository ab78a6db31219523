import { byteSize } from "../../common/byteSize";
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
  return [verdictSentence(parts), ...(parts.estimated ? ["Estimated before the download."] : [])].join(" ");
}

function verdictSentence(parts: SummaryParts): string {
  const { verdict } = parts.decision;
  switch (verdict.kind) {
    case "fits":
      return `Fits${place(parts)}: it needs ${amounts(parts, parts.decision.placement.total)}.`;
    case "fitsWithLayers":
      return `${layersOf(verdict.gpuLayers, parts)}: it needs ${amounts(parts, parts.decision.placement.total)}.`;
    case "fitsWithSequences":
    case "fitsWithContext":
      return `${refusal(parts)} ${wayOut(verdict, parts)}.`;
    case "doesNotFit":
      return `${refusal(parts)} ${instead(parts)}`;
    default:
      return verdict satisfies never;
  }
}

/** Nothing to say where there is no GPU, or none was asked for. */
function place({ decision, layers, room }: SummaryParts): string {
  const { gpuLayers } = decision.placement;
  if (room.device === "cpu" || gpuLayers === 0) return "";
  return gpuLayers >= layers ? " on the GPU" : `, with ${gpuLayers} of ${layers} layers on the GPU`;
}

function layersOf(gpuLayers: number, { layers }: SummaryParts): string {
  return gpuLayers === 0 ? "Fits on the processor, as the GPU has no memory for it" : `Fits with ${gpuLayers} of ${layers} layers on the GPU`;
}

function refusal(parts: SummaryParts): string {
  return `Does not fit: it needs ${amounts(parts, parts.decision.placement.total)}.`;
}

type Change = Extract<FitVerdict, { readonly kind: "fitsWithSequences" | "fitsWithContext" }>;

function wayOut(verdict: Change, parts: SummaryParts): string {
  const total = parts.decision.instead?.total;
  const needs = total ? `, for ${amounts(parts, total)}` : "";
  if (verdict.kind === "fitsWithContext") return `It fits with a context of ${verdict.contextSize} tokens instead of ${parts.wish.contextSize}${needs}`;
  const held = verdict.sequences === 1 ? "1 conversation" : `${verdict.sequences} conversations`;
  return `It fits with ${held} at once instead of ${parts.wish.sequences}${needs}`;
}

function instead({ decision }: SummaryParts): string {
  const smaller = decision.setting?.key === "model" ? decision.setting.value : undefined;
  return smaller === undefined ? "A smaller context does not help; take a smaller model." : `A smaller context does not help; the model ${smaller} fits.`;
}

/** "3.1 GB of memory (8.0 GB can be used)", and the same of the GPU's. */
function amounts({ room }: SummaryParts, { ram, vram }: MemoryNeed): string {
  const part = (need: number, what: string, free: number) => `${byteSize(need)} of ${what} (${byteSize(free)} can be used)`;
  if (vram === 0) return part(ram, "memory", room.ram);
  if (room.unified) return part(ram + vram, "memory", room.ram);
  return `${part(vram, "the GPU's memory", room.vram)} and ${part(ram, "memory", room.ram)}`;
}
