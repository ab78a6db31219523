import type { MemoryNeed } from "../modelReports";
import { type FitShape, type ModelNeeds, type ShapeNeeds, totalOf } from "./needs";
import { isRoomFor, type Room } from "./room";

/** A model with a number of its layers on the GPU. */
export interface Placement {
  readonly gpuLayers: number;
  readonly needs: ShapeNeeds;
  /** What stands beside the model included. */
  readonly total: MemoryNeed;
  readonly fits: boolean;
}

export interface PlacementQuestion {
  readonly model: ModelNeeds;
  readonly room: Room;
  /** Needed besides, for the embedding model. */
  readonly beside: MemoryNeed;
}

/**
 * As many layers on the GPU as its memory holds, `most` at most; the rest is the processor's. Whether that has the
 * memory is for the caller to see. Few shapes are tried: each costs the library some work.
 */
export async function placeLayers(question: PlacementQuestion, size: Omit<FitShape, "gpuLayers">, most: number): Promise<Placement> {
  const { vram } = question.room;
  let high = await placement(question, { ...size, gpuLayers: most });
  if (high.total.vram <= vram) return high;
  let low = await placement(question, { ...size, gpuLayers: 0 });
  while (high.gpuLayers - low.gpuLayers > 1) {
    const middle = await placement(question, { ...size, gpuLayers: between(low, high, vram) });
    if (middle.total.vram <= vram) low = middle;
    else high = middle;
  }
  return low;
}

async function placement({ model, room, beside }: PlacementQuestion, shape: FitShape): Promise<Placement> {
  const needs = await model.needs(shape);
  const total = totalOf(needs, beside);
  return { gpuLayers: shape.gpuLayers, needs, total, fits: isRoomFor(total, room) };
}

/** Layers are much alike, so the number that fits is about where a straight line meets the room. */
function between(low: Placement, high: Placement, vram: number): number {
  const share = (vram - low.total.vram) / (high.total.vram - low.total.vram);
  const guess = low.gpuLayers + Math.floor(share * (high.gpuLayers - low.gpuLayers));
  return Math.min(high.gpuLayers - 1, Math.max(low.gpuLayers + 1, guess));
}
