// Rows of ggml's tensor types. Each decoder writes the single-precision numbers that ggml has for `count` values; up to
// three more where `count` is no multiple of four.

/** Values of a block of the K-quants. */
const blockValues = 256;

export function decodeF32(from: usize, into: usize, count: i32): void {
  memory.copy(into, from, (<usize>count) << 2);
}

/** The upper half of single precision. */
export function decodeBF16(from: usize, into: usize, count: i32): void {
  for (let i = 0; i < count; i += 4, from += 8, into += 16) {
    v128.store(into, i32x4.shl(v128.load16x4_u(from), 16));
  }
}

export function decodeF16(from: usize, into: usize, count: i32): void {
  for (let i = 0; i < count; i++, from += 2, into += 4) store<f32>(into, halfAt(from));
}

/** 34 bytes for 32 values: a half-precision scale and signed bytes. */
export function decodeQ8(from: usize, into: usize, count: i32): void {
  const none = f32x4.splat(0);
  for (let block = 0; block < count; block += 32, from += 34, into += 128) {
    const scale = f32x4.splat(halfAt(from));
    storeLevels(v128.load(from, 2), into, scale, none);
    storeLevels(v128.load(from, 18), into + 64, scale, none);
  }
}

/** 144 bytes: two half-precision scales, 12 bytes of 6-bit scales and minima, 128 bytes of 4-bit numbers. */
export function decodeQ4K(from: usize, into: usize, count: i32): void {
  for (let block = 0; block < count; block += blockValues, from += 144, into += 1024) {
    for (let part = 0; part < 8; part++) decodePart(from, part, from + 16, 0, into);
  }
}

/** 176 bytes: as Q4_K, with the fifth bits of the numbers in 32 bytes before the others. */
export function decodeQ5K(from: usize, into: usize, count: i32): void {
  for (let block = 0; block < count; block += blockValues, from += 176, into += 1024) {
    for (let part = 0; part < 8; part++) decodePart(from, part, from + 48, from + 16, into);
  }
}

/** One of eight parts of 32 values, which have a scale and a minimum. `fifths` is 0 where numbers have four bits. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function decodePart(block: usize, part: i32, numbers: usize, fifths: usize, into: usize): void {
  const scale = scaleOf(block, part);
  const least = leastOf(block, part);
  numbers += (part >> 1) * 32;
  into += part * 128;
  for (let half: usize = 0; half < 32; half += 16) {
    let some = fourBits(numbers + half, part & 1);
    if (fifths != 0) some = v128.or(some, fifthBits(fifths + half, part));
    storeLevels(some, into + half * 4, scale, least);
  }
}

/** 210 bytes: 128 of low 4 bits, 64 of high 2 bits, 16 signed scales, one half-precision scale. */
export function decodeQ6K(from: usize, into: usize, count: i32): void {
  const none = f32x4.splat(0);
  const middle = i8x16.splat(32);
  for (let block = 0; block < count; block += blockValues, from += 210) {
    const scale = halfAt(from + 208);
    for (let part = 0; part < 16; part++, into += 64) {
      // Parts of 16 values; each two share their shifts.
      const low = from + (part >> 3) * 64 + (part & 3) * 16;
      const high = from + 128 + (part >> 3) * 32 + (part & 1) * 16;
      const twoBits = v128.and(i8x16.shr_u(v128.load(high), ((part >> 1) & 3) * 2), i8x16.splat(3));
      const numbers = i8x16.sub(v128.or(fourBits(low, (part >> 2) & 1), i8x16.shl(twoBits, 4)), middle);
      storeLevels(numbers, into, f32x4.splat(scale * <f32>load<i8>(from + 192 + part)), none);
    }
  }
}

/** Sixteen numbers of four bits: the lower halves of bytes, or the upper ones. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function fourBits(from: usize, upper: i32): v128 {
  return v128.and(i8x16.shr_u(v128.load(from), upper << 2), i8x16.splat(15));
}

/** One bit of each of sixteen bytes, at the place of a number's fifth. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function fifthBits(from: usize, bit: i32): v128 {
  return i8x16.shl(v128.and(i8x16.shr_u(v128.load(from), bit), i8x16.splat(1)), 4);
}

/** Writes scale x number - least for sixteen signed bytes; first the product is rounded, then the difference. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function storeLevels(numbers: v128, into: usize, scale: v128, least: v128): void {
  const low = i16x8.extend_low_i8x16_s(numbers);
  const high = i16x8.extend_high_i8x16_s(numbers);
  v128.store(into, levels(i32x4.extend_low_i16x8_s(low), scale, least));
  v128.store(into, levels(i32x4.extend_high_i16x8_s(low), scale, least), 16);
  v128.store(into, levels(i32x4.extend_low_i16x8_s(high), scale, least), 32);
  v128.store(into, levels(i32x4.extend_high_i16x8_s(high), scale, least), 48);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function levels(four: v128, scale: v128, least: v128): v128 {
  return f32x4.sub(f32x4.mul(scale, f32x4.convert_i32x4_s(four)), least);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function scaleOf(block: usize, part: i32): v128 {
  return f32x4.splat(halfAt(block) * <f32>packed(block + 4, part, 0));
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function leastOf(block: usize, part: i32): v128 {
  return f32x4.splat(halfAt(block + 2) * <f32>packed(block + 4, part, 4));
}

/**
 * Eight scales and eight minima of 6 bits in 12 bytes: those of the first four parts in the low bits of 8 bytes, the
 * others half in the last 4 bytes and half in the high bits of the first 8.
 * @param kind 0 for a scale, 4 for a minimum
 */
// @ts-ignore: a decorator of AssemblyScript
@inline
function packed(from: usize, part: i32, kind: i32): u32 {
  if (part < 4) return load<u8>(from + kind + part) & 63;
  const low = (<u32>load<u8>(from + 4 + part) >> kind) & 15;
  return low | ((<u32>load<u8>(from + kind + part - 4) >> 6) << 4);
}

/** A half-precision number, exactly: its bits stand for 2^-112 times as much in single precision. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function halfAt(from: usize): f32 {
  const bits = <u32>load<u16>(from);
  const magnitude = (bits & 0x7fff) << 13;
  const value = magnitude < 0x0f800000 ? reinterpret<f32>(magnitude) * <f32>5.192296858534828e33 : reinterpret<f32>(magnitude | 0x7f800000);
  return bits & 0x8000 ? -value : value;
}
