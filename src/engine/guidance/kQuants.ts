import { halfFloats } from "./halfFloats";

/** Values of a block of ggml's K-quants. */
const blockValues = 256;
/** A sub-block of Q4_K and Q5_K has one scale and one minimum. */
const subBlock = 32;

/** What each number of a sub-block stands for, computed once for its 32 values. */
const levels = new Float32Array(32);

/** 144 bytes: two half-precision scales, 12 bytes of 6-bit scales and minima, 128 bytes of 4-bit numbers. */
export function decodeQ4K(bytes: Uint8Array, from: number, into: Float32Array): void {
  for (let block = 0, at = from; block < into.length; block += blockValues, at += 144) {
    for (let sub = 0; sub < 8; sub++) {
      fillLevels(bytes, at, sub, 16);
      const numbers = at + 16 + (sub >> 1) * subBlock;
      const shift = (sub & 1) * 4;
      const start = block + sub * subBlock;
      for (let i = 0; i < subBlock; i++) into[start + i] = levels[((bytes[numbers + i] ?? 0) >> shift) & 15] ?? 0;
    }
  }
}

/** 176 bytes: as Q4_K, with the fifth bits of the numbers in 32 bytes before the others. */
export function decodeQ5K(bytes: Uint8Array, from: number, into: Float32Array): void {
  for (let block = 0, at = from; block < into.length; block += blockValues, at += 176) {
    for (let sub = 0; sub < 8; sub++) {
      fillLevels(bytes, at, sub, 32);
      const numbers = at + 48 + (sub >> 1) * subBlock;
      const shift = (sub & 1) * 4;
      const start = block + sub * subBlock;
      for (let i = 0; i < subBlock; i++) {
        const low = ((bytes[numbers + i] ?? 0) >> shift) & 15;
        const high = ((bytes[at + 16 + i] ?? 0) >> sub) & 1;
        into[start + i] = levels[low | (high << 4)] ?? 0;
      }
    }
  }
}

/** 210 bytes: 128 of low 4 bits, 64 of high 2 bits, 16 signed scales, one half-precision scale. */
export function decodeQ6K(bytes: Uint8Array, from: number, into: Float32Array): void {
  for (let block = 0, at = from; block < into.length; block += blockValues, at += 210) {
    const scale = halfAt(bytes, at + 208);
    for (let sub = 0; sub < 8; sub++) decodeQ6KPart(bytes, at, sub, scale, into, block + sub * subBlock);
  }
}

/** 32 of a block's values; each 16 have a scale. */
function decodeQ6KPart(bytes: Uint8Array, at: number, sub: number, scale: number, into: Float32Array, start: number): void {
  const low = at + (sub >> 2) * 64 + (sub & 1) * subBlock;
  const lowShift = ((sub >> 1) & 1) * 4;
  const high = at + 128 + (sub >> 2) * subBlock;
  const highShift = (sub & 3) * 2;
  for (let half = 0; half < 2; half++) {
    const own = Math.fround(scale * signed(bytes[at + 192 + sub * 2 + half] ?? 0));
    for (let i = half * 16; i < half * 16 + 16; i++) {
      const number = (((bytes[low + i] ?? 0) >> lowShift) & 15) | ((((bytes[high + i] ?? 0) >> highShift) & 3) << 4);
      into[start + i] = own * (number - 32);
    }
  }
}

/** Rounded as single precision rounds: first the product, then the difference. */
function fillLevels(bytes: Uint8Array, at: number, sub: number, count: number): void {
  const scale = Math.fround(halfAt(bytes, at) * packedScale(bytes, at + 4, sub, 0));
  const least = Math.fround(halfAt(bytes, at + 2) * packedScale(bytes, at + 4, sub, 4));
  for (let i = 0; i < count; i++) levels[i] = Math.fround(scale * i) - least;
}

/**
 * Eight scales and eight minima of 6 bits in 12 bytes: those of the first four sub-blocks in the low bits of 8 bytes,
 * the others half in the last 4 bytes and half in the high bits of the first 8.
 * @param kind 0 for a scale, 4 for a minimum
 */
function packedScale(bytes: Uint8Array, at: number, sub: number, kind: 0 | 4): number {
  if (sub < 4) return (bytes[at + kind + sub] ?? 0) & 63;
  const low = ((bytes[at + 8 + sub - 4] ?? 0) >> kind) & 15;
  return low | (((bytes[at + kind + sub - 4] ?? 0) >> 6) << 4);
}

export function halfAt(bytes: Uint8Array, at: number): number {
  return halfFloats()[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] ?? 0;
}

function signed(byte: number): number {
  return byte > 127 ? byte - 256 : byte;
}
