import type { FitReport, FitVerdict } from "../modelReports";
import type { EngineConfig } from "../ports";
import type { FitShape } from "./needs";
import { type Placement, type PlacementQuestion, placeLayers } from "./placeLayers";

/** What is to be loaded. */
export interface FitWish {
  readonly contextSize: number;
  readonly sequences: number;
  readonly gpuLayers: EngineConfig["gpuLayers"];
}

export interface FitQuestion extends PlacementQuestion {
  readonly wish: FitWish;
}

export interface FitDecision {
  readonly verdict: FitVerdict;
  /** The model as wished for. */
  readonly placement: Placement;
  /** What the verdict's shape needs, where it is another one. */
  readonly instead?: Placement;
  readonly setting?: FitReport["setting"];
}

/** No context is made smaller than that, in tokens: less holds no question about code. */
const leastContext = 512;
/** A context has a whole number of such steps. */
const contextStep = 256;

/**
 * Whether a model fits, and otherwise the least change that makes it: fewer layers on the GPU, then fewer
 * conversations, then a smaller context.
 */
export async function decideFit(question: FitQuestion): Promise<FitDecision> {
  const { wish } = question;
  const asked = askedLayers(question);
  const placement = await placeLayers(question, wish, asked);
  if (placement.fits) return placement.gpuLayers === asked ? { verdict: { kind: "fits" }, placement } : fewerLayers(wish, placement);
  return (await fewerSequences(question, placement)) ?? (await smallerContext(question, placement)) ?? { verdict: { kind: "doesNotFit" }, placement };
}

/** Layers that are wanted on the GPU; none without one. */
export function askedLayers({ model, room, wish }: FitQuestion): number {
  if (room.device === "cpu") return 0;
  return typeof wish.gpuLayers === "number" ? Math.min(wish.gpuLayers, model.layers) : model.layers;
}

/** "auto" takes fewer of its own accord. */
function fewerLayers(wish: FitWish, placement: Placement): FitDecision {
  const { gpuLayers } = placement;
  const verdict = { kind: "fitsWithLayers", gpuLayers } as const;
  return { verdict, placement, ...(wish.gpuLayers !== "auto" && { setting: { key: "gpuLayers", value: gpuLayers } as const }) };
}

async function fewerSequences(question: FitQuestion, placement: Placement): Promise<FitDecision | undefined> {
  const { wish } = question;
  const found = await largest(1, wish.sequences - 1, (sequences) => tried(question, { sequences }));
  if (!found) return undefined;
  const { value: sequences, placement: instead } = found;
  const verdict = { kind: "fitsWithSequences", sequences, gpuLayers: instead.gpuLayers } as const;
  return { verdict, placement, instead, setting: { key: "sequences", value: sequences } };
}

async function smallerContext(question: FitQuestion, placement: Placement): Promise<FitDecision | undefined> {
  const most = Math.ceil(question.wish.contextSize / contextStep) - 1;
  const found = await largest(leastContext / contextStep, most, (steps) => tried(question, { contextSize: steps * contextStep }));
  if (!found) return undefined;
  const { placement: instead } = found;
  const contextSize = found.value * contextStep;
  const verdict = { kind: "fitsWithContext", contextSize, gpuLayers: instead.gpuLayers } as const;
  return { verdict, placement, instead, setting: { key: "contextSize", value: contextSize } };
}

function tried(question: FitQuestion, change: Partial<FitShape>): Promise<Placement> {
  return placeLayers(question, { ...question.wish, ...change }, askedLayers(question));
}

/** The largest number from `least` to `most` whose placement fits; needs grow with the number. Undefined when none does. */
async function largest(least: number, most: number, at: (value: number) => Promise<Placement>) {
  let found: { readonly value: number; readonly placement: Placement } | undefined;
  for (let low = least, high = most; low <= high; ) {
    // The first look is at the least: when that does not fit, nothing does.
    const value = found ? Math.ceil((low + high) / 2) : least;
    const placement = await at(value);
    if (!placement.fits && !found) return undefined;
    if (placement.fits) {
      found = { value, placement };
      low = value + 1;
    } else high = value - 1;
  }
  return found;
}
