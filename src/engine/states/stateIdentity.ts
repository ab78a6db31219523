import type { KvCacheType } from "../ports";

/**
 * What a KV state belongs to; it is loaded where all of it is the same. Model, sequences, KV type and flash attention
 * decide the layout, which the library checks in part only. The context size may decide the values: the rotation of
 * long-context models depends on it. Device and GPU layers decide how they were rounded, so that a restored
 * conversation goes on with the tokens that an unbroken one would have had.
 */
export interface StateIdentity {
  readonly modelHash: string;
  /** Version of node-llama-cpp: it fixes the file's format. */
  readonly libraryVersion: string;
  readonly sequences: number;
  /** Tokens of one sequence. */
  readonly contextSize: number;
  readonly kvCacheType: KvCacheType;
  readonly flashAttention: boolean;
  readonly device: string;
  readonly gpuLayers: number;
}

export function sameIdentity(a: StateIdentity, b: StateIdentity): boolean {
  return identityKey(a) === identityKey(b);
}

function identityKey(identity: StateIdentity): string {
  const { modelHash, libraryVersion, sequences, contextSize, kvCacheType, flashAttention, device, gpuLayers } = identity;
  return JSON.stringify([modelHash, libraryVersion, sequences, contextSize, kvCacheType, flashAttention, device, gpuLayers]);
}
