import type { MemoryNeed } from "../modelReports";

/** How a model is to be loaded, as far as its memory depends on it. */
export interface FitShape {
  /** Tokens of one conversation. */
  readonly contextSize: number;
  /** Conversations at once. */
  readonly sequences: number;
  /** Layers on the GPU, the output layer included. */
  readonly gpuLayers: number;
}

export interface ShapeNeeds {
  readonly weights: MemoryNeed;
  readonly kvCache: MemoryNeed;
  readonly compute: MemoryNeed;
}

/** What a model needs in each shape: from its file, or from the catalog's figures. */
export interface ModelNeeds {
  /** Layers of the model, the output layer included. */
  readonly layers: number;
  needs(shape: FitShape): Promise<ShapeNeeds>;
}

export const nothing: MemoryNeed = { ram: 0, vram: 0 };

export function sum(...needs: readonly MemoryNeed[]): MemoryNeed {
  return needs.reduce((total, { ram, vram }) => ({ ram: total.ram + ram, vram: total.vram + vram }), nothing);
}

export function totalOf({ weights, kvCache, compute }: ShapeNeeds, beside: MemoryNeed = nothing): MemoryNeed {
  return sum(weights, kvCache, compute, beside);
}
