import { type GgufTensor, readGgufHeader } from "./ggufHeader";
import { tensorType } from "./ggufTypes";

/** How the weights of a model reach the memory. */
interface WeightMappingQuestion {
  readonly file: string;
  /** Layers go to a GPU. */
  readonly onGpu: boolean;
  /** The GPU works on the mapped file itself, as one does that shares the processor's memory. */
  readonly gpuMapsFiles: boolean;
  /** Node's `process.arch`. */
  readonly arch: string;
}

/** Share of the weights from which on a second copy costs more than mapping saves. */
const worthReading = 0.25;

/**
 * Whether to map a model's file into memory instead of reading it.
 *
 * llama.cpp's processor backend keeps a rearranged ("repacked") copy of some types of weights. With a mapped file the
 * originals stay resident beside it, though nothing looks at them again. Measured with the full-size Phi-3 shape at
 * Q4_K_M, a file of 2.28 GB of which 1.81 GB are repacked (x64, 512 tokens of context, random weights):
 * mapped 4.41 GB resident (2.08 anonymous, 2.33 of the file), read 2.62 GB (2.57 anonymous). On a machine that was busy
 * with other things, loading took 2.8 s mapped and 3.8 s read from a warm file cache, 8.0 and 5.8 s from the disk;
 * prefill and decode ran at the same rate. The system can take the mapped pages back (seen: 2.13 GB resident, 2.46 GB
 * after the next evaluation), but counts them until then. Two windows share them but not the copies, which makes
 * 6.5 GB mapped against 5.2 GB read. Direct I/O came to the same memory, but leaves nothing in the file cache for the
 * next load; that cache is given up before anything else. `node scripts/bench.mjs memory` measures again.
 *
 * Where little is repacked, mapping costs nothing and windows share the whole model. With layers on a GPU that has its
 * own memory the file only passes through.
 */
export async function mapsWeights({ file, onGpu, gpuMapsFiles, arch }: WeightMappingQuestion): Promise<boolean> {
  if (onGpu) return gpuMapsFiles;
  return repackedShare((await readGgufHeader(file)).tensors, arch) < worthReading;
}

/** Types that llama.cpp repacks for a processor (ggml-cpu/repack.cpp), with AVX2 or with NEON's dot products. */
const repackedTypes: Readonly<Record<string, readonly string[]>> = {
  x64: ["Q4_0", "Q2_K", "Q4_K", "IQ4_NL", "MXFP4"],
  arm64: ["Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "MXFP4"],
};

/** Bytes of the weights that are repacked, of all bytes of weights; from 0 to 1. */
export function repackedShare(tensors: readonly GgufTensor[], arch: string): number {
  const types = repackedTypes[arch] ?? [];
  const bytes = (some: readonly GgufTensor[]) => some.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0);
  const repacked = tensors.filter((tensor) => isMatrix(tensor) && types.includes(tensorType(tensor.type)?.name ?? ""));
  return bytes(repacked) / Math.max(1, bytes(tensors));
}

/** Only what is multiplied is repacked; embeddings are looked up row by row. */
function isMatrix({ name, shape }: GgufTensor): boolean {
  return shape.length >= 2 && !name.startsWith("token_embd");
}
