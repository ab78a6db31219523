// Vectors of a whole number of eights, zeros at their end.

const step: usize = 32;

/** Takes `other` off the row; gives the sum of the squares of what remains. */
export function subtract(row: usize, other: usize, count: i32): f32 {
  let first = f32x4.splat(0);
  let second = first;
  for (const end = row + ((<usize>count) << 2); row < end; row += step, other += step) {
    const low = f32x4.sub(v128.load(row), v128.load(other));
    const high = f32x4.sub(v128.load(row, 16), v128.load(other, 16));
    v128.store(row, low);
    v128.store(row, high, 16);
    first = f32x4.add(first, f32x4.mul(low, low));
    second = f32x4.add(second, f32x4.mul(high, high));
  }
  return sum(f32x4.add(first, second));
}

/** The inner product. */
export function dot(row: usize, other: usize, count: i32): f32 {
  let first = f32x4.splat(0);
  let second = first;
  for (const end = row + ((<usize>count) << 2); row < end; row += step, other += step) {
    first = f32x4.add(first, f32x4.mul(v128.load(row), v128.load(other)));
    second = f32x4.add(second, f32x4.mul(v128.load(row, 16), v128.load(other, 16)));
  }
  return sum(f32x4.add(first, second));
}

/** Sum of the row's squared values, each times its weight. */
export function weightedSquares(row: usize, weights: usize, count: i32): f32 {
  let first = f32x4.splat(0);
  let second = first;
  for (const end = row + ((<usize>count) << 2); row < end; row += step, weights += step) {
    const low = v128.load(row);
    const high = v128.load(row, 16);
    first = f32x4.add(first, f32x4.mul(f32x4.mul(low, low), v128.load(weights)));
    second = f32x4.add(second, f32x4.mul(f32x4.mul(high, high), v128.load(weights, 16)));
  }
  return sum(f32x4.add(first, second));
}

/**
 * A bank of four filters of eight values at a stride of eight, a ReLU, and means over `pools` parts of the row.
 * @param filters the first value of each of the four, then the second ...
 * @param into 4 x `pools` values: what the four say of the first part, then of the second ...
 */
export function convolve(row: usize, filters: usize, into: usize, count: i32, pools: i32): void {
  const zero = f32x4.splat(0);
  const places = count >> 3;
  let place = 0;
  for (let pool = 0; pool < pools; pool++, into += 16) {
    // Where place x pools / places, rounded down, becomes the next pool.
    const end = ((pool + 1) * places + pools - 1) / pools;
    const taken = end - place;
    let found = zero;
    for (; place < end; place++, row += step) found = f32x4.add(found, f32x4.max(responses(row, filters), zero));
    v128.store(into, f32x4.div(found, f32x4.splat(<f32>max(1, taken))));
  }
}

/** What the four filters say to eight values. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function responses(row: usize, filters: usize): v128 {
  let even = f32x4.mul(v128.load32_splat(row), v128.load(filters));
  let odd = f32x4.mul(v128.load32_splat(row, 4), v128.load(filters, 16));
  even = f32x4.add(even, f32x4.mul(v128.load32_splat(row, 8), v128.load(filters, 32)));
  odd = f32x4.add(odd, f32x4.mul(v128.load32_splat(row, 12), v128.load(filters, 48)));
  even = f32x4.add(even, f32x4.mul(v128.load32_splat(row, 16), v128.load(filters, 64)));
  odd = f32x4.add(odd, f32x4.mul(v128.load32_splat(row, 20), v128.load(filters, 80)));
  even = f32x4.add(even, f32x4.mul(v128.load32_splat(row, 24), v128.load(filters, 96)));
  odd = f32x4.add(odd, f32x4.mul(v128.load32_splat(row, 28), v128.load(filters, 112)));
  return f32x4.add(even, odd);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function sum(four: v128): f32 {
  return f32x4.extract_lane(four, 0) + f32x4.extract_lane(four, 1) + (f32x4.extract_lane(four, 2) + f32x4.extract_lane(four, 3));
}
